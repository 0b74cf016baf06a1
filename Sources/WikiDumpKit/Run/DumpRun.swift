/// One run of the dump jobs of a wiki.
///
/// ``JobRun`` runs a list of jobs over a snapshot of the content. Conform a type of your own to make dumps in another
/// way under the same worker.
public protocol DumpRun: Sendable {
    /// The wiki.
    var wiki: any Wiki { get }
    /// The date of the run.
    var date: DumpDate { get }

    /// Tells of something that was asked for and cannot be. Asked before the lock is taken; changes nothing on disk.
    /// - Throws: ``DumpError`` with code `usage`.
    func check() throws(DumpError)

    /// The names of the jobs that a run would do now. Asked before each run, so it looks at as little as it can; changes
    /// nothing on disk.
    func remaining() throws(DumpError) -> [String]

    /// What a run would do now, and why, for people to read. Changes nothing on disk.
    func plan() throws(DumpError) -> [PlannedJob]

    /// What is on disk about the run, without a look at the source; nil if the run keeps no record. Tells whether the run is
    /// complete once the jobs of a plan are done.
    func knownRecord() throws(DumpError) -> RunRecord?

    /// How long some jobs took, together, when they were done last; nil if that is not known.
    func expectedMilliseconds(of names: [String]) throws(DumpError) -> Int64?

    /// Help with a job of the run that another process does.
    /// - Throws: ``DumpError`` with code `usage` if the job is none that several processes share.
    func help(with job: String) throws(DumpError) -> any RunHelp

    /// Runs the jobs. The caller holds the lock of the wiki. A notice that is asked for (``RunRequest/notice``) is changed
    /// by the run, once it is certain that it begins.
    ///
    /// It may be killed at any instant; running it again finishes what is missing.
    /// - Returns: what is known about the run at its end, failed jobs included.
    /// - Throws: ``DumpError`` when the run as a whole cannot go on: `cancelled`, `diskFull`, `permission`,
    ///   `fileSystem`, `lockLost`; `source`, `schema` or `configuration` when the content cannot be read. If no job can
    ///   be done at all, nothing is made in the folders of the run.
    func run(_ observer: any DumpObserver) async throws(DumpError) -> RunRecord
}

extension DumpRun {
    /// Nothing is wrong with what was asked for.
    public func check() throws(DumpError) {}
    /// Those that the plan says will run.
    public func remaining() throws(DumpError) -> [String] { try plan().filter(\.willRun).map(\.name) }
    /// No record is kept.
    public func knownRecord() throws(DumpError) -> RunRecord? { nil }
    /// Nobody knows.
    public func expectedMilliseconds(of names: [String]) throws(DumpError) -> Int64? { nil }
    /// No job is shared.
    public func help(with job: String) throws(DumpError) -> any RunHelp {
        throw DumpError(.usage, "the runs of \(wiki.name) are of a kind that has no batches")
    }
}

/// Does batches of a job of a run that another process does: without the lock of the wiki, and without touching status
/// files.
public protocol RunHelp: Sendable {
    /// The name of the job.
    var jobName: String { get }
    /// The batches that are to be had now. Changes nothing on disk.
    func offers() throws(DumpError) -> [BatchOffer]
    /// Why no batch is to be had.
    func reason() throws(DumpError) -> DumpError
    /// Does batches until none is to be had.
    /// - Throws: ``DumpError`` with code `nothingToDo` if there was none from the beginning; the first failure of a batch,
    ///   when all others are done; `lockLost` if every batch was lost to others; what keeps this process from its work.
    func perform(_ observer: any DumpObserver) async throws(DumpError) -> BatchTally
}

/// A batch that is to be had.
public struct BatchOffer: Sendable, Hashable {
    /// Its name, such as `p1p4330`.
    public let name: String
    /// The files that would be made.
    public let files: [String]

    /// Makes an offer.
    public init(name: String, files: [String]) {
        self.name = name
        self.files = files
    }
}

/// Is told what happens during a run.
public protocol DumpObserver: Sendable {
    /// Called in order, from one task at a time; may be called often. Has to return soon.
    func observe(_ event: DumpEvent)
}

/// Something that happened during a run.
public enum DumpEvent: Sendable {
    /// The run begins.
    case runStarted(wiki: WikiName, date: DumpDate, jobs: [String], isResumed: Bool)
    /// The run does not begin, since nothing of it can be done. ``DumpRun/run(_:)`` throws the same failure.
    case runRefused(wiki: WikiName, date: DumpDate, failure: DumpError)
    /// A job begins.
    case jobStarted(String)
    /// How far a job is.
    case jobProgress(String, JobProgress)
    /// A job ended, well or not.
    case jobEnded(JobRecord)
    /// Something in the source could not be read as it should be.
    case problem(job: String, ContentProblem)
    /// The run is over.
    case runEnded(RunRecord)
}

/// Does not listen.
public struct SilentObserver: DumpObserver {
    /// Makes an observer that ignores everything.
    public init() {}
    /// Ignores the event.
    public func observe(_ event: DumpEvent) {}
}
