/// What a worker would do, without doing it.
public struct RunPlan: Sendable, Hashable {
    /// The wiki.
    public let wiki: WikiName
    /// The date the run would have.
    public let date: DumpDate
    /// The jobs, in order.
    public let jobs: [PlannedJob]
    /// The holder of the wiki's lock, who would keep the run from starting now; nil if the lock is free or its holder is dead.
    public internal(set) var holder: LockHolder?
    /// The old runs that are removed once the run is complete.
    public internal(set) var removedRuns: [DumpDate] = []
    /// The change to the notice of the run; nil for none.
    public internal(set) var notice: RunNotice.Change?

    /// The jobs that would be run.
    public var jobsToRun: [PlannedJob] { jobs.filter(\.willRun) }

    /// The total size in bytes of what the planned jobs made when they were last done; nil if none was done before.
    public var expectedBytes: Int64? {
        let known = jobsToRun.compactMap(\.estimate)
        return known.isEmpty ? nil : known.reduce(0) { $0 + $1.bytes }
    }

    /// How long the planned jobs took in total when they were last done; nil if none was measured.
    public internal(set) var expectedMilliseconds: Int64?
}

/// What a run would do with a job.
public struct PlannedJob: Sendable, Hashable {
    /// The name of the job.
    public let name: String
    /// Whether it would be run.
    public let willRun: Bool
    /// The reason why it would be run, or why not.
    public internal(set) var reason: String
    /// The files it makes.
    public let files: [String]
    /// The commands that it would start; empty if the job is not run or starts none.
    public internal(set) var commands: [Command] = []
    /// The earlier files that would be removed before it starts.
    public internal(set) var removedFiles: [String] = []
    /// The result when it was last done; nil if it never was.
    public internal(set) var estimate: JobEstimate?

    /// Creates a plan for a job.
    public init(name: String, willRun: Bool, reason: String, files: [String]) {
        self.name = name
        self.willRun = willRun
        self.reason = reason
        self.files = files
    }
}
