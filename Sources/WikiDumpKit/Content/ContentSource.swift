/// A place that the content of a wiki can be read from. One of your own has to pass `ContentSourceConformance` of
/// WikiDumpKitTesting.
public protocol ContentSource: Sendable {
    /// What the wiki says of itself. It is asked when this is called first.
    /// - Throws: ``DumpError`` with code `source` or `configuration` when nobody says it.
    func facts() async throws(DumpError) -> WikiFacts
    /// Freezes the content: everything read from the snapshot is as it was at one instant.
    /// - Throws: ``DumpError`` with code `source`, or `schema` if it holds no wiki.
    func openSnapshot() async throws(DumpError) -> any ContentSnapshot

    /// What holds up those who read the content now, such as the lock of a table; nil if nothing is known to.
    func obstacle() async -> String?
}

extension ContentSource {
    /// Nothing holds up its readers.
    public func obstacle() async -> String? { nil }
}

extension ContentSource {
    /// Those of a snapshot.
    public func facts() async throws(DumpError) -> WikiFacts {
        let snapshot = try await openSnapshot()
        let facts = snapshot.facts
        await snapshot.close()
        return facts
    }
}

/// The content of a wiki at one instant.
///
/// Read several times, it gives the same. A reading ends within two seconds after its task is cancelled, with what comes
/// next or by throwing `cancelled`.
public protocol ContentSnapshot: Sendable {
    /// What the wiki said of itself when the run began.
    var facts: WikiFacts { get }

    /// Checks that a part of the content can be read, before anything of it is.
    /// - Throws: ``DumpError`` with code `schema` if it cannot, and then all readings of that part would throw; with code
    ///   `source` if nothing can be read.
    func check(_ part: ContentPart) async throws(DumpError)

    /// What the source says it holds. A job is done only when what it wrote agrees with this.
    func counts() async throws(DumpError) -> ContentCounts

    /// Reads revisions in the order of page id, then revision id.
    func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor

    /// What each page weighs, by rising id, also of pages that cannot be written. Cheaper than a reading of the revisions
    /// where the source can count.
    /// - Parameter pages: The page ids; nil for all.
    func pageWeights(_ pages: Range<Int64>?) async throws(DumpError) -> any PageWeightCursor

    /// Reads the log in the order of log id, as far as anybody may see it (``LogVisibility``).
    func logEntries() async throws(DumpError) -> any LogCursor

    /// The types of log entries that are left out because nobody knows whether the wiki restricts them; sorted.
    func unknownLogTypes() async throws(DumpError) -> [String]

    /// Titles, in the order of namespace, then title. nil stands for all namespaces.
    func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor

    /// The names of the tables, without the prefix; empty when the source has none.
    func tableNames() async throws(DumpError) -> [String]

    /// A table as SQL text that MariaDB, MySQL and SQLite can read.
    /// - Parameters:
    ///   - name: One of ``tableNames()``.
    ///   - audience: What is hidden from it is not in the text.
    func tableText(_ name: String, for audience: TableAudience) async throws(DumpError) -> any TableTextCursor

    /// How many rows of a table an audience gets, and what is withheld.
    /// - Parameter name: One of ``tableNames()``.
    func count(table name: String, for audience: TableAudience) async throws(DumpError) -> TableCount

    /// Ends the snapshot. Reading from it afterwards fails.
    func close() async
}

extension ContentSnapshot {
    /// Names, namespaces and addresses of the wiki, for the header of every export.
    public var siteInfo: SiteInfo { facts.siteInfo }

    /// Every part can be read.
    public func check(_ part: ContentPart) async throws(DumpError) {}

    /// Every type that is left out is known to be restricted.
    public func unknownLogTypes() async throws(DumpError) -> [String] { [] }

    /// A source without tables has none to give.
    public func tableText(_ name: String, for audience: TableAudience) async throws(DumpError) -> any TableTextCursor {
        throw DumpError(.source, "this source has no table “\(name)”")
    }

