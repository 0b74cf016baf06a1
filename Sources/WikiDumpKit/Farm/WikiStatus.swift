import SystemPackage

/// What an operator wants to know of a wiki: how its newest run stands, how old its newest complete run is, who works on it.
public struct WikiStatus: Sendable {
    /// How a wiki stands, the worst first.
    public enum State: String, Sendable, Hashable, CaseIterable, Comparable {
        /// Its folders cannot be read.
        case unreadable
        /// Jobs of its newest run failed, or the run was refused.
        case failed
        /// The process of its newest run died.
        case interrupted
        /// It has no run.
        case never
        /// Some jobs of its newest run were not asked for yet.
        case partial
        /// Its newest run is complete, but lacks items that are damaged in the wiki.
        case lacking
        /// A process works on it.
        case running
        /// Its newest run is complete.
        case complete

        /// The worse state comes first.
        public static func < (a: State, b: State) -> Bool {
            guard let first = allCases.firstIndex(of: a), let second = allCases.firstIndex(of: b) else { return false }
            return first < second
        }
    }

    /// A run of which every job is done.
    public struct CompleteRun: Sendable, Hashable {
        /// The date of the run.
        public let date: DumpDate
        /// When it was complete.
        public let ended: UTCTime
        /// The size of all its published files in bytes.
        public let bytes: Int64
        /// How long its jobs took in milliseconds; nil if that was not measured.
        public let milliseconds: Int64?
    }

    /// Why a job failed.
    public struct Failure: Sendable, Hashable {
        /// The job; nil if the run was refused as a whole.
        public let job: String?
        /// The reason with every detail, for the operator.
        public let reason: String
    }

    /// Attempts of a run that failed.
    public struct Attempts: Sendable, Hashable {
        /// The date of the run.
        public let date: DumpDate
        /// When the latest one failed.
        public let time: UTCTime
        /// How many there were.
        public let count: Int
    }

    /// The name of the wiki.
    public let wiki: WikiName
    /// Whether it is private.
    public let isPrivate: Bool
    /// How it stands.
    public internal(set) var state: State
    /// The date of the newest run; nil if there is none.
    public internal(set) var date: DumpDate?
    /// When the state of that run was last written.
    public internal(set) var updated: UTCTime?
    /// The newest run of which every job is done; nil if there is none.
    public internal(set) var complete: CompleteRun?
    /// What failed in the newest run, sorted by job.
    public internal(set) var failures: [Failure] = []
    /// The recorded attempts that failed; nil if none is recorded.
    public internal(set) var attempts: Attempts?
    /// When the loop of a worker tries a failed run again; nil if only tomorrow, or if nothing failed today.
    public internal(set) var retry: UTCTime?
    /// The jobs at work, with their progress.
    public internal(set) var activeJobs: [JobRecord] = []
    /// How many items that are damaged in the wiki are missing from the files of the newest run.
    public internal(set) var missingItems: Int64 = 0
    /// The jobs whose files lack such items.
    public internal(set) var lackingJobs: [String] = []
    /// Who holds the lock; nil if nobody does.
    public internal(set) var holder: LockHolder?
    /// Its place among the wikis that workers take next, from 1; nil if it is not due, or somebody works on it.
    public internal(set) var place: Int?
    /// Why its folders cannot be read.
    public internal(set) var problem: DumpError?

    /// How old its newest complete run is at a time, in seconds; nil if there is none.
    public func age(at now: UTCTime) -> Int64? { complete.map { max(0, now.seconds - $0.ended.seconds) } }

    /// Whether it has no complete run of the last seconds.
    public func isLate(at now: UTCTime, after seconds: Int64) -> Bool { age(at: now).map { $0 > seconds } ?? true }
}

extension WikiStatus {
    /// Looks at a wiki. What cannot be read is told by ``problem``.
    init(_ wiki: any Wiki, lock: any Lock, now: UTCTime) async {
        self.init(wiki: wiki.name, isPrivate: wiki.isPrivate, state: .never)
        do throws(DumpError) {
            let holders = try await lock.holders()
            // A living holder counts, whatever dead ones there are beside it.
            holder = holders.first { !$0.isStale } ?? holders.first
            try look(at: wiki, now: now)
        } catch {
            (state, problem) = (.unreadable, error)
        }
    }

