/// What is known about all wikis of a farm.
public struct SiteRecord: Sendable, Hashable {
    /// The order of the wikis on an index page.
    public enum Order: Sendable, Hashable, CaseIterable {
        /// Newest good dump first, then aborted dumps, then wikis without a dump.
        case date
        /// By name.
        case name
    }

    /// A wiki on an index page.
    public struct Entry: Sendable, Hashable {
        /// The wiki.
        public var wiki: WikiName
        /// Whether it is private.
        public var isPrivate: Bool
        /// Whether it is closed.
        public var isClosed: Bool
        /// The newest run; nil if there is none.
        public var date: DumpDate?
        /// The state in words, such as `Dump complete` or `dump aborted`.
        public var statusText: String
        /// The CSS class of the state: `done`, `done failed`, `in-progress`, `partial-dump`, `failed` or `missing`.
        public var statusClass: String
        /// A remark after these words; empty for none.
        public var statusRemark: String
        /// When the state last changed.
        public var updated: UTCTime?
        /// The running jobs with their progress; empty for a private wiki.
        public var activeJobs: [JobRecord]
        /// The newest run of which every job is done; nil if there is none, and for a private wiki.
        public var complete: CompleteRun?
        /// How many items that are damaged in the wiki are missing from the files of the newest run.
        public var missingItems: Int64

        /// Makes an entry.
        public init(
            wiki: WikiName, isPrivate: Bool, isClosed: Bool, date: DumpDate?, statusText: String, statusClass: String,
            statusRemark: String = "", updated: UTCTime?, activeJobs: [JobRecord] = [], complete: CompleteRun? = nil,
            missingItems: Int64 = 0
        ) {
            self.wiki = wiki
            self.isPrivate = isPrivate
            self.isClosed = isClosed
            self.date = date
            self.statusText = statusText
            self.statusClass = statusClass
            self.statusRemark = statusRemark
            self.updated = updated
            self.activeJobs = activeJobs
            self.complete = complete
            self.missingItems = missingItems
        }
    }

    /// A run of which every job is done.
    public struct CompleteRun: Sendable, Hashable {
        /// The date of the run.
        public var date: DumpDate
        /// When it was complete.
        public var ended: UTCTime
        /// The size of all its published files in bytes.
        public var bytes: Int64

        /// Makes a record.
        public init(date: DumpDate, ended: UTCTime, bytes: Int64) {
            self.date = date
            self.ended = ended
            self.bytes = bytes
        }
    }

    /// What is happening on the farm, such as `Dumps are in progress...`, as plain text.
    public var status: String
    /// The wikis in the requested order.
    public var entries: [Entry]
    /// When the farm was last surveyed.
    public var updated: UTCTime
    /// How many things went wrong with single wikis in the survey, each of which was logged.
    public var problems: Int

    /// Makes a record.
    public init(status: String, entries: [Entry], updated: UTCTime, problems: Int = 0) {
        self.status = status
        self.entries = entries
        self.updated = updated
        self.problems = problems
    }

    /// The record with its wikis in another order.
    ///
    /// Private wikis come last and are sorted by name, because a place among the others would reveal when they were dumped.
    package func ordered(_ order: Order) -> SiteRecord {
        var copy = self
        copy.entries.sort { a, b in
            if order == .date, a.dateKey != b.dateKey { return a.dateKey < b.dateKey }
            return a.wiki < b.wiki
        }
        return copy
    }
}

extension SiteRecord.Entry {
    /// Sorts good dumps first, then bad dumps, then wikis without a dump; within each group, newest first.
    fileprivate var dateKey: (group: Int, date: Int, time: Int64) {
        if isPrivate { return (3, 0, 0) }
        guard let date else { return (2, 0, 0) }
        let isBad = statusClass == "failed" || statusClass == "missing"
        return (isBad ? 1 : 0, -(Int(date.description) ?? 0), -(updated?.seconds ?? 0))
    }
}
