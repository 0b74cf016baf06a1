import ArgumentParser
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl extract`: a part of a dump, decoded.
struct ExtractCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract",
        abstract: "Write a part of a bz2 dump to standard output, as an export.",
        discussion: """
            The output begins with the description of the wiki and ends with </mediawiki>; with --raw it is pages or \
            decoded data alone. Only the part that you ask for is decoded, unless the ids of the pages do not rise. Exits with 3 if the dump is damaged \
            there, 4 if no page is in the range.
            """)

    @Argument(
        help: "The .bz2 dump; with --pages also its files, a folder of them or a pattern.",
        completion: .file(extensions: ["bz2"]))
    var files: [String]

    @Option(
        help: "Everything from the first page that begins in the first block at or after this byte, or in a later one.")
    var fromOffset: Int64?

    @Option(help: "The pages with ids from A to B: A-B, A- or A.")
    var pages: PageRange?

    @Flag(
        help: "Leave out the description of the wiki and </mediawiki>; with --from-offset, begin with the whole block.")
    var raw = false

    @Option(help: "The index of the dump, if it is not beside it.", completion: .file(extensions: ["mwidx"]))
    var index: String?

    func validate() throws {
        if (fromOffset == nil) == (pages == nil) { throw ValidationError("Give one of --from-offset and --pages.") }
        if let fromOffset, fromOffset < 0 { throw ValidationError("--from-offset is a number from 0 on.") }
    }

    func run() async throws {
        let output = StandardOutput()
        let set = try await DumpParts.files(files)
        if set.isSeveral { return try await extract(from: set, to: output) }
        let path = set.members.first?.path ?? ""
        let file = path.shown
        do throws(BzError) {
            let cut = try DumpCut(path)
            var hasPages = true
            if let pages {
                hasPages = try await write(pages.range, of: cut, in: path, to: output)
            } else {
                try write(fromOffset ?? 0, of: cut, in: path, to: output)
            }
            try output.flush()
            if hasPages { return }
        } catch {
            guard output.isClosed else { throw error }
            return
        }
        printError("\(file): no page has an id in the range")
        throw ExitCode(ExitStatus.notThere)
    }

    private func extract(from set: DumpSet, to output: StandardOutput) async throws {
        guard let pages, index == nil else {
            throw ValidationError("--\(pages == nil ? "from-offset" : "index") goes with one file.")
        }
        var cutter = PageRangeCutter([pages.range], writesHeader: !raw)
        do throws(BzError) {
            let part = try await set.part(for: pages.range, taskCount: Processors.count)
            if !part.members.isEmpty {
                let text = try part.text
                try await text.read(taskCount: Processors.count) { content throws(BzError) in
                    for piece in try cutter.append(content) { try output.write(piece.bytes) }
                    return !cutter.isDone
                }
                try cutter.finish()
                if !raw { try output.write(PageRangeCutter.footer) }
            }
            try output.flush()
        } catch {
            guard output.isClosed else { throw error }
            return
        }
        guard cutter.pageCount == 0 else { return }
        printError("\(set.name): no page has an id in the range")
        throw ExitCode(ExitStatus.notThere)
    }

    private func header(of cut: DumpCut, in file: FilePath) throws(BzError) -> [UInt8] {
        if raw { return [] }
        if let header = try cut.header() { return header }
        throw BzError(
            .wrongFormat, "the dump does not begin with a description of the wiki", remedy: "use --raw",
            file: file)
    }

    private func write(
        _ offset: Int64, of cut: DumpCut, in file: FilePath, to output: StandardOutput
    ) throws(BzError) {
        try output.write(header(of: cut, in: file))
        guard let block = try cut.firstBlock(fromByte: offset) else {
            throw BzError(
                .fileSystem, "no block begins at or after byte \(offset)", remedy: "name a smaller offset",
                file: file)
        }
        if raw {
            try cut.text(fromBlock: block) { content throws(BzError) in
                try output.write(content)
                return true
            }
        } else {
            let hasPage = try cut.text(fromFirstPageBehind: block) { piece throws(BzError) in try output.write(piece) }
            if !hasPage { try output.write(PageRangeCutter.footer) }
        }
    }

    /// - Returns: Whether there was a page.
    private func write(
        _ range: ClosedRange<Int64>, of cut: DumpCut, in file: FilePath, to output: StandardOutput
    ) async throws(BzError) -> Bool {
        try output.write(header(of: cut, in: file))
        let finder = try PageFinder(file, index: index.map { FilePath($0) })
        var cutter = PageRangeCutter([range], writesHeader: false)
        switch try await finder.start(of: range.lowerBound) {
        case .none: break
        case .block(let start):
            cutter.jump(to: 0)
            try cut.text(fromBlock: start) { content throws(BzError) in
                for piece in try cutter.append(content) { try output.write(piece.bytes) }
                return !cutter.isDone
            }
            try cutter.finish()
        case .anywhere:
            printError("\(file.shown): its pages are not in the order of their ids, so the whole dump is read")
            cutter = PageRangeCutter([range], writesHeader: false, idsRise: false)
            try await DumpText(file).read(taskCount: Processors.count) { text throws(BzError) in
                for piece in try cutter.append(text) { try output.write(piece.bytes) }
                return true
            }
            try cutter.finish()
        }
        if !raw { try output.write(PageRangeCutter.footer) }
        return cutter.pageCount > 0
    }
}

/// A range of page ids, as written on the command line.
struct PageRange: ExpressibleByArgument {
    let range: ClosedRange<Int64>

    init?(argument: String) {
        let words = argument.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = Int64(words[0]), first >= 0 else { return nil }
        guard words.count == 2 else {
            range = first...first
            return
        }
        guard let last = words[1].isEmpty ? .max : Int64(words[1]), last >= first else { return nil }
        range = first...last
    }
}
