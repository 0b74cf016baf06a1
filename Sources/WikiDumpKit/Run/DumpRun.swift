/// One run of the dump jobs of a wiki.
///
/// ``JobRun`` runs a list of jobs over a snapshot of the content. Conform a type of your own to make dumps in another
/// way under the same worker.
public protocol DumpRun: Sendable {
    /// The wiki.
    var wiki: any Wiki { get }
    /// The date of the run.
    var date: DumpDate { get }

    /// Checks whether the run can do what was asked for. Called before the lock is taken. It must change nothing on disk.
    /// - Throws: ``DumpError`` with code `usage` if the request is impossible.
    func check() throws(DumpError)

    /// The names of the jobs that a run would do now. Called before each run, so it should read as little as possible. It must
    /// change nothing on disk.
    func remaining() throws(DumpError) -> [String]

    /// What a run would do now, and why, for people to read. It must change nothing on disk.
    func plan() throws(DumpError) -> [PlannedJob]

    /// The record of the run as it is on disk, without looking at the source; nil if the run keeps no record. It shows whether
    /// the run is complete once the jobs of a plan are done.
    func knownRecord() throws(DumpError) -> RunRecord?

    /// How long some jobs took in total when they were last done; nil if unknown.
    func expectedMilliseconds(of names: [String]) throws(DumpError) -> Int64?

    /// Returns the help for a job of the run that another process is doing.
    /// - Throws: ``DumpError`` with code `usage` if several processes cannot share the job.
    func help(with job: String) throws(DumpError) -> any RunHelp

    /// Runs the jobs. The caller holds the lock of the wiki. If a change of the notice was requested (``RunRequest/notice``),
    /// the run makes it once it is certain to start.
    ///
    /// The run may be killed at any moment. Running it again completes what is missing.
    /// - Returns: The record of the run at its end, including failed jobs.
    /// - Throws: ``DumpError`` if the run as a whole cannot continue: `cancelled`, `diskFull`, `permission`, `fileSystem` or
    ///   `lockLost`; `source`, `schema` or `configuration` if the content cannot be read. If no job can be done at all, nothing
    ///   is created in the folders of the run.
    func run(_ observer: any DumpObserver) async throws(DumpError) -> RunRecord
}

extension DumpRun {
    /// Accepts every request.
    public func check() throws(DumpError) {}
    /// The jobs that will run according to the plan.
    public func remaining() throws(DumpError) -> [String] { try plan().filter(\.willRun).map(\.name) }
    /// The run keeps no record.
    public func knownRecord() throws(DumpError) -> RunRecord? { nil }
    /// The duration is unknown.
    public func expectedMilliseconds(of names: [String]) throws(DumpError) -> Int64? { nil }
    /// Throws: no job is shared.
    public func help(with job: String) throws(DumpError) -> any RunHelp {
        throw DumpError(.usage, "the runs of \(wiki.name) do not support batches")
    }
}

/// Does batches of a job in a run that another process is doing. It holds no lock of the wiki and touches no status files.
public protocol RunHelp: Sendable {
    /// The name of the job.
    var jobName: String { get }
    /// The batches that are available now. This changes nothing on disk.
    func offers() throws(DumpError) -> [BatchOffer]
    /// The reason why no batch is available.
    func reason() throws(DumpError) -> DumpError
    /// Does batches until none is available.
    /// - Throws: ``DumpError`` with code `nothingToDo` if no batch was available from the start; `lockLost` if every batch was
    ///   lost to other processes; the first failure of a batch, after all others are done; or whatever keeps this process from
    ///   working.
    func perform(_ observer: any DumpObserver) async throws(DumpError) -> BatchTally
}

/// A batch that is available.
public struct BatchOffer: Sendable, Hashable {
    /// Its name, such as `p1p4330`.
    public let name: String
    /// The files that would be made.
    public let files: [String]

    /// Creates an offer.
    public init(name: String, files: [String]) {
        self.name = name
        self.files = files
    }
}

/// Receives the events of a run.
public protocol DumpObserver: Sendable {
    /// Receives an event. Calls come in order, from one task at a time, and may be frequent. Must return quickly.
    func observe(_ event: DumpEvent)
}

/// Something that happened during a run.
public enum DumpEvent: Sendable {
    /// The run starts.
    case runStarted(wiki: WikiName, date: DumpDate, jobs: [String], isResumed: Bool)
    /// The run does not start because none of it can be done. ``DumpRun/run(_:)`` throws the same failure.
    case runRefused(wiki: WikiName, date: DumpDate, failure: DumpError)
    /// A job starts.
    case jobStarted(String)
    /// The progress of a job.
    case jobProgress(String, JobProgress)
    /// A job ended, successfully or not.
    case jobEnded(JobRecord)
    /// Something in the source could not be read properly.
    case problem(job: String, ContentProblem)
    /// The run has ended.
    case runEnded(RunRecord)
}

/// An observer that ignores all events.
public struct SilentObserver: DumpObserver {
    /// Creates an observer that ignores all events.
    public init() {}
    /// Ignores the event.
    public func observe(_ event: DumpEvent) {}
}
