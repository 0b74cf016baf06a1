import ArgumentParser
import CLibrary
import FoundationEssentials
import MWBzUtils
import WikiDumpKit

/// How a command tells what checks found.
struct CheckOptions: ParsableArguments {
    @Flag(help: "Print one JSON object for each file, and one with the totals.")
    var json = false

    @Flag(help: "Print a JUnit report, for CI.")
    var junit = false

    @Flag(name: .shortAndLong, help: "Print only what is wrong.")
    var quiet = false

    func validate() throws {
        if json && junit { throw ValidationError("--json and --junit contradict each other.") }
    }
}

/// Prints what checks found.
protocol CheckWriter: AnyObject {
    func write(_ outcome: CheckOutcome)
    func finish(_ totals: CheckTotals)
}

/// Lines for people and scripts.
final class LineCheckWriter: CheckWriter {
    private let isQuiet: Bool

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    func write(_ outcome: CheckOutcome) {
        if isQuiet, outcome.state == .ok { return }
        var fields = [outcome.state.rawValue, outcome.name]
        if let first = outcome.findings.first { fields.append(first) }
        if let goodPart = outcome.goodPart { fields.append(goodPart) }
        // One line for each file, even if its name contains tabs or newlines.
        let line = fields.map { $0.map { $0.isNewline || $0 == "\t" ? " " : String($0) }.joined() }.joined(
            separator: "\t")
        Output.write(line + "\n", to: STDOUT_FILENO)
        let report = outcome.report
        guard outcome.findings.count > 1 || report?.unchecked.isEmpty == false || !outcome.remarks.isEmpty,
            !isQuiet
        else { return }
        var details = outcome.findings.dropFirst().map { "  also: \($0)" }
        if !outcome.findings.isEmpty { details += (outcome.report?.unchecked ?? []).map { "  not checked: \($0)" } }
        details += outcome.remarks.map { "  note: \($0)" }
        for detail in details { Output.write(detail + "\n", to: STDERR_FILENO) }
    }

    func finish(_ totals: CheckTotals) {
        if isQuiet, totals.status == ExitStatus.done { return }
        let style = TextStyle.standardError
        let text = "\(totals.all) \(totals.all == 1 ? "file" : "files"), \(sizeText(totals.size)): "
        let parts = "\(totals.count(.ok)) ok, \(totals.count(.bad)) bad, \(totals.count(.unreadable)) unreadable"
        let end = " in \(RunText.duration(totals.seconds))"
        Output.write(
            (totals.status == ExitStatus.done ? style.good(text + parts) : style.bad(text + parts)) + end + "\n",
            to: STDERR_FILENO)
    }
}

/// One JSON object per line.
final class JSONCheckWriter: CheckWriter {
    func write(_ outcome: CheckOutcome) {
        let report = outcome.report
        let object: JSONObject = [
            "file": outcome.name, "state": outcome.state.rawValue, "error": outcome.error?.unnamed.description,
            "depth": report?.depth.rawValue, "format": report?.format.rawValue, "size": report?.size,
            "problems": report?.problems.map(Self.object), "omittedProblems": report?.omittedProblemCount,
            "unchecked": report?.unchecked, "remarks": report == nil ? nil : outcome.remarks,
            "texts": outcome.textFindings.isEmpty ? nil : outcome.textFindings, "streams": report?.summary.streamCount,
            "blocks": report?.summary.blockCount, "uncompressedSize": report?.summary.uncompressedSize,
            "soundBits": report?.soundBitCount, "lastCompletePage": report?.lastCompletePage.map(Self.object),
            "resumePageId": report?.resumePageID,
        ]
        JSONOutput.print(object)
    }

    private static func object(_ last: CompletePage) -> JSONObject {
        [
            "id": last.page.id, "title": last.page.plainTitle, "endOffset": last.endOffset,
            "blockBitOffset": last.blockOffset,
        ]
    }

    private static func object(_ problem: IntegrityProblem) -> JSONObject {
        [
            "code": problem.code.description, "message": problem.error.message, "remedy": problem.error.remedy,
            "byteOffset": problem.error.byteOffset, "bit": problem.bitOffset.map { $0 % 8 },
            "bitOffset": problem.bitOffset, "stream": problem.stream, "block": problem.block,
            "resumeBitOffset": problem.resumeOffset,
        ]
    }

    func finish(_ totals: CheckTotals) {
        let object: JSONObject = [
            "files": totals.all, "ok": totals.count(.ok), "bad": totals.count(.bad),
            "unreadable": totals.count(.unreadable), "bytes": totals.size,
        ]
        JSONOutput.print(object)
    }
}

/// A JUnit report.
final class JUnitCheckWriter: CheckWriter {
    private var report = JUnitReport("check-truncation")

    func write(_ outcome: CheckOutcome) {
        if outcome.findings.isEmpty { return report.add(outcome.name, seconds: outcome.seconds) }
        report.add(
            outcome.name, seconds: outcome.seconds, outcome.state == .bad ? .failure : .error, outcome.state.rawValue,
            outcome.findings + [outcome.goodPart].compactMap(\.self))
    }

    func finish(_ totals: CheckTotals) {
        report.print(
            tests: totals.all, failures: totals.count(.bad), errors: totals.count(.unreadable), seconds: totals.seconds)
    }
}
