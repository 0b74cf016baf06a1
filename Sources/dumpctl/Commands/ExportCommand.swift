import ArgumentParser
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl export`: the revisions of a dump for programs that read tables.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the revisions of a dump as lines of JSON.",
        discussion: """
            Each line is one object: the page, the revision, its author, its text, and where it comes from. \
            Documentation/export.schema.json describes it, and Documentation/exports-for-programs.md how DuckDB and \
            Parquet take it.

            Exits with 3 if the dump is damaged or cut short, after the revisions before that place were written. A file \
            gets its name only when it is complete.
            """)

    @Argument(
        help: "The dump: bzip2, gzip or plain; or its files, a folder of them or a pattern. `-` is standard input.",
        completion: .file())
    var files: [String]

    @Flag(help: "Write lines of JSON, the only form there is. Without it nothing is written.")
    var jsonl = false

    @Flag(help: "Only the newest revision of each page.")
    var current = false

    @Option(help: ArgumentHelp("Only pages of these namespaces.", valueName: "number,..."))
    var namespaces: NumberList?

    @Option(help: ArgumentHelp("Only pages with these ids: A-B, A- or A.", valueName: "range,..."))
    var pages: PageRangeList?

    @Option(
        name: .shortAndLong,
        help: "Where to write, instead of standard output; compressed if the name ends in .gz or .bz2.",
        completion: .file())
    var output: String?

    @Flag(help: "Replace an existing file.")
    var force = false

    func validate() throws {
        if !jsonl { throw ValidationError("Say --jsonl: lines of JSON are the only form so far.") }
    }

    func run() async throws {
        let file = output == "-" ? nil : output
        try OutputGuard.check(file.map { [$0] } ?? [], inputs: files)
        let dump = try await DumpSet(DumpParts.paths(files), taskCount: Processors.count)
        let target: any DumpOutput =
            if let file {
                try DumpFile(
                    FilePath(file), taskCount: Processors.count, existing: force ? .replace : .refuse)
            } else {
                StandardOutput()
            }
        var selection = RevisionLines.Selection()
        selection.namespaces = namespaces.map { Set($0.numbers) }
        selection.pages = pages?.ranges
        selection.isCurrent = current
        let summary: RevisionLines.Summary
        do {
            summary = try await RevisionLines(dump, selection).write(to: target, taskCount: Processors.count)
        } catch {
            // Lines before the problem are true; of a file that is not whole nothing stays.
            if file == nil { try? await target.finish() }
            throw error
        }
        try await target.finish()
        for remark in summary.remarks { printError(remark) }
    }
}

/// Numbers, separated by commas.
struct NumberList: ExpressibleByArgument {
    let numbers: [Int64]

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        numbers = words.compactMap { Int64($0) }
        if numbers.count != words.count { return nil }
    }
}

/// Ranges of page ids, separated by commas.
struct PageRangeList: ExpressibleByArgument {
    let ranges: [ClosedRange<Int64>]

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        ranges = words.compactMap { PageRange(argument: String($0))?.range }
        if ranges.count != words.count { return nil }
    }
}