    /// A source without tables has none to count.
    public func count(table name: String, for audience: TableAudience) async throws(DumpError) -> TableCount {
        throw DumpError(.source, "this source has no table “\(name)”")
    }
}

/// Which revisions to read, and how much of each.
public struct RevisionSelection: Sendable, Hashable {
    /// Which revisions of a page.
    public enum Extent: Sendable, Hashable {
        /// Every revision.
        case all
        /// The current revision only.
        case current
    }

    /// Which revisions of a page.
    public var extent: Extent
    /// Whether texts are read, or only what describes them.
    public var includesText: Bool
    /// The page ids to read; nil for all.
    public var pages: Range<Int64>?

    /// Makes a selection.
    public init(extent: Extent, includesText: Bool, pages: Range<Int64>? = nil) {
        self.extent = extent
        self.includesText = includesText
        self.pages = pages
    }
}

/// Reads revisions batch by batch, in bounded memory.
public protocol RevisionCursor: Sendable {
    /// The next batch, or nil at the end. Waits; never blocks a thread of the concurrency pool for long.
    func next() async throws(DumpError) -> RevisionBatch?
}

/// Reads log entries batch by batch.
public protocol LogCursor: Sendable {
    /// The next batch, or nil at the end.
    func next() async throws(DumpError) -> LogBatch?
}

/// Reads titles batch by batch.
public protocol TitleCursor: Sendable {
    /// The next batch, or nil at the end. Titles are as stored: with underscores and without a prefix.
    func next() async throws(DumpError) -> [PageTitle]?
}

/// What a source holds, and of it what each kind of dump has to contain.
public struct ContentCounts: Sendable, Hashable {
    /// Pages that exist.
    public var pages: Int64
    /// Revisions of pages that exist.
    public var revisions: Int64
    /// Pages that an articles dump contains (no talk pages, no user pages).
    public var articles: Int64
    /// Pages of the main namespace.
    public var mainNamespacePages: Int64
    /// Log entries that anybody may see.
    public var logEntries: Int64
    /// The highest page id, 0 if there is none.
    public var lastPageID: Int64
    /// The highest revision id, 0 if there is none. Its page may be gone.
    public var lastRevisionID: Int64
    /// The highest id of the log entries that count, 0 if there is none.
    public var lastLogID: Int64

    /// Makes counts.
    public init(
        pages: Int64, revisions: Int64, articles: Int64, mainNamespacePages: Int64, logEntries: Int64,
        lastPageID: Int64, lastRevisionID: Int64, lastLogID: Int64
    ) {
        self.pages = pages
        self.revisions = revisions
        self.articles = articles
        self.mainNamespacePages = mainNamespacePages
        self.logEntries = logEntries
        self.lastPageID = lastPageID
        self.lastRevisionID = lastRevisionID
        self.lastLogID = lastLogID
    }
}

/// A title as it is stored.
public struct PageTitle: Sendable, Hashable {
    /// The number of the namespace.
    public let namespace: Int
    /// The title in UTF-8, with underscores and without the name of the namespace.
    public let title: [UInt8]

    /// Makes a title.
    public init(namespace: Int, title: [UInt8]) {
        self.namespace = namespace
        self.title = title
    }
}

/// Something in the source that could not be read as it should be, and what it cost.
///
/// Problems are counted and shown with the run; they are never dropped in silence. Of one revision or log entry that is
/// missing from the output only one problem is an omission; a page that is missing has one of its own, without a
/// revision. So what was handed out and the omissions of a kind add up to what ``ContentCounts`` promises.
public struct ContentProblem: Sendable, Hashable, CustomStringConvertible {
    /// The page concerned, if any.
    public let page: Int64?
    /// The revision concerned, if any.
    public let revision: Int64?
    /// The log entry concerned, if any.
    public let logEntry: Int64?
    /// The namespace of the page, where it is known: it tells which files lack a page that was left out.
    public let namespace: Int?
    /// What is wrong, and what was written instead.
    public let message: String
    /// Whether the item is missing from the output as a consequence.
    public let isOmission: Bool
    /// Whether a part of the item is missing from the output: a text that cannot be read, a slot without content.
    public let isLoss: Bool
    /// Whether it is a text that the wiki has marked as bad, so that nobody expects to see it.
    public let isKnownBad: Bool
    /// Whether it is a title in a namespace that the wiki does not have, written as MediaWiki writes it. It is told like a
    /// loss, but nothing that the wiki holds is missing from the output.
    public let isStrayTitle: Bool

