import ArgumentParser
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl recompress`: recompresses a dump as bzip2, in one stream or in many with an index.
struct RecompressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recompress",
        abstract: "Recompress a dump as bzip2: one stream, or a multistream with its index.",
        discussion: """
            The dump may be bzip2, gzip or plain; its content tells which. All cores read and write. The output \
            gets its name only when it is complete. A multistream has a stream for the header, one for each 100 \
            pages and one for the end; the index has a line offset:pageid:title for each page. Exits with 3 if the \
            dump is damaged or cut short.
            """)

    @Argument(help: "The dump, or a folder or quoted pattern of its files; - is standard input.", completion: .file())
    var input: String

    @Option(name: .shortAndLong, help: "Where to write; - is standard output.", completion: .file())
    var output: String

    @Flag(help: "Write a stream for each --pages-per-stream pages.")
    var multistream = false

    @Option(help: "Pages in each stream of a multistream.")
    var pagesPerStream = 100

    @Option(
        help: "Where to write the index of a multistream; compressed if the name ends with .bz2 or .gz.",
        completion: .file())
    var index: String?

    @Flag(help: "Also make the index for locate-page beside the output, as dumpctl index does.")
    var pageIndex = false

    @Option(help: "1 to 9: the size of blocks in units of 100,000 bytes.")
    var level = 9

    @Flag(help: "Replace existing files.")
    var force = false

    @Flag(help: "Print what was written as one JSON object on standard output.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        if !(1...9).contains(level) { throw ValidationError("--level is 1 to 9.") }
        if pagesPerStream < 1 { throw ValidationError("--pages-per-stream is 1 or more.") }
        if index != nil, !multistream { throw ValidationError("--index needs --multistream.") }
        if json, output == "-" {
            throw ValidationError("--json and an output on standard output contradict each other.")
        }
        if pageIndex, output == "-" { throw ValidationError("--page-index needs an output that is a file.") }
        if index == output || index == "-" { throw ValidationError("--index is a file of its own.") }
    }

    func run() async throws {
        try OutputGuard.check([output] + (index.map { [$0] } ?? []), inputs: [input])
        let taskCount = Processors.count
        let existing: ReplacingFile.Existing = force ? .replace : .refuse
        let dump = try await DumpParts.text([input])
        let target: any DumpOutput =
            output == "-" ? StandardOutput() : try DumpFile(FilePath(output), as: .plain, existing: existing)
        let lines = try index.map { path throws(BzError) in
            try DumpFile(FilePath(path), taskCount: taskCount, existing: existing)
        }
        let pages = try pageIndex ? DumpIndexBuilder(DumpIndex.usualPath(of: FilePath(output))) : nil
        let layout: Recompression.Layout =
            multistream ? .multistream(pagesPerStream: pagesPerStream) : .singleStream
        let work = Recompression(dump, as: layout, coding: .bzip2(level: level), taskCount: taskCount)
        let progress = ByteProgress(input, total: nil, isWanted: !json && !quiet)
        let summary = try await work(to: target, index: lines, pageIndex: pages) { progress.advance(to: $0) }
        try await target.finish()
        try await lines?.finish()
        try pages?.finish(dump: FilePath(output))
        progress.finish()
        TrailingBytes.tell(input, from: summary.trailingOffset)
        guard json else { return }
        let object: JSONObject = [
            "output": output, "index": index, "uncompressedSize": summary.textSize, "size": summary.size,
            "streams": summary.streamCount, "pages": summary.pageCount > 0 ? summary.pageCount : nil,
            "sourceFormat": "\(summary.sourceFormat)",
        ]
        JSONOutput.print(object)
    }
}
