import ArgumentParser
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl check-truncation`: checks that dump files are whole and sound.
struct CheckTruncationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-truncation",
        abstract: "Check that dump files are whole and sound.",
        discussion: """
            Looks at the start and the end of each file, which takes milliseconds at any size; with --full, at \
            everything. A .gz can be read only from its start, so it is always read as a whole. Prints a line for each file: its state (ok, bad or unreadable), the file and what is wrong, \
            separated by tabs. Exits with 0 if all files are sound, 3 if one is bad or in doubt, 1 if one could not be read.
            """)

    @Argument(
        help: "Files, folders (all dump files in them) or quoted patterns; - is standard input, with --full only.",
        completion: .file())
    var files: [String]

    @Flag(help: "Look at every block of every stream, and at all pages.")
    var full = false

    @Option(
        help: ArgumentHelp(
            "What the files hold: export, any (nothing is expected), or automatic.",
            discussion: "Without it: what the name of each file says, or else how the file begins.",
            valueName: "kind"))
    var content: ContentOption?

    @Flag(help: "With --full: compare every text of an export with the size and the hash that stand beside it.")
    var verifyTexts = false

    @OptionGroup var output: CheckOptions

    func validate() throws {
        if verifyTexts, !full { throw ValidationError("--verify-texts goes with --full.") }
        if verifyTexts, files.contains("-") {
            throw ValidationError("--verify-texts reads files twice, and standard input cannot be.")
        }
        if files.contains("-"), !full { throw ValidationError("Standard input can only be checked with --full.") }
        if files.count(where: { $0 == "-" }) > 1 { throw ValidationError("Standard input can be read only once.") }
    }

    func run() async throws {
        let list = try DumpFileList(files)
        let names = list.paths
        let writer: any CheckWriter =
            if output.json { JSONCheckWriter() } else if output.junit { JUnitCheckWriter() } else {
                LineCheckWriter(isQuiet: output.quiet)
            }
        var totals = CheckTotals()
        let isBarWanted = full && !output.json && !output.junit && !output.quiet
        try await check(names, isBarWanted: isBarWanted) { outcome in
            totals.add(outcome)
            writer.write(outcome)
        }
        for fault in list.faults {
            let outcome = CheckOutcome(unreadable: fault)
            totals.add(outcome)
            writer.write(outcome)
        }
        writer.finish(totals)
        if totals.status != ExitStatus.done { throw ExitCode(totals.status) }
    }

    /// Checks all files, several at a time or the blocks of one in parallel, and returns the outcomes in order.
    private func check(
        _ names: [String], isBarWanted: Bool, _ body: (CheckOutcome) -> Void
    ) async throws {
        guard !full else {
            for name in names {
                let size = (try? FileSystem.real.status(FilePath(name)))?.size
                let progress = ByteProgress(name, total: name == "-" ? nil : size, isWanted: isBarWanted)
                var outcome = await CheckOutcome(name) { () async throws(BzError) in
                    let content = content?.content ?? .named(name)
                    if name == "-" {
                        return try IntegrityCheck.standardInput(content: content) { progress.advance(to: $0) }
                    }
                    return try await IntegrityCheck(FilePath(name), content: content)
                        .full(taskCount: Processors.count) { progress.advance(to: $0) }
                }
                if verifyTexts, outcome.report?.lastCompletePage != nil { await outcome.verifyTexts() }
                progress.finish()
                if let error = outcome.error, error.code == .cancelled { throw error }
                body(outcome)
            }
            return
        }
        await withTaskGroup(of: (Int, CheckOutcome).self) { group in
            var begun = 0
            var waiting: [Int: CheckOutcome] = [:]
            func beginNext() {
                guard begun < names.count else { return }
                let (index, name, content) = (begun, names[begun], content?.content ?? .named(names[begun]))
                begun += 1
                group.addTask {
                    let outcome = await CheckOutcome(name) { () async throws(BzError) in
                        try IntegrityCheck(FilePath(name), content: content).quick()
                    }
                    return (index, outcome)
                }
            }
            for _ in 0..<Processors.count { beginNext() }
            var next = 0
            while let (index, outcome) = await group.next() {
                beginNext()
                waiting[index] = outcome
                while let outcome = waiting.removeValue(forKey: next) {
                    body(outcome)
                    next += 1
                }
            }
        }
    }
}

/// What files hold, as stated on the command line.
enum ContentOption: String, ExpressibleByArgument, CaseIterable {
    case export, any, automatic

    var content: IntegrityReport.Content {
        switch self {
        case .export: .export
        case .any: .anything
        case .automatic: .automatic
        }
    }
}

extension IntegrityReport.Content {
    /// What a file with this name holds. Wikimedia names exports `….xml`, and nothing else.
    static func named(_ name: String) -> Self {
        let words = name.split(separator: "/").last.map { $0.split(separator: ".") } ?? []
        if let first = words.first, first.hasSuffix("-abstract") || first.contains("-abstract-") { return .anything }
        if words.contains("xml") || words.contains(where: { $0.hasPrefix("xml-p") }) { return .export }
        let others: Set<Substring> = ["txt", "sql", "json", "html", "csv", "tsv"]
        return words.contains(where: others.contains) ? .anything : .automatic
    }
}
