import ArgumentParser
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl split`: splits a dump into complete exports.
struct SplitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: "Split a bzip2 dump into smaller ones, by size or by ranges of page ids.",
        discussion: """
            Each part is a complete export, with the beginning and the end of the dump. Blocks are copied; only those \
            at the edges are compressed again. The parts are named after the dump, with -pFIRSTpLAST before .bz2.
            """)

    @Argument(help: "The dump.", completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp("Compressed bytes of each part; K, M and G stand for powers of 1000.", valueName: "size"))
    var size: String?

    @Option(help: ArgumentHelp("Ranges of page ids, such as 1-1000,1001-2000 or 2001- .", valueName: "ranges"))
    var pages: String?

    @Option(name: [.short, .customLong("output-dir")], help: "The folder for the parts.", completion: .directory)
    var outputDirectory: String = "."

    @Flag(help: "Print one JSON object for each part.")
    var json = false

    func validate() throws {
        guard (size == nil) != (pages == nil) else { throw ValidationError("Give either --size or --pages.") }
        _ = try rule
    }

    private var rule: DumpSplitter.Rule {
        get throws {
            if let size {
                guard let bytes = SplitArgument.bytes(size), bytes > 0 else {
                    throw ValidationError("'\(size)' is not a size; give a number, such as 500M.")
                }
                return .size(bytes)
            }
            let ranges = (pages ?? "").split(separator: ",").map { PageRange(argument: String($0))?.range }
            let known = ranges.compactMap(\.self)
            guard !known.isEmpty, known.count == ranges.count else {
                throw ValidationError("'\(pages ?? "")' is not a list of ranges; write it like 1-1000,1001-2000.")
            }
            return .pages(known)
        }
    }

    func run() async throws {
        let path = try DumpArgument.file(file)
        // Checked before the dump is read, which can take hours.
        try DumpArgument.checkFolder(FilePath(outputDirectory))
        let status = try FileSystem.real.status(path)
        let splitter = try DumpSplitter(path, by: try rule)
        let progress = ByteProgress(file, total: status?.size, isWanted: !json)
        defer { progress.finish() }
        let parts = try await splitter.parts(taskCount: Processors.count) { progress.advance(to: $0) }
        progress.finish()
        // Remove all parts if one fails: an incomplete set is useless, and would be in the way of another try.
        var written: [FilePath] = []
        var isComplete = false
        defer { if !isComplete { for path in written { try? FileSystem.real.remove(path) } } }
        let stem = RangedFileName(path.lastComponent?.string ?? file).stem
        for part in parts {
            let name = RangedFileName(stem: stem, range: IDRangeText(part.range), compression: "bz2")
            let target = FilePath(outputDirectory).appending(name.description)
            let size = try await splitter.write(
                part, to: target, permissions: FilePermissions(rawValue: CModeT(status?.permissions ?? 0o644)),
                taskCount: Processors.count)
            written.append(target)
            if json {
                let object: JSONObject = [
                    "file": target.string, "firstPageId": part.range.lowerBound, "lastPageId": part.range.upperBound,
                    "pages": part.pageCount, "size": size,
                ]
                JSONOutput.print(object)
            } else {
                print("\(target)\t\(part.pageCount) pages\t\(size) bytes")
            }
        }
        isComplete = true
        if parts.isEmpty {
            printError("\(file): no page is in these ranges")
            throw ExitCode(ExitStatus.notThere)
        }
    }
}

/// Sizes as they stand on command lines.
enum SplitArgument {
    /// A number with K, M or G after it, powers of 1000.
    static func bytes(_ text: String) -> Int64? {
        let factors: [Character: Int64] = ["K": 1000, "M": 1_000_000, "G": 1_000_000_000]
        guard let last = text.last else { return nil }
        guard let factor = factors[Character(last.uppercased())] else { return Int64(text) }
        guard let number = Int64(text.dropLast()) else { return nil }
        let (product, overflows) = number.multipliedReportingOverflow(by: factor)
        return overflows ? nil : product
    }
}
