import Synchronization
import WikiDumpKit

/// Prints what a run is doing as JSON, one object per line, on standard output.
final class JSONReporter: DumpObserver {
    private let clock: any WallClock
    /// When the progress of each job was last printed: at most twice a second.
    private let told = Mutex<[String: ContinuousClock.Instant]>([:])
    /// The version of the form. It rises when something changes its meaning or goes; what is added does not count.
    static let schema = 1
    /// Tells the events of this process from those of others in one log.
    private let run = String(UInt64.random(in: .min ... .max), radix: 36)
    /// The number of the latest event. It is raised and printed in one step, so that numbers rise from line to line.
    private let number = Mutex<Int64>(0)

    init(clock: any WallClock) { self.clock = clock }

    private func isDue(_ job: String) -> Bool {
        let now = ContinuousClock.now
        return told.withLock { told in
            if let last = told[job], now - last < .milliseconds(500) { return false }
            told[job] = now
            return true
        }
    }

    func observe(_ event: DumpEvent) {
        guard var line = object(event) else { return }
        line["schema"] = Self.schema
        line["run"] = run
        number.withLock { number in
            number += 1
            line["sequence"] = number
            line["time"] = clock.now().iso8601
            JSONOutput.print(line)
        }
    }

    /// An event without its time; nil for one that is not printed.
    private func object(_ event: DumpEvent) -> JSONObject? {
        switch event {
        case .runStarted(let wiki, let date, let jobs, let isResumed):
            return [
                "event": "runStarted", "wiki": "\(wiki)", "date": "\(date)", "jobs": jobs, "resumed": isResumed,
            ]
        case .runRefused(let wiki, let date, let failure):
            return [
                "event": "runRefused", "wiki": "\(wiki)", "date": "\(date)", "message": failure.code.publicText,
            ]
        case .jobStarted(let name): return ["event": "jobStarted", "job": name]
        case .jobProgress(let name, let progress):
            guard isDue(name) else { return nil }
            return [
                "event": "jobProgress", "job": name, "pages": progress.pages, "items": progress.items,
                "expectedItems": progress.expectedItems, "bytesIn": progress.bytesIn, "bytesOut": progress.bytesOut,
            ]
        case .jobEnded(let job):
            let damage = job.problems.damage
            return [
                "event": "jobEnded", "job": job.name, "status": job.status.rawValue, "message": job.message,
                "missing": damage > 0 ? damage : nil, "files": job.files.map(Self.object),
            ]
        case .problem(let job, let problem):
            return [
                "event": "problem", "job": job, "message": problem.message, "page": problem.page,
                "revision": problem.revision, "logEntry": problem.logEntry, "omitted": problem.isOmission,
            ]
        case .runEnded(let run):
            let isWhole = run.isComplete && run.lackingJobs == 0
            return [
                "event": "runEnded", "wiki": "\(run.wiki)", "date": "\(run.date)", "failures": run.failures,
                "status": isWhole ? "complete" : "partial", "missing": run.damage,
            ]
        }
    }

    private static func object(_ file: FileRecord) -> JSONObject {
        let hashes = file.hashes
        return [
            "name": file.name, "size": file.size, "md5": hashes?.md5, "sha1": hashes?.sha1, "sha256": hashes?.sha256,
        ]
    }
}
