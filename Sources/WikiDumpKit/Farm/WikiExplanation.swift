/// Why a wiki stands as it does, in plain sentences.
public struct WikiExplanation: Sendable, Hashable {
    /// What an operator can do.
    public enum Step: Sendable, Hashable {
        /// Nothing needs to be done.
        case none
        /// Do the run of a date, or go on with it.
        case run(DumpDate)
        /// Do the jobs again whose files lack something, after the wiki was repaired.
        case repair(DumpDate, jobs: [String])
    }

    /// The sentences, each with its full stop.
    public let sentences: [String]
    /// What to do next.
    public let step: Step

    /// Explains the status of a wiki.
    /// - Parameters:
    ///   - status: The status.
    ///   - farm: The farm that it was taken from.
    public init(_ status: WikiStatus, in farm: FarmStatus) {
        let now = farm.time
        var sentences = [Self.state(status, now)]
        sentences += status.failures.map { failure in
            let reason = failure.reason.hasSuffix(".") ? String(failure.reason.dropLast()) : failure.reason
            return failure.job.map { "\($0) failed: \(reason)." } ?? "The reason: \(reason)."
        }
        if status.state != .complete, status.state != .lacking { sentences.append(Self.complete(status, now)) }
        sentences.append(Self.lock(status))
        sentences.append(Self.next(status, farm))
        self.sentences = sentences.filter { !$0.isEmpty }
        step = Self.step(status, now)
    }

    private static func state(_ status: WikiStatus, _ now: UTCTime) -> String {
        let run = status.date.map { "its run of \($0.dashed)" } ?? "its run"
        let ago = status.updated.map { " \(duration(now.seconds - $0.seconds)) ago" } ?? ""
        let count = status.failures.count
        return switch status.state {
        case .unreadable: "\(status.wiki) cannot be looked at: \(status.problem.map { "\($0)" } ?? "no reason given")."
        case .never: "\(status.wiki) has not yet been dumped."
        case .failed where status.failures.first?.job == nil && count > 0:
            "\(status.wiki): a run was refused before it began."
        case .failed: "\(status.wiki): \(run) ended\(ago) with \(count == 1 ? "1 failed job" : "\(count) failed jobs")."
        case .interrupted: "\(status.wiki): the process of \(run) died\(ago)."
        case .partial: "\(status.wiki): \(run) stopped\(ago) with some jobs left to do."
        case .lacking:
            "\(status.wiki): \(run) was complete\(ago), but \(missing(status.missingItems)) missing from its files."
        case .running:
            "\(status.wiki): \(run) is going on"
                + (status.activeJobs.isEmpty
                    ? "." : ", with \(status.activeJobs.map(\.name).joined(separator: ", ")) at work.")
        case .complete: "\(status.wiki): \(run) was complete\(ago)."
        }
    }

    private static func complete(_ status: WikiStatus, _ now: UTCTime) -> String {
        guard let complete = status.complete, let age = status.age(at: now) else {
            return status.state == .never ? "" : "It has no complete run."
        }
        return "Its newest complete run is that of \(complete.date.dashed), which ended \(duration(age)) ago."
    }

    private static func lock(_ status: WikiStatus) -> String {
        guard let holder = status.holder else { return "" }
        let process = "process \(holder.processID) on \(holder.host)"
        if holder.isStale {
            return "Its lock was left by \(process), which is dead or was silent for \(duration(holder.age));"
                + " the monitor or the next worker removes it."
        }
        return "Its lock is held by \(process), which gave a sign of life \(duration(holder.age)) ago."
    }

    private static func next(_ status: WikiStatus, _ farm: FarmStatus) -> String {
        if status.state == .running || status.state == .unreadable { return "" }
        switch farm.pause {
        case .maintenance(let file): return "No worker begins anything while \(file) exists."
        case .exit(let file): return "No loop begins another dump while \(file) exists."
        case nil: break
        }
        if let retry = status.retry, retry > farm.time { return "A loop tries it again after \(retry.statusText) UTC." }
        if let place = status.place {
            return switch place {
            case 1: "The next worker takes it."
            case 2: "1 other wiki comes before it in the queue."
            default: "\(place - 1) other wikis come before it in the queue."
            }
        }
        if status.state == .failed { return "Workers leave it alone until tomorrow." }
        return "It is not due today."
    }

    private static func step(_ status: WikiStatus, _ now: UTCTime) -> Step {
        switch status.state {
        case .running, .unreadable, .complete: .none
        case .lacking: status.date.map { .repair($0, jobs: status.lackingJobs) } ?? .none
        case .failed, .interrupted, .partial: .run(status.attempts.map(\.date) ?? status.date ?? DumpDate(now))
        case .never: .run(DumpDate(now))
        }
    }

    private static func missing(_ count: Int64) -> String {
        count == 1 ? "1 item that is damaged in the wiki is" : "\(count) items that are damaged in the wiki are"
    }

    /// A time for people: `0 s`, `5 min`, `3 h 20 min`, `2 days 4 h`, `17 days`.
    package static func duration(_ seconds: Int64) -> String { durationText(seconds) }
}
