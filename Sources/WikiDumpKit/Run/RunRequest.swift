/// What a worker is asked to do. ``Worker/check(_:)`` rejects combinations that make no sense.
public struct RunRequest: Sendable, Hashable {
    /// How the date of a run is chosen.
    public enum Date: Sendable, Hashable {
        /// The date of the newest run if that was interrupted; otherwise today.
        case automatic
        /// The date of the newest run; today if there is none.
        case last
        /// This date.
        case day(DumpDate)
    }

    /// The wiki; nil for the next one in the queue.
    public var wiki: WikiName?
    /// The date.
    public var date: Date
    /// Which jobs to do.
    public var jobs: JobSelection
    /// How the jobs do their work.
    public var options: RunOptions
    /// Skips wikis that were dumped on this day or later.
    public var cutoff: DumpDate?
    /// Whether to take the lock of the wiki even from a living process.
    public var takesLock: Bool
    /// The change to the notice on the page of the run; nil to leave it as it is.
    public var notice: RunNotice.Change?
    /// The number under which the run may change the folders of the wiki, see ``JobContext/epoch``. The worker sets it once it
    /// has them.
    public internal(set) var epoch: Int64?

    /// Creates a request. Without arguments, it asks for all jobs of the next wiki in the queue.
    public init(
        wiki: WikiName? = nil, date: Date = .automatic, jobs: JobSelection = .all, options: RunOptions = RunOptions(),
        cutoff: DumpDate? = nil, takesLock: Bool = false, notice: RunNotice.Change? = nil
    ) {
        self.wiki = wiki
        self.date = date
        self.jobs = jobs
        self.options = options
        self.cutoff = cutoff
        self.takesLock = takesLock
        self.notice = notice
    }
}
