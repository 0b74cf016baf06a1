import SystemPackage

/// What was seen of a wiki's newest run at some instant.
struct WikiObservation: Sendable, Hashable {
    /// The date of the newest run that is not of the future; nil if there is none.
    let latest: DumpDate?
    /// Where that run stands.
    let state: RunState
    /// When the status file of that run was written; nil if there is none.
    let statusTime: UTCTime?
    /// What is known of the failures of the newest run, or of one that failed before it had a folder.
    var failures: FailedAttempts?

    /// Makes an observation.
    init(latest: DumpDate?, state: RunState, statusTime: UTCTime?) {
        self.latest = latest
        self.state = state
        self.statusTime = statusTime
    }

    /// Whether somebody worked on the run today.
    func isOfToday(_ now: UTCTime) -> Bool {
        let today = DumpDate(now)
        if let latest, latest >= today { return true }
        // A time of the future says nothing; it must not keep a wiki waiting for ever.
        return statusTime.map { DumpDate($0) >= today && $0.seconds <= now.seconds + 86_400 } ?? false
    }

    /// Whether the run came to its end today, and some of its jobs failed; or a run was refused today.
    func hasFailedToday(_ now: UTCTime) -> Bool {
        if state == .failed && isOfToday(now) { return true }
        guard let failures, failures.isRefusal || failures.date != latest && state != .interrupted else { return false }
        return DumpDate(failures.time) == DumpDate(now)
    }

    /// When a run that failed today may be tried again; nil for one that did not fail, or is not to be tried.
    func retryTime(_ now: UTCTime, _ settings: WikiSettings) -> UTCTime? {
        hasFailedToday(now) ? failures?.retryTime(settings) : nil
    }

    /// Looks at the runs of a wiki.
    /// - Parameters:
    ///   - now: the time by the clock. Runs dated more than one day after it are taken for the work of a wrong clock.
    ///   - problems: gets an error with code `clock` for what lies in the future.
    static func look(
        at wiki: any Wiki, now: UTCTime, problems: inout [DumpError]
    ) throws(DumpError) -> WikiObservation {
        let runs = RunDirectories(wiki.directories)
        // Another machine's clock may be a little ahead around midnight: one day more is no reason to worry.
        let limit = DumpDate(UTCTime(seconds: now.seconds + 86_400))
        let newest = try runs.latest()
        if let newest, newest > limit {
            problems.append(
                DumpError(
                    .clock, "\(wiki.name) has a run of the future, \(newest), and today is \(DumpDate(now))",
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
                    .clock, "\(runs.statusFile(of: latest)) was written in the future, \(time.statusText)",
                    remedy: "set the clock of this machine, or touch the file"))
        }
        var observation = WikiObservation(
            latest: latest, state: RunState(statusLine: try runs.statusLine(of: latest)), statusTime: time)
        observation.failures = try FailedAttempts.read(wiki)
        return observation
    }
}
