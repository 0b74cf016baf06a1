import Synchronization
public import SystemPackage
public import WikiDumpKit

/// A wiki in memory, for tests of jobs, runs and renderers.
public struct InMemoryWiki: Wiki {
    /// The database name.
    public let name: WikiName
    /// Whether it is private.
    public let isPrivate: Bool
    /// Whether it is closed.
    public let isClosed: Bool
    /// The directories for its files.
    public let directories: WikiDirectories
    /// What its trees lie on.
    public var fileSystem = FileSystem.real
    /// Its settings.
    public var settings: WikiSettings
    /// Its content.
    public var content: InMemoryContent

    /// Creates a wiki whose trees are `public`, `private` and `temp` below a folder.
    public init(
        name: WikiName, folder: FilePath, content: InMemoryContent = InMemoryContent(), isPrivate: Bool = false,
        isClosed: Bool = false
    ) {
        self.name = name
        self.isPrivate = isPrivate
        self.isClosed = isClosed
        self.content = content
        directories = WikiDirectories(
            wiki: name, isPrivate: isPrivate, publicTree: folder.appending("public"),
            privateTree: folder.appending("private"), temporaryTree: folder.appending("temp"))
        settings = WikiSettings()
    }

    /// Returns a source of the content.
    public func contentSource() throws(DumpError) -> any ContentSource { InMemorySource(content: content) }
}

/// The content of an ``InMemoryWiki``.
public struct InMemoryContent: Sendable {
    /// What the wiki says about itself.
    public var facts: WikiFacts
    /// The pages with all their revisions, in the order of the export.
    public var pages: [RevisionBatch.Run]
    /// The log.
    public var log: [LogEntry]
    /// The problems that the source reports about rows it cannot read.
    public var problems: [ContentProblem]
    /// The number of revisions that the source counts in addition to those in ``pages``; simulates a source that lost some.
    public var lostRevisions: Int64
    /// The tables by name, as chunks of SQL text.
    public var tables: [String: [TableText]] = [:]
    /// The number of rows that the source counts in each table in addition to those in its text; simulates a source that lost
    /// some.
    public var lostRows: Int64 = 0
    /// The parts that cannot be read, and why.
    public var refusals: [ContentPart: DumpError] = [:]

    /// Names and namespaces.
    public var siteInfo: SiteInfo { facts.siteInfo }

    /// Creates content. Without arguments, it is that of an empty wiki with the usual namespaces.
    public init(
        pages: [RevisionBatch.Run] = [], log: [LogEntry] = [], problems: [ContentProblem] = [],
        lostRevisions: Int64 = 0
    ) {
        self.pages = pages
        self.log = log
        self.problems = problems
        self.lostRevisions = lostRevisions
        let names = ["Media", "Special", "", "Talk", "User", "User talk", "Project", "Project talk"]
        let siteInfo = SiteInfo(
            siteName: "In memory", databaseName: "memorywiki", base: "http://localhost/Main_Page",
            generator: "MediaWiki 1.39.17", capitalization: "first-letter", language: "en",
            namespaces: names.enumerated().map { place, name in
                .init(id: place - 2, name: name, capitalization: "first-letter")
            })
        facts = WikiFacts(siteInfo: siteInfo)
    }

    /// Creates pages with small texts that are derived from their numbers.
    ///
    /// - Parameters:
    ///   - pageCount: The number of pages; every third one is a talk page.
    ///   - revisionsPerPage: The number of revisions of each page.
    ///   - textSize: The approximate size of a text in bytes.
    public init(pageCount: Int, revisionsPerPage: Int = 1, textSize: Int = 100) {
        var pages: [RevisionBatch.Run] = []
        var id: Int64 = 0
        for number in 0..<pageCount {
            var revisions: [Revision] = []
            for place in 0..<revisionsPerPage {
                id += 1
                let line = "Line \(place) of page \(number). "
                let text = Array(String(repeating: line, count: textSize / line.utf8.count + 1).utf8)
                let slot = Slot(
                    role: "main", origin: id, model: "wikitext", size: Int64(text.count),
                    sha1: "phoiac9h4m842xq45sp7s6u21eteeq1", address: "tt:\(id)", text: text)
                revisions.append(
                    Revision(
                        id: id, parent: place == 0 ? 0 : id - 1, timestamp: "20260102030405",
                        isMinor: false, hidden: [], contributor: Contributor(id: 1, name: Array("Admin".utf8)),
                        comment: Array("step \(place)".utf8), sha1: slot.sha1, main: slot))
            }
            let title = PageTitle(namespace: number % 3 == 2 ? 1 : 0, title: Array("Page_\(number)".utf8))
            pages.append(
                RevisionBatch.Run(
                    page: Page(id: Int64(number + 1), title: title, latestRevision: id), startsPage: true,
                    endsPage: true, revisions: revisions))
        }
        self.init(pages: pages)
    }
}