    private mutating func look(at wiki: any Wiki, now: UTCTime) throws(DumpError) {
        var ignored: [DumpError] = []
        let observation = try WikiObservation.look(at: wiki, now: now, problems: &ignored)
        date = observation.latest
        updated = observation.statusTime
        complete = try Self.newestComplete(of: wiki, upTo: date)
        if let recorded = observation.failures {
            attempts = Attempts(date: recorded.date, time: recorded.time, count: recorded.count)
            retry = observation.retryTime(now, wiki.settings)
        }
        failures = try Self.failures(of: wiki, observation)
        let isHeld = holder?.isStale == false
        state =
            switch observation.state {
            case _ where isHeld: .running
            case _ where observation.failures?.isRefusal == true: .failed
            case .never: failures.isEmpty ? .never : .failed
            case .interrupted: .interrupted
            case .failed: .failed
            case .partial: .partial
            case .complete: .complete
            }
        guard let date, isHeld || state == .complete || state == .partial else { return }
        let record = try StoredRun.read(
            wiki: wiki.name, date: date, isPrivate: wiki.isPrivate, isClosed: wiki.isClosed,
            folder: wiki.directories.run(date), updated: now, on: wiki.fileSystem)
        guard let record else { return }
        if isHeld { activeJobs = record.jobs.filter { $0.status == .inProgress } }
        let lacking = record.jobs.filter { $0.status == .done && $0.problems.damage > 0 }
        // The same item is missing from the files of several jobs.
        missingItems = lacking.map(\.problems.damage).max() ?? 0
        lackingJobs = lacking.map(\.name)
        if state == .complete, missingItems > 0 { state = .lacking }
    }

    private static func newestComplete(
        of wiki: any Wiki, upTo limit: DumpDate?
    ) throws(DumpError) -> CompleteRun? {
        let runs = RunDirectories(wiki)
        guard let limit else { return nil }
        for date in try runs.dates().reversed() where date <= limit {
            guard RunState(statusLine: try runs.statusLine(of: date)) == .complete,
                let ended = try runs.statusTime(of: date)
            else { continue }
            let folder = wiki.directories.run(date)
            let files = try wiki.fileSystem.json(folder.appending(DumpStatusFile.fileName))?["jobs"]?.members ?? []
            let bytes = files.reduce(Int64(0)) { sum, job in
                sum + (job.value["files"]?.members ?? []).reduce(0) { $0 + ($1.value["size"]?.integer ?? 0) }
            }
            let times = try JobTimes(in: wiki.directories.privateRun(date), on: wiki.fileSystem)
            return CompleteRun(
                date: date, ended: ended, bytes: bytes,
                milliseconds: times.passes.isEmpty ? nil : times.passes.reduce(0) { $0 + $1.milliseconds })
        }
        return nil
    }

    /// What failed in the newest run, or before it had a folder.
    private static func failures(
        of wiki: any Wiki, _ observation: WikiObservation
    ) throws(DumpError) -> [Failure] {
        let recorded = observation.failures
        var reasons: [String: String] = [:]
        if let recorded, recorded.isRefusal || observation.latest.map({ recorded.date >= $0 }) ?? true {
            reasons = recorded.failures
        }
        if let date = observation.latest, recorded?.isRefusal != true, recorded.map({ $0.date <= date }) ?? true {
            let notes = try FailureNotes(wiki, date)
            for folder in [wiki.directories.run(date), wiki.directories.privateRun(date)] {
                for (job, entry) in try RunInfoFile.read(in: folder, on: wiki.fileSystem)
                where entry.status == .failed {
                    // The note is the reason in full.
                    reasons[job] = notes[job]?.reason ?? reasons[job] ?? "its reason was not kept"
                }
            }
        }
        let isRefusal = recorded?.isRefusal == true
        return reasons.sorted { $0.key < $1.key }.map { job, reason in
            // A reason may begin with the name of its command, which is that of the job.
            let text = reason.hasPrefix("\(job): ") ? String(reason.dropFirst(job.count + 2)) : reason
            return Failure(job: isRefusal ? nil : job, reason: text)
        }
    }
}
