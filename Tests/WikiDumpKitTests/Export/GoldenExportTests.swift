import SystemPackage
import Testing

@testable import WikiDumpKit

/// Compares whole exports with what MediaWiki's own PHP wrote for the same database.
@Suite struct GoldenExportTests {
    @Test(arguments: GoldenWiki.all, [ExportStyle.stub, .pages])
    func pages(wiki: GoldenWiki, style: ExportStyle) async throws {
        let snapshot = try await wiki.open()
        try await wiki.comparePages(snapshot, style)
        await snapshot.close()
    }

    /// Texts in external stores, in objects, in an encoding of old, and some that are lost, as MediaWiki 1.43 dumps them.
    @Test(arguments: [ExportStyle.stub, .pages])
    func textsOfAllKinds(style: ExportStyle) async throws {
        let folder = Fixtures.root.appending("Tests/Fixtures/textwiki")
        var source = SQLiteContentSource(
            database: folder.appending("textwiki.sqlite"),
            inquiry: SiteInfoFile(folder.appending("textwiki.siteinfo.json")))
        source.texts.legacyEncoding = "windows-1252"
        for number in 1...2 {
            source.texts.externalStores["cluster\(number)"] = ExternalStore(
                database: .sqlite(folder.appending("es\(number).sqlite")))
        }
        let snapshot = try await source.openSnapshot()
        let renderer = ExportRenderer(siteInfo: snapshot.siteInfo, style: style, hiddenDetails: .mediawiki)
        var file = renderer.header()
        var problems = ProblemTally()
        let cursor = try await snapshot.revisions(RevisionSelection(extent: .all, includesText: style == .pages))
        while let batch = try await cursor.next() {
            file += renderer.render(batch, for: [.metaHistory])[0].bytes
            problems.add(batch.problems)
        }
        await snapshot.close()
        try GoldenWiki(name: "textwiki").compare(
            file + renderer.footer(), (style == .stub ? "stub" : "pages") + "-meta-history")
        // Bytes that mean nothing, no UTF-8, and a row that is missing.
        #expect(problems.incompleteItems == (style == .stub ? 0 : 3), "\(problems.examples)")
        #expect(problems.knownBadTexts == (style == .stub ? 0 : 1) && problems.omissions == 0)
    }

    @Test(arguments: GoldenWiki.all)
    func log(wiki: GoldenWiki) async throws {
        let snapshot = try await wiki.open()
        try await wiki.compareLog(snapshot)
        await snapshot.close()
    }
}
