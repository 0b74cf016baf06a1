/// What a worker would do, without doing it.
public struct RunPlan: Sendable, Hashable {
    /// The wiki.
    public let wiki: WikiName
    /// The date the run would have.
    public let date: DumpDate
    /// The jobs, in order.
    public let jobs: [PlannedJob]
    /// Who holds the lock of the wiki, so that the run would not begin now; nil for nobody who lives.
    public internal(set) var holder: LockHolder?
    /// The old runs that go once the run is complete.
    public internal(set) var removedRuns: [DumpDate] = []
    /// What would become of the notice of the run; nil for nothing.
    public internal(set) var notice: RunNotice.Change?

    init(wiki: WikiName, date: DumpDate, jobs: [PlannedJob]) {
        self.wiki = wiki
        self.date = date
        self.jobs = jobs
    }

    /// The jobs that would be run.
    public var jobsToRun: [PlannedJob] { jobs.filter(\.willRun) }

    /// Bytes that the jobs to run made last, as far as they were done before; nil if none was.
    public var expectedBytes: Int64? {
        let known = jobsToRun.compactMap(\.estimate)
        return known.isEmpty ? nil : known.reduce(0) { $0 + $1.bytes }
    }

    /// How long the jobs to run took last, as far as that was measured; nil if it was of none.
    public internal(set) var expectedMilliseconds: Int64?
}

/// What a run would do with a job.
public struct PlannedJob: Sendable, Hashable {
    /// The name of the job.
    public let name: String
    /// Whether it would be run.
    public let willRun: Bool
    /// Why, or why not.
    public let reason: String
    /// The files it makes.
    public let files: [String]
    /// The commands that it would start; empty if it is not run, or does its work within the process.
    public internal(set) var commands: [Command] = []
    /// The earlier files that would be removed before it begins.
    public internal(set) var removedFiles: [String] = []
    /// What it made when it was done last; nil if it never was.
    public internal(set) var estimate: JobEstimate?

    /// Makes a plan for a job.
    public init(name: String, willRun: Bool, reason: String, files: [String]) {
        self.name = name
        self.willRun = willRun
        self.reason = reason
        self.files = files
    }
}
