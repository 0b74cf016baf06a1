/// A source of a wiki's content. A source that you write must pass `ContentSourceConformance` of WikiDumpKitTesting.
public protocol ContentSource: Sendable {
    /// What the wiki says about itself. The first call asks the wiki.
    /// - Throws: ``DumpError`` with code `source` or `configuration` if no answer can be had.
    func facts() async throws(DumpError) -> WikiFacts
    /// Freezes the content: everything read from the snapshot shows the same instant.
    /// - Throws: ``DumpError`` with code `source`, or `schema` if the source holds no wiki.
    func openSnapshot() async throws(DumpError) -> any ContentSnapshot

    /// What is holding up readers of the content now, such as a table lock; nil if nothing is known.
    func obstacle() async -> String?
}

extension ContentSource {
    /// Always nil: nothing is known to hold up readers.
    public func obstacle() async -> String? { nil }

    /// The facts of a snapshot that is opened for the question.
    public func facts() async throws(DumpError) -> WikiFacts {
        let snapshot = try await openSnapshot()
        let facts = snapshot.facts
        await snapshot.close()
        return facts
    }
}

/// The content of a wiki at one instant.
///
/// Repeated reads return the same content. After its task is cancelled, a read ends within two seconds: it returns the next
/// value or throws `cancelled`.
public protocol ContentSnapshot: Sendable {
    /// What the wiki said about itself when the run began.
    var facts: WikiFacts { get }

    /// Checks that a part of the content can be read, before reading any of it.
    /// - Throws: ``DumpError`` with code `schema` if this part cannot be read, so every read of it would throw; with code
    ///   `source` if nothing can be read.
    func check(_ part: ContentPart) async throws(DumpError)

    /// What the source says it holds. A job is done only when its output agrees with these counts.
    func counts() async throws(DumpError) -> ContentCounts

    /// Reads revisions in the order of page id, then revision id.
    func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor

    /// The weight of each page, by rising id, including pages that cannot be written. This is cheaper than reading the
    /// revisions if the source can count.
    /// - Parameter pages: The page ids; nil for all.
    func pageWeights(_ pages: Range<Int64>?) async throws(DumpError) -> any PageWeightCursor

    /// Reads the public entries of the log (``LogVisibility``) in the order of log id.
    func logEntries() async throws(DumpError) -> any LogCursor

    /// The log types that are left out because it is unknown whether the wiki restricts them; sorted.
    func unknownLogTypes() async throws(DumpError) -> [String]

    /// Reads titles in the order of namespace, then title.
    /// - Parameter namespace: The namespace to read; nil for all.
    func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor

    /// The names of the tables, without the prefix; empty if the source has no tables.
    func tableNames() async throws(DumpError) -> [String]

    /// A table as SQL text that MariaDB, MySQL and SQLite can read.
    /// - Parameters:
    ///   - name: One of ``tableNames()``.
    ///   - audience: Who will read the text. What is hidden from them is left out.
    func tableText(_ name: String, for audience: TableAudience) async throws(DumpError) -> any TableTextCursor

    /// How many rows of a table an audience gets, and how much is withheld.
    /// - Parameters:
    ///   - name: One of ``tableNames()``.
    ///   - audience: Who will read the rows.
    func count(table name: String, for audience: TableAudience) async throws(DumpError) -> TableCount

    /// Ends the snapshot. Reading from it afterwards fails.
    func close() async
}

extension ContentSnapshot {
    /// Names, namespaces and addresses of the wiki, for the header of every export.
    public var siteInfo: SiteInfo { facts.siteInfo }

    /// Never throws: every part can be read.
    public func check(_ part: ContentPart) async throws(DumpError) {}

    /// Always empty: every type that is left out is known to be restricted.
    public func unknownLogTypes() async throws(DumpError) -> [String] { [] }

    /// Throws, for sources without tables.
    public func tableText(_ name: String, for audience: TableAudience) async throws(DumpError) -> any TableTextCursor {
        throw DumpError(.source, "this source has no table “\(name)”")
    }

    /// Throws, for sources without tables.
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
    /// Whether to read the texts, or only their metadata.
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
    /// The next batch, or nil at the end. It suspends, and never blocks a thread of the concurrency pool for long.
    func next() async throws(DumpError) -> RevisionBatch?
}

/// Reads log entries batch by batch.
public protocol LogCursor: Sendable {
    /// The next batch, or nil at the end.
    func next() async throws(DumpError) -> LogBatch?
}

/// Reads titles batch by batch.
public protocol TitleCursor: Sendable {
    /// The next batch, or nil at the end. Titles are as stored: with underscores and without a namespace prefix.
    func next() async throws(DumpError) -> [PageTitle]?
}

