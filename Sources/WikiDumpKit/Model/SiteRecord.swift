/// What is known about all wikis of a farm.
public struct SiteRecord: Sendable, Hashable {
    /// The order of the wikis on an index page.
    public enum Order: Sendable, Hashable, CaseIterable {
        /// Newest good dump first, then aborted ones, then those never dumped.
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
        /// What the state is in words, such as `Dump complete` or `dump aborted`.
        public var statusText: String
        /// The class of the state: `done`, `done failed`, `in-progress`, `partial-dump`, `failed` or `missing`.
        public var statusClass: String
        /// What stands behind these words; empty for nothing.
        public var statusRemark: String
        /// When the state changed last.
        public var updated: UTCTime?
        /// The jobs being done now, with their progress; empty for a private wiki.
        public var activeJobs: [JobRecord]

        /// Makes an entry.
        public init(
            wiki: WikiName, isPrivate: Bool, isClosed: Bool, date: DumpDate?, statusText: String, statusClass: String,
            statusRemark: String = "", updated: UTCTime?, activeJobs: [JobRecord] = []
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
        }
    }

    /// What happens on the farm, such as `Dumps are in progress...`. Plain text.
    public var status: String
    /// The wikis, in the order asked for.
    public var entries: [Entry]
    /// When the sweep was made.
    public var updated: UTCTime

    /// Makes a record.
    public init(status: String, entries: [Entry], updated: UTCTime) {
        self.status = status
        self.entries = entries
        self.updated = updated
    }
}

extension SiteRecord {
    /// The same record with its wikis in another order.
    ///
    /// Private wikis stand last and by name, because their place among the others would tell when they were dumped.
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
    /// Sorts good dumps first, then bad ones, then wikis without a dump; the newest first within each.
    fileprivate var dateKey: (group: Int, date: Int, time: Int64) {
        if isPrivate { return (3, 0, 0) }
        guard let date else { return (2, 0, 0) }
        let isBad = statusClass == "failed" || statusClass == "missing"
        return (isBad ? 1 : 0, -(Int(date.description) ?? 0), -(updated?.seconds ?? 0))
    }
}
