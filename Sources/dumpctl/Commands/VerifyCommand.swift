import ArgumentParser
import CLibrary
import SystemPackage
import WikiDumpKit

/// `dumpctl verify`: checks dumps from their files alone.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the files of dumps against their certificates and each other.",
        discussion: """
            Reads sizes, hashes and contents again and compares them with the certificates, the lists of checksums and the \
            other files of the run. Prints a line for each file: agrees, disagrees, unreadable or unfinished, the file and \
            what is wrong where, separated by tabs. Exits with 0 if all agree, 3 if one does not, 1 if one could not be read. \
            7z files are unpacked by 7z, 7za or 7zr; where none is installed they count as files that could not be read.
            """)

    @Argument(help: "Folders of runs, or folders with such folders in them.", completion: .directory)
    var folders: [String]

    @Option(
        help: ArgumentHelp(
            "Check only this share of files of 4 MB or more: in bzip2 files, whole blocks chosen at random.",
            discussion: """
                Other files have no blocks to choose from: each is checked completely or not at all, with this probability. \
                No hashes are computed, and nothing is counted in files that are not checked completely.
                """, valueName: "percent"))
    var sample: Percentage?

    @Option(help: "The seed of the random sample. Without it: a random one, which is printed.")
    var seed: UInt64?

    @Option(help: ArgumentHelp("Stop after this time: 90, 90s, 10m or 2h.", valueName: "time"))
    var maxDuration: TimeSpan?

    @Option(
        name: .customLong("sevenzip"),
        help: ArgumentHelp(
            "The program that unpacks 7z files.", discussion: "Without it: 7z, 7za or 7zr, as PATH finds them.",
            valueName: "program"))
    var sevenZip: String?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Whether every text is compared with the size and the hash that stand beside it.",
            discussion: """
                Without either: they are compared, but what does not agree in a file that is as its certificate says is only \
                noted, since it came like that from the wiki.
                """))
    var verifyTexts: Bool?

    @OptionGroup var output: CheckOptions

    func validate() throws {
        if verifyTexts == true && sample != nil {
            throw ValidationError("--verify-texts reads every text, so --sample cannot go with it.")
        }
        if seed != nil && sample == nil { throw ValidationError("--seed says something with --sample only.") }
    }

    func run() async throws {
        var options = DumpVerification.Options()
        (options.sample, options.maximumDuration) = (sample?.share, maxDuration?.duration)
        if let seed { options.seed = seed }
        if let verifyTexts { options.texts = verifyTexts ? .all : .none }
        if let sevenZip { options.sevenZipPrograms = [sevenZip] }
        let verification = try DumpVerification(folders.map { try DumpArgument.onThisMachine($0) }, options: options)
        var cases = JUnitReport("verify")
        let report = try await verification.run { verdict in
            if output.json { return JSONOutput.print(Self.object(verdict)) }
            if output.junit { return Self.add(verdict, to: &cases) }
            if output.quiet, verdict.state == .agrees { return }
            Output.write(Self.line(verdict) + "\n", to: STDOUT_FILENO)
        }
        if output.json { JSONOutput.print(Self.object(report, isSample: sample != nil)) }
        if output.junit {
            cases.print(
                tests: report.fileCount, failures: report.count(.disagrees), errors: report.count(.unreadable),
                skipped: report.count(.unfinished))
        }
        if !output.json, !output.junit, !output.quiet {
            Output.write(Self.summary(report, isSample: sample != nil), to: STDOUT_FILENO)
        }
        if report.count(.disagrees) > 0 { throw ExitCode(ExitStatus.damaged) }
        if report.count(.unreadable) > 0 { throw ExitCode(ExitStatus.failed) }
    }

    private static func line(_ verdict: FileVerdict) -> String {
        var words = verdict.problems.map(\.description)
        words += verdict.remarks.map { "note: \($0)" }
        if !verdict.unchecked.isEmpty { words.append("not looked at: " + verdict.unchecked.joined(separator: ", ")) }
        return ([verdict.state.rawValue, verdict.path.string] + words.map(\.printable)).joined(separator: "\t")
    }

    private static func summary(_ report: VerificationReport, isSample: Bool) -> String {
        var text = "\(RunText.count(Int64(report.fileCount))) files, \(sizeText(report.size)): "
        text += "\(report.count(.agrees)) agree, \(report.count(.disagrees)) disagree"
        if report.count(.unreadable) > 0 { text += ", \(report.count(.unreadable)) unreadable" }
        if report.count(.unfinished) > 0 { text += ", \(report.count(.unfinished)) not finished in time" }
        text += "; \(sizeText(report.provenBytes)) proven"
        return text + (isSample ? ", seed \(report.seed)\n" : "\n")
    }

    private static func add(_ verdict: FileVerdict, to report: inout JUnitReport) {
        let problems = verdict.problems.map(\.description)
        if problems.isEmpty { return report.add(verdict.path.string, isSkipped: verdict.state == .unfinished) }
        report.add(
            verdict.path.string, verdict.state == .unreadable ? .error : .failure, verdict.state.rawValue, problems)
    }

    private static func object(_ verdict: FileVerdict) -> JSONObject {
        let problems = verdict.problems.map { ["message": $0.message, "offset": $0.offset] as JSONObject }
        let found = verdict.found
        return [
            "file": verdict.path.string, "state": verdict.state.rawValue, "problems": problems,
            "certificate": verdict.hasCertificate, "size": verdict.size, "proven": verdict.provenBytes,
            "pages": found?.pages?.count, "revisions": found?.revisions?.count,
            "logEntries": found?.logEntries?.count, "lines": found?.lines, "rows": found?.rows,
            "textBytes": found?.textBytes, "bytes": found?.bytes, "unchecked": verdict.unchecked,
            "remarks": verdict.remarks.isEmpty ? nil : verdict.remarks,
        ]
    }

    private static func object(_ report: VerificationReport, isSample: Bool) -> JSONObject {
        [
            "files": report.fileCount, "agree": report.count(.agrees), "disagree": report.count(.disagrees),
            "unreadable": report.count(.unreadable), "unfinished": report.count(.unfinished), "size": report.size,
            "proven": report.provenBytes, "seed": isSample ? report.seed : nil,
        ]
    }
}

/// A share, as written on the command line: `5%` or `5`.
struct Percentage: ExpressibleByArgument {
    let share: Double

    init?(argument: String) {
        guard let number = Double(argument.hasSuffix("%") ? String(argument.dropLast()) : argument), number > 0,
            number <= 100
        else { return nil }
        share = number / 100
    }
}

/// A time, as written on the command line: `90`, `90s`, `10m` or `2h`.
struct TimeSpan: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
        let unit = argument.last.flatMap { units[$0] }
        guard let number = Int64(unit == nil ? argument : String(argument.dropLast())), number >= 0,
            number <= Int64(Int32.max)
        else { return nil }
        duration = .seconds(number * (unit ?? 1))
    }
}
