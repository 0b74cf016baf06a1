import ArgumentParser
import CLibrary
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl diff`: what differs between two dumps of a wiki.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two dumps of a wiki, whatever their forms and dates.",
        discussion: """
            Tells which pages and revisions only one of the dumps has, and which are not the same in both. Each dump is a \
            file, a folder with the files of one dump, or a pattern in quotes. If one has no texts, as a stub, hashes and \
            sizes are compared. A revision of a page that only one dump has is not told by itself.

            Both dumps are read once. Pages that one dump has alone are kept in a temporary file in $TMPDIR, or /var/tmp, \
            until both are read, so ids need not rise.

            Exits with 0 if there is no difference, with 6 if there is, and with 3 if a dump is damaged or cut short, or \
            something could not be compared.
            """)

    @Argument(help: "The first dump; - is standard input.", completion: .file())
    var before: String

    @Argument(help: "The second dump.", completion: .file())
    var after: String

    @Option(help: ArgumentHelp("Tell only these: lost, gained, changed.", valueName: "kind,..."))
    var only: DifferenceKinds?

    @Option(
        help: ArgumentHelp(
            "Do not compare these: \(DumpDifference.Field.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "field,..."))
    var ignore: DifferenceFields?

    @Option(help: ArgumentHelp("Print at most this many examples of each kind.", valueName: "count"))
    var examples = 10

    @Flag(help: "Print one JSON object for each difference, and one with the summary.")
    var json = false

    func validate() throws {
        if examples < 0 { throw ValidationError("--examples takes a number from 0.") }
        if before == "-", after == "-" { throw ValidationError("Only one dump can come from standard input.") }
    }

    func run() async throws {
        let kinds = only?.kinds ?? Set(DumpDifference.Kind.allCases)
        let scratch = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/var/tmp"
        let comparison = DumpComparison(
            try await DumpParts.text([before]), try await DumpParts.text([after]), ignoring: ignore?.fields ?? [],
            scratch: FilePath(scratch.isEmpty ? "/var/tmp" : scratch))
        let output = StandardOutput()
        var report = DiffReport(limit: examples)
        let summary: DumpComparison.Summary
        do {
            summary = try await comparison.run(taskCount: Processors.count) { difference throws(BzError) in
                guard kinds.contains(difference.kind) else { return }
                if json {
                    try output.write(JSONOutput.line(DiffReport.json(difference)).utf8)
                } else {
                    report.add(difference)
                }
            }
        } catch {
            try? output.flush()
            throw error
        }
        let text =
            json ? JSONOutput.line(["summary": DiffReport.json(summary)] as JSONObject) : report.text(summary, kinds)
        try output.write(text.utf8)
        try output.flush()
        for remark in summary.remarks { printError(remark.withoutControls) }
        if summary.isInDoubt { throw ExitCode(ExitStatus.damaged) }
        if summary.differs(in: kinds) { throw ExitCode(ExitStatus.different) }
    }
}

/// Kinds of differences, separated by commas.
struct DifferenceKinds: ExpressibleByArgument {
    let kinds: Set<DumpDifference.Kind>

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        let found = words.compactMap { DumpDifference.Kind(rawValue: String($0)) }
        guard found.count == words.count else { return nil }
        kinds = Set(found)
    }
}

/// Fields of pages and revisions, separated by commas.
struct DifferenceFields: ExpressibleByArgument {
    let fields: Set<DumpDifference.Field>

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        let found = words.compactMap { DumpDifference.Field(rawValue: String($0)) }
        guard found.count == words.count else { return nil }
        fields = Set(found)
    }
}