/// What a source holds, and how much of it each kind of dump must contain.
public struct ContentCounts: Sendable, Hashable {
    /// Pages that exist.
    public var pages: Int64
    /// Revisions of pages that exist.
    public var revisions: Int64
    /// Pages that an articles dump contains (no talk pages, no user pages).
    public var articles: Int64
    /// Pages of the main namespace.
    public var mainNamespacePages: Int64
    /// Public log entries.
    public var logEntries: Int64
    /// The highest page id, 0 if there is none.
    public var lastPageID: Int64
    /// The highest revision id, 0 if there is none. Its page may be deleted.
    public var lastRevisionID: Int64
    /// The highest id of the public log entries, 0 if there is none.
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
    /// The title in UTF-8, with underscores and without the namespace prefix.
    public let title: [UInt8]

    /// Makes a title.
    public init(namespace: Int, title: [UInt8]) {
        self.namespace = namespace
        self.title = title
    }
}

/// Something in the source that could not be read properly, and the consequence.
///
/// Problems are counted and reported with the run; they are never dropped silently. Each missing revision or log entry has
/// exactly one problem that is an omission. A missing page has one omission of its own, without a revision. So the items that
/// were delivered plus the omissions of that kind add up to ``ContentCounts``.
public struct ContentProblem: Sendable, Hashable, CustomStringConvertible {
    /// The page concerned, if any.
    public let page: Int64?
    /// The revision concerned, if any.
    public let revision: Int64?
    /// The log entry concerned, if any.
    public let logEntry: Int64?
    /// The namespace of the page, if known. It tells which files lack a page that was left out.
    public let namespace: Int?
    /// What is wrong, and what was written instead.
    public let message: String
    /// Whether the item is therefore missing from the output.
    public let isOmission: Bool
    /// Whether a part of the item is missing from the output: an unreadable text, or a slot without content.
    public let isLoss: Bool
    /// Whether the problem is a text that the wiki itself has marked as bad, so nobody expects to see it.
    public let isKnownBad: Bool
    /// Whether the problem is a title in a namespace that the wiki does not have, written as MediaWiki writes it. It is
    /// reported like a loss, but nothing that the wiki holds is missing from the output.
    public let isStrayTitle: Bool

    /// Makes a problem.
    public init(
        page: Int64? = nil, revision: Int64? = nil, logEntry: Int64? = nil, namespace: Int? = nil, message: String,
        isOmission: Bool = false, isLoss: Bool = false, isKnownBad: Bool = false, isStrayTitle: Bool = false
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

    /// Whether the item or a part of it is missing from the output.
    public var isDamage: Bool { isOmission || isLoss }

    /// One line that names the page, the revision or the log entry.
    public var description: String {
        let place = [page.map { "page \($0)" }, revision.map { "revision \($0)" }, logEntry.map { "log entry \($0)" }]
            .compactMap { $0 }.joined(separator: " ")
        return place.isEmpty ? message : "\(place): \(message)"
    }
}

extension ContentSnapshot {
    /// What the snapshot holds of a range of page ids. The log is not counted.
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

    mutating func add(_ page: PageWeight) {
        pages += 1
        revisions += page.revisions
        if ExportSelection.articles.includes(namespace: page.namespace) { articles += 1 }
        if page.namespace == 0 { mainNamespacePages += 1 }
        lastPageID = Swift.max(lastPageID, page.id)
        lastRevisionID = Swift.max(lastRevisionID, page.lastRevision)
    }
}

/// A part of the content that may be unreadable on its own. For example, a database may have a version whose revisions are
/// not understood, while its tables and titles can still be read.
public enum ContentPart: Sendable, Hashable, CaseIterable {
    /// Pages with their revisions, and their weights.
    case revisions
    /// The log.
    case log
    /// The titles of pages.
    case titles
}

/// Which part of a wiki an export file holds.
public struct ExportSelection: Sendable, Hashable {
    /// Which revisions of a page the file holds.
    public var extent: RevisionSelection.Extent
    /// Whether the file holds articles only: no talk pages (odd namespaces) and no user pages (namespace 2).
    public var articlesOnly: Bool

    /// Every revision of every page: `meta-history`.
    public static let metaHistory = ExportSelection(extent: .all, articlesOnly: false)
    /// The current revision of every page: `meta-current`.
    public static let metaCurrent = ExportSelection(extent: .current, articlesOnly: false)
    /// The current revision of articles: `articles`.
    public static let articles = ExportSelection(extent: .current, articlesOnly: true)
}
