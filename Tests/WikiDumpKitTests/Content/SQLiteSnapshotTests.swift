import Foundation
import GRDB
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct SQLiteSnapshotTests {
    private func filled(wal: Bool = false) throws -> SyntheticWiki {
        let wiki = try SyntheticWiki(wal: wal)
        for page in 1...6 as ClosedRange<Int64> {
            try wiki.page(page, "Page_\(7 - page)", namespace: [0, 1, 2, 12, 0, 0][Int(page - 1)])
            try wiki.revision(page * 10, page: page)
        }
        for id in 1...3 as ClosedRange<Int64> { try wiki.log(id, type: id == 2 ? "suppress" : "move") }
        return wiki
    }

    private func failure(_ path: String) async -> DumpError? {
        do throws(DumpError) {
            let source = SQLiteContentSource(
                database: FilePath(path), inquiry: WikiFacts(siteInfo: SyntheticWiki.siteInfo))
            await (try source.openSnapshot()).close()
            return nil
        } catch { return error }
    }

    @Test func countsWhatIsThere() async throws {
        let wiki = try filled()
        try wiki.revision(99, page: 77)
        let counts = try await wiki.source.openSnapshot().counts()
        #expect(
            counts
                == ContentCounts(
                    pages: 6, revisions: 6, articles: 4, mainNamespacePages: 3, logEntries: 2, lastPageID: 6,
                    lastRevisionID: 99, lastLogID: 3)
        )
    }

    @Test func titlesAreSorted() async throws {
        let wiki = try filled()
        try wiki.execute("CREATE VIEW seen AS SELECT page_id FROM page")
        let snapshot = try await wiki.source.openSnapshot()
        func titles(_ namespace: Int?) async throws -> [String] {
            let cursor = try await snapshot.titles(namespace: namespace)
            var titles: [String] = []
            while let batch = try await cursor.next() {
                titles += batch.map { "\($0.namespace):" + String(decoding: $0.title, as: UTF8.self) }
            }
            return titles
        }
        #expect(
            try await titles(nil) == ["0:Page_1", "0:Page_2", "0:Page_6", "1:Page_5", "2:Page_4", "12:Page_3"])
        #expect(try await titles(0) == ["0:Page_1", "0:Page_2", "0:Page_6"])
        #expect(try await titles(5) == [])
        #expect(try await snapshot.tableNames().contains("revision"))
        #expect(try await snapshot.tableNames().contains("seen"), "a farm may let us read views only")
        #expect(try await !snapshot.tableNames().contains { $0.hasPrefix("sqlite_") })
    }

    @Test func logHidesWhatIsSuppressed() async throws {
        let wiki = try filled()
        try wiki.execute("UPDATE logging SET log_type = x'7375707072657373' WHERE log_id = 1")
        try wiki.log(4, actor: 2)
        try wiki.log(5, actor: 99)
        try wiki.log(6, comment: 99)
        let cursor = try await wiki.source.openSnapshot().logEntries()
        let batch = try #require(try await cursor.next())
        #expect(batch.entries.map(\.id) == [3, 4])
        #expect(batch.entries.map(\.contributor.id) == [7, nil])
        #expect(batch.problems.map(\.logEntry) == [5, 6])
        #expect(try await cursor.next() == nil)
    }

    @Test(arguments: [false, true])
    func aSnapshotStaysAsItWas(wal: Bool) async throws {
        let wiki = try filled(wal: wal)
        let snapshot = try await wiki.source.openSnapshot()
        if wal {
            try wiki.page(50, "Later")
            try wiki.revision(500, page: 50)
        } else {
            // The writer has to wait until the snapshot is closed.
            #expect(throws: DatabaseError.self) { try wiki.page(50, "Later") }
        }
        #expect(try await snapshot.counts().pages == 6)
        let cursor = try await snapshot.revisions(RevisionSelection(extent: .all, includesText: false))
        #expect(try await cursor.next()?.runs.count == 6)
        await snapshot.close()
        await #expect(throws: DumpError.self) { try await snapshot.counts() }
        await #expect(throws: DumpError.self) { try await cursor.next() }
    }

    @Test(arguments: [false, true])
    func nothingIsWritten(wal: Bool) async throws {
        let wiki = try filled(wal: wal)
        try wiki.queue.close()
        let before = try Data(contentsOf: wiki.folder.appending(path: "wiki.sqlite"))
        _ = try await Reading(wiki)
        #expect(try Data(contentsOf: wiki.folder.appending(path: "wiki.sqlite")) == before)
        let names = try FileManager.default.contentsOfDirectory(atPath: wiki.folder.path)
        // A reader of a file in WAL mode needs the two helpers, or a writer could change what it reads.
        #expect(wal || names == ["wiki.sqlite"])
    }

    @Test func namesWhatIsNoDatabase() async throws {
        let wiki = try filled()
        #expect(await failure("/nowhere/wiki.sqlite")?.description.contains("/nowhere/wiki.sqlite") == true)
        #expect(await failure(wiki.folder.path)?.code == .source)
        let file = wiki.folder.appending(path: "text.sqlite")
        try Data(repeating: 0x41, count: 5000).write(to: file)
        let error = try #require(await failure(file.path))
        #expect(error.code == .source && error.message.contains("not an SQLite database") && !error.remedy.isEmpty)
        try Data().write(to: file)
        #expect(await failure(file.path)?.message.contains("empty") == true)
    }

    /// As with a server: what one table lacks says nothing of the others.
    @Test func aTableThatIsGoneIsNoLossOfTheSource() async throws {
        let wiki = try filled()
        let snapshot = try await wiki.source.openSnapshot()
        let error = await dumpError { _ = try await snapshot.count(table: "absent", for: .operators).rows }
        #expect(error?.code == .schema && error?.message.contains("no such table: absent") == true, "\(error as Any)")
        #expect(try await snapshot.count(table: "page", for: .operators).rows == 6)
        await snapshot.close()
    }

    /// Bytes in the middle of the file are overwritten: an error or problems, but never a crash.
    @Test func damageIsAnError() async throws {
        let wiki = try filled()
        try wiki.queue.close()
        var bytes = try Data(contentsOf: wiki.folder.appending(path: "wiki.sqlite"))
        for place in stride(from: 4096, to: bytes.count, by: 97) { bytes[place] = 0xFF }
        try bytes.write(to: wiki.folder.appending(path: "wiki.sqlite"))
        let error = await #expect(throws: DumpError.self) { _ = try await Reading(wiki, text: true) }
        #expect(error?.description.contains(wiki.path.string) == true)
    }
}
