import MWBzUtils
import SystemPackage
import WikiDumpKit

/// The result of checking one file.
struct CheckOutcome: Sendable {
    enum State: String, Sendable { case ok, bad, unreadable }

    let name: String
    let report: IntegrityReport?
    /// Why the file could not be checked.
    let error: BzError?
    let seconds: Double
    /// What does not agree with the texts of the export, one line each.
    private(set) var textFindings: [String] = []
    /// Why texts could not be compared.
    private(set) var textRemarks: [String] = []

    init(_ name: String, _ check: () async throws(BzError) -> IntegrityReport) async {
        self.name = name
        let began = ContinuousClock.now
        do throws(BzError) {
            (report, error) = (try await check(), nil)
        } catch {
            (report, self.error) = (nil, error)
        }
        seconds = began.duration(to: .now).inSeconds
    }

    /// The outcome for what could not be looked at.
    init(unreadable error: BzError) {
        (name, report, self.error, seconds) = (error.file?.shown ?? "", nil, error, 0)
    }

    var state: State {
        guard let report else { return .unreadable }
        return report.isSound && textFindings.isEmpty ? .ok : .bad
    }

    /// Everything that is wrong, one line each.
    var findings: [String] {
        guard let report else { return [error.map { "\($0.unnamed)".namingOptions } ?? "unreadable"] }
        var lines = report.problems.map(\.description)
        if report.omittedProblemCount > 0 { lines.append("and \(report.omittedProblemCount) more") }
        return lines + textFindings
    }

    /// What is worth knowing and no fault.
    var remarks: [String] { (report?.remarks ?? []) + textRemarks }

    /// Compares the texts of the export with what stands beside them.
    mutating func verifyTexts() async {
        var texts = TextCheck()
        do throws(BzError) {
            try await DumpText(FilePath(name)).read(taskCount: Processors.count) { text throws(BzError) in
                try texts.add(text)
                return true
            }
        } catch {
            textFindings.append("\(error.unnamed)")
        }
        textFindings += texts.findings.map { $0.description.printable }
        let more = texts.findingCount - texts.findings.count
        if more > 0 { textFindings.append("and \(more) more texts that do not agree") }
        if let lack = texts.lack { textRemarks.append(lack) }
        if texts.bareCount > 0 {
            textRemarks.append("\(texts.bareCount) texts have neither a size nor a hash beside them")
        }
    }

    /// Which part of the file is good, in words; nil if unknown.
    var goodPart: String? {
        guard let report, !report.isSound else { return nil }
        var text = "\(report.soundBitCount / 8) of \(report.size) bytes are sound"
        if report.depth == .quick { text = "sound to byte \(report.soundBitCount / 8) of \(report.size)" }
        if let last = report.lastCompletePage {
            text += "; last complete page \(last.page.id) \"\(last.page.plainTitle.printable)\""
            if let next = report.resumePageID { text += ", resume from page \(next)" }
        }
        return text
    }
}

struct CheckTotals {
    private(set) var counts: [CheckOutcome.State: Int] = [:]
    private(set) var size: Int64 = 0
    private let began = ContinuousClock.now

    mutating func add(_ outcome: CheckOutcome) {
        counts[outcome.state, default: 0] += 1
        size += outcome.report?.size ?? 0
    }

    func count(_ state: CheckOutcome.State) -> Int { counts[state] ?? 0 }
    var all: Int { counts.values.reduce(0, +) }
    var seconds: Double { began.duration(to: .now).inSeconds }

    /// The exit status. Damage takes precedence over a file that could not be read.
    var status: Int32 {
        if count(.bad) > 0 { return ExitStatus.damaged }
        return count(.unreadable) > 0 ? ExitStatus.failed : ExitStatus.done
    }
}
