import SystemPackage

/// A run of a wiki as it stands.
public struct ListedRun: Sendable, Hashable {
    /// How a run stands.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Every job is done.
        case complete
        /// Some jobs were not asked for yet.
        case partial
        /// Some jobs failed.
        case failed
        /// Its process died, or was stopped.
        case interrupted
        /// A process works on it.
        case running
    }

    /// The wiki.
    public let wiki: WikiName
    /// The date.
    public let date: DumpDate
    /// How it stands.
    public let state: State
    /// When its status was last written; nil if it never was.
    public let updated: UTCTime?
    /// The size of its published files in bytes.
    public let bytes: Int64
    /// The number of its jobs that failed.
    public let failedJobs: Int
}

/// A job of a run as it stands.
public struct ListedJob: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The description.
    public let title: String
    /// How it stands.
    public let status: JobStatus
    /// When its status last changed; nil if it never did.
    public let updated: UTCTime?
    /// The number of its files that are there.
    public let files: Int
    /// The size of these files in bytes.
    public let bytes: Int64
    /// How much is missing from its files because of damage in the wiki.
    public let missing: Int64
    /// Why it failed, with every detail; nil if it did not.
    public let reason: String?
}

extension FarmAdministration {
    /// Which runs to list.
    public struct RunFilter: Sendable, Hashable {
        /// Only runs in these states; empty for all.
        public var states: Set<ListedRun.State> = []
        /// Only runs of this date or later.
        public var since: DumpDate?
        /// Only runs of dates before this one.
        public var before: DumpDate?
        /// Only the newest of each wiki that fits.
        public var onlyNewest = false

        /// Creates a filter that all runs pass.
        public init() {}
    }

    /// The runs of some wikis, by wiki and date.
    /// - Parameter names: The wikis; empty for all.
    public func runs(_ names: [String], _ filter: RunFilter = RunFilter()) async throws(DumpError) -> [ListedRun] {
        var listed: [ListedRun] = []
        for wiki in try wikis(names) {
            let holder = try await locks(wiki).holders().first { !$0.isStale }
            var found: [ListedRun] = []
            for date in try RunDirectories(wiki).dates() {
                if let since = filter.since, date < since { continue }
                if let before = filter.before, date >= before { continue }
                let run = try look(wiki, date, isHeld: holder?.date == date)
                if filter.states.isEmpty || filter.states.contains(run.state) { found.append(run) }
            }
            listed += filter.onlyNewest ? Array(found.suffix(1)) : found
        }
        return listed
    }

    private func look(_ wiki: any Wiki, _ date: DumpDate, isHeld: Bool) throws(DumpError) -> ListedRun {
        let runs = RunDirectories(wiki)
        let folder = wiki.directories.run(date)
        let state: ListedRun.State =
            switch RunState(statusLine: try runs.statusLine(of: date)) {
            case _ where isHeld: .running
            case .complete: .complete
            case .partial: .partial
            case .failed: .failed
            case .interrupted, .never: .interrupted
            }
        let jobs = try wiki.fileSystem.json(folder.appending(DumpStatusFile.fileName))?["jobs"]?.members ?? []
        let bytes = jobs.reduce(Int64(0)) { sum, job in
            sum + (job.value["files"]?.members ?? []).reduce(0) { $0 + ($1.value["size"]?.integer ?? 0) }
        }
        let known = try RunInfoFile.read(in: folder, on: wiki.fileSystem)
        return ListedRun(
            wiki: wiki.name, date: date, state: state, updated: try runs.statusTime(of: date), bytes: bytes,
            failedJobs: known.values.count { $0.status == .failed })
    }

    /// The jobs of a run, in the order in which they run.
    /// - Parameter date: The date; nil for the newest run. A wiki without a run has jobs that wait.
    /// - Returns: The date, nil if the wiki has no run, and the jobs.
    public func jobs(
        of name: WikiName, _ date: DumpDate? = nil
    ) throws(DumpError) -> (date: DumpDate?, jobs: [ListedJob]) {
        let wiki = try wiki(name)
        let hasRun = try !RunDirectories(wiki).dates().isEmpty
        let date = date == nil && !hasRun ? DumpDate(clock.now()) : try run(of: wiki, date)
        let failures = try FailedAttempts.read(wiki).flatMap { $0.date == date ? $0.failures : nil } ?? [:]
        let notes = try FailureNotes(wiki, date)
        let jobs = try jobRun(wiki, date).storedRecord().jobs.map { job in
            let files = job.files.filter(\.isComplete)
            return ListedJob(
                name: job.name, title: job.title, status: job.status, updated: job.updated, files: files.count,
                bytes: files.reduce(0) { $0 + ($1.size ?? 0) }, missing: job.problems.damage,
                reason: job.status == .failed
                    ? notes[job.name]?.reason ?? failures[job.name] ?? "its reason was not kept" : nil)
        }
        return (hasRun ? date : nil, jobs)
    }

    /// What `show` of the old scripts knows of a wiki's newest run.
    public enum Standing: String, Sendable, Hashable, CaseIterable {
        /// The wiki has no run.
        case never = "not yet"
        /// The folder of the run has no status.
        case missing
        /// Jobs of it failed.
        case failed
        /// Its process died.
        case aborted
        /// A process works on it.
        case progress
        /// Some jobs were not asked for yet.
        case partial
        /// Every job is done.
        case complete
    }

    /// How the newest run of each wiki stands.
    public func standings() async throws(DumpError) -> [(wiki: WikiName, date: DumpDate?, standing: Standing)] {
        var found: [(wiki: WikiName, date: DumpDate?, standing: Standing)] = []
        for wiki in try wikis([]) {
            let runs = RunDirectories(wiki)
            guard let date = try runs.latest() else {
                found.append((wiki.name, nil, .never))
                continue
            }
            let isHeld = try await locks(wiki).holders().contains { !$0.isStale }
            let line = try runs.statusLine(of: date)
            let standing: Standing =
                switch RunState(statusLine: line) {
                case _ where isHeld: .progress
                case _ where line == nil: .missing
                case .complete: .complete
                case .partial: .partial
                case .failed: .failed
                case .interrupted, .never: .aborted
                }
            found.append((wiki.name, date, standing))
        }
        return found
    }
}
