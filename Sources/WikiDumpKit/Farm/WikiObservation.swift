import SystemPackage

/// The state of a wiki's newest run as seen at some moment.
struct WikiObservation: Sendable, Hashable {
    /// The date of the newest run that is not in the future; nil if there is none.
    let latest: DumpDate?
    let state: RunState
    /// When the status file of that run was written; nil if there is none.
    let statusTime: UTCTime?
    /// The recorded failures of the newest run, or of one that failed before it had a folder.
    var failures: FailedAttempts?

    /// Whether a process worked on the run today.
    func isOfToday(_ now: UTCTime) -> Bool {
        let today = DumpDate(now)
        if let latest, latest >= today { return true }
        // A time in the future means nothing; it must not keep a wiki waiting forever.
        return statusTime.map { DumpDate($0) >= today && $0.seconds <= now.seconds + 86_400 } ?? false
    }

    /// Whether the run ended today with failed jobs, or a run was refused today.
    func hasFailedToday(_ now: UTCTime) -> Bool {
        if state == .failed && isOfToday(now) { return true }
        guard let failures, failures.isRefusal || failures.date != latest && state != .interrupted else { return false }
        return DumpDate(failures.time) == DumpDate(now)
    }

    /// When a run that failed today may be retried; nil if it did not fail or will not be retried.
    func retryTime(_ now: UTCTime, _ settings: WikiSettings) -> UTCTime? {
        hasFailedToday(now) ? failures?.retryTime(settings) : nil
    }

    /// Examines the runs of a wiki.
    /// - Parameters:
    ///   - now: The current time. Runs dated more than one day later are considered the result of a wrong clock.
    ///   - problems: Receives an error with code `clock` for everything that lies in the future.
    static func look(
        at wiki: any Wiki, now: UTCTime, problems: inout [DumpError]
    ) throws(DumpError) -> WikiObservation {
        let runs = RunDirectories(wiki)
        // The clock of another machine may be a little ahead around midnight, so one extra day is accepted.
        let limit = DumpDate(UTCTime(seconds: now.seconds + 86_400))
        let newest = try runs.latest()
        if let newest, newest > limit {
            problems.append(
                DumpError(
                    .clock, "\(wiki.name) has a run dated in the future, \(newest); today is \(DumpDate(now))",
                    remedy: "set the clock of this machine, or remove \(runs.root.appending(newest.description))"))
        }
        guard let latest = try runs.latest(notAfter: limit) else {
            var observation = WikiObservation(latest: nil, state: .never, statusTime: nil)
            observation.failures = try FailedAttempts.read(wiki)
            return observation
        }
        let time = try runs.statusTime(of: latest)
        if let time, time.seconds > now.seconds + 86_400 {
            problems.append(
                DumpError(
                    .clock, "\(runs.statusFile(of: latest)) has a time in the future, \(time.statusText)",
                    remedy: "set the clock of this machine, or touch the file"))
        }
        var observation = WikiObservation(
            latest: latest, state: RunState(statusLine: try runs.statusLine(of: latest)), statusTime: time)
        observation.failures = try FailedAttempts.read(wiki)
        return observation
    }
}