    /// Makes a problem.
    public init(
        page: Int64? = nil, revision: Int64? = nil, logEntry: Int64? = nil, namespace: Int? = nil, message: String,
        isOmission: Bool, isLoss: Bool = false, isKnownBad: Bool = false, isStrayTitle: Bool = false
    ) {
        self.page = page
        self.revision = revision
        self.logEntry = logEntry
        self.namespace = namespace
        self.message = message
        self.isOmission = isOmission
        self.isLoss = isLoss
        self.isKnownBad = isKnownBad
        self.isStrayTitle = isStrayTitle
    }

    /// Whether something is missing from the output.
    public var isDamage: Bool { isOmission || isLoss }

    /// One line naming the page, the revision or the log entry.
    public var description: String {
        let place = [page.map { "page \($0)" }, revision.map { "revision \($0)" }, logEntry.map { "log entry \($0)" }]
            .compactMap { $0 }.joined(separator: " ")
        return place.isEmpty ? message : "\(place): \(message)"
    }
}

extension ContentSnapshot {
    /// What it holds of some pages. The log is not counted.
    /// - Parameter pages: Ids.
    func counts(of pages: Range<Int64>) async throws(DumpError) -> ContentCounts {
        var counts = ContentCounts.nothing
        let weights = try await pageWeights(pages)
        while let found = try await weights.next() { for page in found { counts.add(page) } }
        return counts
    }
}

extension ContentCounts {
    /// What an empty wiki holds.
    static let nothing = ContentCounts(
        pages: 0, revisions: 0, articles: 0, mainNamespacePages: 0, logEntries: 0, lastPageID: 0, lastRevisionID: 0,
        lastLogID: 0)

    /// Counts a page.
    mutating func add(_ page: PageWeight) {
        pages += 1
        revisions += page.revisions
        if ExportSelection.articles.includes(namespace: page.namespace) { articles += 1 }
        if page.namespace == 0 { mainNamespacePages += 1 }
        lastPageID = Swift.max(lastPageID, page.id)
        lastRevisionID = Swift.max(lastRevisionID, page.lastRevision)
    }
}

/// A part of the content that can be missing by itself: a database may be of a version whose revisions are not understood,
/// while its tables and titles are read all the same.
public enum ContentPart: Sendable, Hashable, CaseIterable {
    /// Pages with their revisions, and what they weigh.
    case revisions
    /// The log.
    case log
    /// The titles of pages.
    case titles
}

/// Which part of a wiki one export file holds.
public struct ExportSelection: Sendable, Hashable {
    /// Which revisions of a page it holds.
    public var extent: RevisionSelection.Extent
    /// Whether it holds articles only: no talk pages (odd namespaces) and no user pages (namespace 2).
    public var articlesOnly: Bool

    /// Makes a selection.
    public init(extent: RevisionSelection.Extent, articlesOnly: Bool) {
        self.extent = extent
        self.articlesOnly = articlesOnly
    }

    /// Every revision of every page: `meta-history`.
    public static let metaHistory = ExportSelection(extent: .all, articlesOnly: false)
    /// The current revision of every page: `meta-current`.
    public static let metaCurrent = ExportSelection(extent: .current, articlesOnly: false)
    /// The current revision of articles: `articles`.
    public static let articles = ExportSelection(extent: .current, articlesOnly: true)
}
