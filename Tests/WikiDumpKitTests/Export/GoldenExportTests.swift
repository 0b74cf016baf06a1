import Foundation
import SystemPackage
import Testing
import WikiDumpKit

/// Compares whole exports with what MediaWiki's own PHP wrote for the same database.
@Suite struct GoldenExportTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static let selections: [(ExportSelection, String)] = [
        (.metaHistory, "meta-history"), (.metaCurrent, "meta-current"), (.articles, "articles"),
    ]

    @Test(arguments: ["demowiki", "nordwiki", "boardwiki", "oddwiki"], [ExportStyle.stub, .pages])
    func pages(wiki: String, style: ExportStyle) async throws {
        let snapshot = try await Self.open(wiki)
        let renderer = ExportRenderer(siteInfo: snapshot.siteInfo, style: style, hiddenDetails: .mediawiki)
        var files = [[UInt8]](repeating: renderer.header(), count: Self.selections.count)
        let cursor = try await snapshot.revisions(RevisionSelection(extent: .all, includesText: style == .pages))
        while let batch = try await cursor.next() {
            for (index, output) in renderer.render(batch, for: Self.selections.map(\.0)).enumerated() {
                files[index] += output.bytes
            }
        }
        await snapshot.close()
        for (file, selection) in zip(files, Self.selections) {
            try Self.compare(file + renderer.footer(), wiki, (style == .stub ? "stub-" : "pages-") + selection.1)
        }
    }

    /// Texts in external stores, in objects, in an encoding of old, and some that are lost, as MediaWiki 1.43 dumps them.
    @Test(arguments: [ExportStyle.stub, .pages])
    func textsOfAllKinds(style: ExportStyle) async throws {
        let folder = FilePath(Self.root.appending(path: "Tests/Fixtures/textwiki").path)
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
        try Self.compare(
            file + renderer.footer(), "textwiki", (style == .stub ? "stub" : "pages") + "-meta-history")
        // Bytes that mean nothing, no UTF-8, and a row that is missing.
        #expect(problems.incompleteItems == (style == .stub ? 0 : 3), "\(problems.examples)")
        #expect(problems.knownBadTexts == (style == .stub ? 0 : 1) && problems.omissions == 0)
    }

    @Test(arguments: ["demowiki", "nordwiki", "boardwiki", "oddwiki"])
    func log(wiki: String) async throws {
        let snapshot = try await Self.open(wiki)
        let renderer = LogRenderer(siteInfo: snapshot.siteInfo, hiddenDetails: .mediawiki)
        var file = renderer.header()
        let cursor = try await snapshot.logEntries()
        while let batch = try await cursor.next() { file += renderer.render(batch).bytes }
        await snapshot.close()
        try Self.compare(file + renderer.footer(), wiki, "pages-logging")
    }

    private static func open(_ wiki: String) async throws -> any ContentSnapshot {
        let folder = root.appending(
            path: wiki == "oddwiki" ? "Tests/Fixtures/oddwiki" : "Examples/demo/wikis")
        // As the wiki was when the export was made: a file would keep pages of unknown namespaces from being written.
        let siteInfo = try SiteInfoFile(FilePath(folder.path + "/\(wiki).siteinfo.json")).ask().siteInfo
        return try await SQLiteContentSource(
            database: FilePath(folder.path + "/\(wiki).sqlite"), inquiry: WikiFacts(siteInfo: siteInfo)
        )
        .openSnapshot()
    }

    /// Fails with the first line that differs.
    private static func compare(_ written: [UInt8], _ wiki: String, _ name: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-dc", root.appending(path: "Tests/Fixtures/\(wiki)/\(name).xml.gz").path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let golden = Array(try output.fileHandleForReading.readToEnd() ?? Data())
        process.waitUntilExit()
        #expect(!golden.isEmpty)
        if written == golden { return }
        let lines = zip(written.split(separator: 10), golden.split(separator: 10)).enumerated()
        let difference = lines.first { $0.element.0 != $0.element.1 }
        Issue.record(
            """
            \(wiki) \(name), line \(difference.map { $0.offset + 1 } ?? 0): \
            \(difference.map { String(decoding: $0.element.0, as: UTF8.self) } ?? "the files end differently")
            """)
    }
}
