/// What a worker is asked to do. ``Worker/check(_:)`` says what cannot be asked for together.
public struct RunRequest: Sendable, Hashable {
    /// Which date a run gets.
    public enum Date: Sendable, Hashable {
        /// That of the newest run if it was cut off, else today's.
        case automatic
        /// That of the newest run; today's if there is none.
        case last
        /// This one.
        case day(DumpDate)
    }

    /// The wiki; nil for the one whose turn it is.
    public var wiki: WikiName?
    /// The date.
    public var date: Date
    /// Which jobs.
    public var jobs: JobSelection
    /// How the jobs do their work.
    public var options: RunOptions
    /// Leaves a wiki alone that was dumped on this day or later.
    public var cutoff: DumpDate?
    /// Whether the lock of the wiki is taken even from a process that lives.
    public var takesLock: Bool
    /// What to do with the notice on the page of the run; nil to leave it as it is.
    public var notice: RunNotice.Change?
    /// The number of the claim on the wiki under which the run is made, see ``LockGrant/epoch``. The worker sets it once it
    /// holds the lock.
    public internal(set) var epoch: Int64?

    /// Makes a request; without arguments: the wiki whose turn it is, with all its jobs.
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
