/// What is known about all runs of a wiki. The page of the wiki and its feeds are made from it.
public struct WikiRecord: Sendable, Hashable {
    /// A run as the page of the wiki shows it.
    public struct Run: Sendable, Hashable {
        /// The date of the run.
        public var date: DumpDate
        /// The state in words, such as `Dump complete`.
        public var statusText: String
        /// The CSS class of the state, as in ``SiteRecord/Entry/statusClass``.
        public var statusClass: String
        /// A remark after these words; empty for none.
        public var statusRemark: String
        /// When the run ended; nil if it goes on, or if that is not known.
        public var updated: UTCTime?
        /// Whether every job is done.
        public var isComplete: Bool
        /// The number of files that are offered; nil if it is not known or still changes.
        public var files: Int?
        /// Their size in bytes.
        public var bytes: Int64?
        /// The number of pages in the files that hold most of them.
        public var pages: Int64?
        /// The number of revisions in the files that hold most of them.
        public var revisions: Int64?
        /// How long its jobs took in milliseconds; nil if that was not measured.
        public var milliseconds: Int64?

        /// Makes a record.
        public init(
            date: DumpDate, statusText: String, statusClass: String, statusRemark: String = "", updated: UTCTime? = nil,
            isComplete: Bool = false, files: Int? = nil, bytes: Int64? = nil, pages: Int64? = nil,
            revisions: Int64? = nil, milliseconds: Int64? = nil
        ) {
            self.date = date
            self.statusText = statusText
            self.statusClass = statusClass
            self.statusRemark = statusRemark
            self.updated = updated
            self.isComplete = isComplete
            self.files = files
            self.bytes = bytes
            self.pages = pages
            self.revisions = revisions
            self.milliseconds = milliseconds
        }
    }

    /// The wiki.
    public var wiki: WikiName
    /// Whether it is private. Then its page lies in the private tree.
    public var isPrivate: Bool
    /// Whether it is closed.
    public var isClosed: Bool
    /// Its runs, the newest first.
    public var runs: [Run]

    /// Makes a record.
    public init(wiki: WikiName, isPrivate: Bool = false, isClosed: Bool = false, runs: [Run]) {
        self.wiki = wiki
        self.isPrivate = isPrivate
        self.isClosed = isClosed
        self.runs = runs
    }
}
