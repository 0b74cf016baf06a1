import CLibrary
import FoundationEssentials
import Synchronization
import WikiDumpKit

/// Prints what a run is doing as JSON, one object per line, on standard output.
final class JSONReporter: DumpObserver {
    private let clock: any WallClock
    /// When the progress of each job was last printed: at most twice a second.
    private let told = Mutex<[String: ContinuousClock.Instant]>([:])

    init(clock: any WallClock) { self.clock = clock }

    private func isDue(_ job: String) -> Bool {
        let now = ContinuousClock.now
        return told.withLock { told in
            if let last = told[job], now - last < .milliseconds(500) { return false }
            told[job] = now
            return true
        }
    }

    /// One line. Keys that do not apply are absent.
    private struct Line: Encodable {
        struct File: Encodable {
            var name: String
            var size: Int64?
            var md5: String?
            var sha1: String?
            var sha256: String?
        }
        var event: String
        var time: String
        var wiki: String?
        var date: String?
        var jobs: [String]?
        var resumed: Bool?
        var job: String?
        var status: String?
        var message: String?
        var pages: Int64?
        var items: Int64?
        var expectedItems: Int64?
        var bytesIn: Int64?
        var bytesOut: Int64?
        var files: [File]?
        var page: Int64?
        var revision: Int64?
        var logEntry: Int64?
        var omitted: Bool?
        var failures: Int?
        var missing: Int64?
    }

    func observe(_ event: DumpEvent) {
        var line = Line(event: "", time: clock.now().iso8601)
        switch event {
        case .runStarted(let wiki, let date, let jobs, let isResumed):
            line.event = "runStarted"
            (line.wiki, line.date, line.jobs, line.resumed) = ("\(wiki)", "\(date)", jobs, isResumed)
        case .runRefused(let wiki, let date, let failure):
            line.event = "runRefused"
            (line.wiki, line.date, line.message) = ("\(wiki)", "\(date)", failure.code.publicText)
        case .jobStarted(let name):
            (line.event, line.job) = ("jobStarted", name)
        case .jobProgress(let name, let progress):
            guard isDue(name) else { return }
            (line.event, line.job) = ("jobProgress", name)
            (line.pages, line.items, line.expectedItems) = (progress.pages, progress.items, progress.expectedItems)
            (line.bytesIn, line.bytesOut) = (progress.bytesIn, progress.bytesOut)
        case .jobEnded(let job):
            (line.event, line.job, line.status, line.message) =
                ("jobEnded", job.name, job.status.rawValue, job.message)
            if job.problems.damage > 0 { line.missing = job.problems.damage }
            line.files = job.files.map { file in
                let hashes = file.hashes
                return Line.File(
                    name: file.name, size: file.size, md5: hashes?.md5, sha1: hashes?.sha1, sha256: hashes?.sha256)
            }
        case .problem(let job, let problem):
            (line.event, line.job, line.message) = ("problem", job, problem.message)
            (line.page, line.revision, line.logEntry) = (problem.page, problem.revision, problem.logEntry)
            line.omitted = problem.isOmission
        case .runEnded(let run):
            (line.event, line.wiki, line.date) = ("runEnded", "\(run.wiki)", "\(run.date)")
            (line.failures, line.status) = (
                run.failures, run.isComplete && run.lackingJobs == 0 ? "complete" : "partial"
            )
            line.missing = run.damage
        }
        JSONOutput.print(line)
    }
}

/// Values as JSON for scripts.
enum JSONText {
    /// One line with sorted keys and unescaped slashes.
    static func line(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding our own plain values cannot fail: they have no floating-point numbers and no keys of other types.
        guard let data = try? encoder.encode(value) else { return "{}\n" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}

/// Prints values as JSON on standard output.
enum JSONOutput {
    static func print(_ value: some Encodable) { Output.write(JSONText.line(value), to: STDOUT_FILENO) }
}
