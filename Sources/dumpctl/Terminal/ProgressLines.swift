import Synchronization
import WikiDumpKit

/// When a job of a log that is no terminal says how far it is: each minute, or after each twentieth of its work.
///
/// Jobs that are quicker than a few seconds say nothing on the way.
struct ProgressLines: Sendable {
    private struct Job {
        var began: ContinuousClock.Instant
        var told: ContinuousClock.Instant
        var step = 0
    }

    /// The time after which a line is due.
    static let pause = Duration.seconds(60)
    /// No two lines about a job come faster than this.
    static let shortest = Duration.seconds(5)

    private var jobs: [String: Job] = [:]

    /// Notes that a job begins.
    mutating func begin(_ name: String, at now: ContinuousClock.Instant) { jobs[name] = Job(began: now, told: now) }

    /// How long a job took; nil if its beginning was not seen.
    mutating func end(_ name: String, at now: ContinuousClock.Instant) -> Double? {
        jobs.removeValue(forKey: name).map { $0.began.duration(to: now).inSeconds }
    }

    /// The line about the progress of a job; nil if none is due.
    mutating func line(
        _ name: String, _ progress: JobProgress, at now: ContinuousClock.Instant
    ) -> String? {
        guard var job = jobs[name] else { return nil }
        let silence = job.told.duration(to: now)
        let step = progress.expectedItems.map { $0 > 0 ? Int(progress.items * 20 / $0) : 0 } ?? 0
        guard silence >= Self.pause || step > job.step && silence >= Self.shortest else { return nil }
        (job.told, job.step) = (now, max(step, job.step))
        jobs[name] = job
        let text = RunText.active(name, progress, seconds: job.began.duration(to: now).inSeconds)
        return String(text.drop { $0 == " " })
    }
}
