/// What a worker is asked to do.
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

    /// Makes a request; without arguments: the wiki whose turn it is, with all its jobs.
    public init(
        wiki: WikiName? = nil, date: Date = .automatic, jobs: JobSelection = .all, options: RunOptions = RunOptions()
    ) {
        self.wiki = wiki
        self.date = date
        self.jobs = jobs
        self.options = options
    }
}

/// What a worker would do, without doing it.
public struct RunPlan: Sendable, Hashable {
    /// The wiki.
    public let wiki: WikiName
    /// The date the run would have.
    public let date: DumpDate
    /// The jobs, in order.
    public let jobs: [PlannedJob]
}
