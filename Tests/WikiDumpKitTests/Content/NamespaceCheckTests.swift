import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct NamespaceCheckTests {
    private let wiki: SyntheticWiki

    init() throws { wiki = try SyntheticWiki() }

    private static let file = WikiFacts.Origin.file("old.json", changed: UTCTime(seconds: 0))

    /// A wiki with pages and log entries in namespaces that it does not have.
    private func snapshot(_ origin: WikiFacts.Origin, strange: Bool = true) async throws
        -> any ContentSnapshot
    {
        let namespace = strange ? 555 : 1
        try wiki.page(1, "Plain")
        try wiki.page(2, "Lost", namespace: namespace)
        try wiki.page(3, "Lost_too", namespace: namespace)
        for page in 1...3 { try wiki.revision(Int64(page), page: Int64(page)) }
        try wiki.log(1)
        try wiki.execute("UPDATE logging SET log_namespace = \(strange ? -3 : 0)")
        let facts = WikiFacts(siteInfo: SyntheticWiki.siteInfo, origin: origin)
        return try await SQLiteContentSource(database: wiki.path, inquiry: facts).openSnapshot()
    }

    @Test func anOldFileDoesNotSayWhatANamespaceIsCalled() async throws {
        let snapshot = try await snapshot(Self.file)
        let pages = await #expect(throws: DumpError.self) {
            try await snapshot.revisions(RevisionSelection(extent: .all, includesText: false))
        }
        #expect(pages?.code == .jobFailed)
        #expect(pages?.message == "2 pages are in namespace 555, which old.json does not list")
        #expect(pages?.remedy.contains("apiaddress") == true)
        let log = await #expect(throws: DumpError.self) { try await snapshot.logEntries() }
        #expect(
            log?.message.contains("1 log entries are about titles in namespace -3") == true,
            "\(log?.message ?? "")")
        // Neither titles nor tables need the name.
        _ = try await snapshot.titles(namespace: nil)
    }

    @Test func aWikiThatWasJustAskedIsTakenAtItsWord() async throws {
        let snapshot = try await snapshot(.api("x"))
        let cursor = try await snapshot.revisions(RevisionSelection(extent: .all, includesText: false))
        var problems: [ContentProblem] = []
        var titles: [PageTitle] = []
        while let batch = try await cursor.next() {
            problems += batch.problems
            titles += batch.runs.map(\.page.title)
        }
        #expect(Set(titles.map(\.namespace)) == [0, 555])
        #expect(problems.map(\.page) == [2, 3])
        #expect(
            problems.allSatisfy { $0.isLoss && !$0.isOmission && $0.message.contains("namespace 555") })
        let log = try await snapshot.logEntries().next()
        #expect(log?.entries.count == 1)
        #expect(log?.problems.first?.logEntry == 1)
    }

    @Test func aFileThatNamesAllNamespacesWillDo() async throws {
        let snapshot = try await snapshot(Self.file, strange: false)
        _ = try await snapshot.revisions(RevisionSelection(extent: .all, includesText: false))
        #expect(try await snapshot.logEntries().next()?.problems.isEmpty == true)
    }
}