private struct InMemorySource: ContentSource {
    let content: InMemoryContent

    func facts() async throws(DumpError) -> WikiFacts { content.facts }

    func openSnapshot() async throws(DumpError) -> any ContentSnapshot { InMemorySnapshot(content: content) }
}

private final class InMemorySnapshot: ContentSnapshot {
    let content: InMemoryContent
    private let isClosed = Mutex(false)

    init(content: InMemoryContent) { self.content = content }

    private func refuseIfClosed() throws(DumpError) {
        if isClosed.withLock({ $0 }) { throw DumpError(.source, "the snapshot was closed") }
    }

    var facts: WikiFacts { content.facts }

    func check(_ part: ContentPart) async throws(DumpError) {
        if let refusal = content.refusals[part] { throw refusal }
    }

    func counts() async throws(DumpError) -> ContentCounts {
        try refuseIfClosed()
        let revisions = content.pages.flatMap(\.revisions)
        return ContentCounts(
            pages: Int64(content.pages.count), revisions: Int64(revisions.count) + content.lostRevisions,
            articles: Int64(
                content.pages.count { ExportSelection.articles.includes(namespace: $0.page.title.namespace) }),
            mainNamespacePages: Int64(content.pages.count { $0.page.title.namespace == 0 }),
            logEntries: Int64(content.log.count), lastPageID: content.pages.last?.page.id ?? 0,
            lastRevisionID: revisions.map(\.id).max() ?? content.lostRevisions, lastLogID: content.log.last?.id ?? 0)
    }

    func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor {
        try refuseIfClosed()
        var runs = content.pages.filter { selection.pages?.contains($0.page.id) ?? true }
        for index in runs.indices {
            let latest = runs[index].page.latestRevision
            if selection.extent == .current { runs[index].revisions.removeAll { $0.id != latest } }
            if selection.includesText { continue }
            for revision in runs[index].revisions.indices { runs[index].revisions[revision].dropTexts() }
        }
        // A reading of current revisions does not encounter the problems of others.
        let current = Set(content.pages.map(\.page.latestRevision))
        let problems = content.problems.filter { problem in
            selection.extent == .all || problem.revision.map(current.contains) ?? true
        }
        // Problems of existing pages are reported together with the page.
        let pages = Set(runs.map(\.page.id))
        let rest = problems.filter { problem in problem.page.map { !pages.contains($0) } ?? true }
        return ListCursor(
            runs.map { run in RevisionBatch(runs: [run], problems: problems.filter { $0.page == run.page.id }) }
                + (rest.isEmpty ? [] : [RevisionBatch(runs: [], problems: rest)]))
    }

    func logEntries() async throws(DumpError) -> any LogCursor {
        try refuseIfClosed()
        return ListCursor([LogBatch(entries: content.log)])
    }

    func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor {
        try refuseIfClosed()
        let titles = content.pages.map(\.page.title).filter { namespace == nil || $0.namespace == namespace }.sorted {
            $0.namespace == $1.namespace
                ? $0.title.lexicographicallyPrecedes($1.title) : $0.namespace < $1.namespace
        }
        return ListCursor([titles])
    }

    func tableNames() async throws(DumpError) -> [String] { content.tables.keys.sorted() }

    func tableText(_ name: String, for audience: TableAudience) async throws(DumpError) -> any TableTextCursor {
        try refuseIfClosed()
        return ListCursor(try pieces(name))
    }

    func count(table name: String, for audience: TableAudience) async throws(DumpError) -> TableCount {
        TableCount(rows: try pieces(name).reduce(0) { $0 + $1.rowCount } + content.lostRows)
    }

    private func pieces(_ table: String) throws(DumpError) -> [TableText] {
        guard let pieces = content.tables[table] else { throw DumpError(.source, "there is no table “\(table)”") }
        return pieces
    }

    func close() async { isClosed.withLock { $0 = true } }
}

/// Returns the elements of a list, one at a time.
private actor ListCursor<Element: Sendable> {
    private var rest: ArraySlice<Element>

    init(_ elements: [Element]) { rest = elements[...] }

    func next() -> Element? { rest.popFirst() }
}

extension ListCursor: RevisionCursor where Element == RevisionBatch {}
extension ListCursor: LogCursor where Element == LogBatch {}
extension ListCursor: TitleCursor where Element == [PageTitle] {}
extension ListCursor: TableTextCursor where Element == TableText {}
