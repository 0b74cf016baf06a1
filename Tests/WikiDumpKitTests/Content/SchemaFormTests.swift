import Foundation
import GRDB
import SystemPackage
import Testing

@testable import WikiDumpKit

/// Databases of all versions give the same bytes for the same content, and what cannot be read is refused by name.
@Suite struct SchemaFormTests {
    /// The golden databases in the form of other versions, against what PHP wrote for the one of 1.39.
    @Test(arguments: GoldenWiki.ofOldForm, SchemaForm.all)
    func formsGiveTheSameBytes(wiki: GoldenWiki, form: SchemaForm) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "form-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let copy = folder.appending(path: "wiki.sqlite").path
        try FileManager.default.copyItem(atPath: wiki.database.string, toPath: copy)
        let queue = try DatabaseQueue(path: copy)
        try await queue.writeWithoutTransaction { try $0.execute(sql: form.sql) }
        try queue.close()

        let snapshot = try await wiki.open(FilePath(copy))
        // Texts come from tables that are the same everywhere, so the stubs tell; but for the sums.
        for style in form.hasSums ? [ExportStyle.stub] : [.stub, .pages] {
            try await wiki.comparePages(snapshot, style, form)
        }
        try await wiki.compareLog(snapshot, form)
        await snapshot.close()
    }

    /// Several slots are folded from the left, in the order of their roles, over the digits of their sums.
    @Test func sumsFollowFromSlots() async throws {
        let wiki = try filled()
        try wiki.slot(1, role: 2, text: "z")
        try wiki.slot(1, role: 3, text: "a")
        try wiki.execute(
            """
            UPDATE content SET content_sha1 = CASE content_id WHEN 1 THEN 'm' WHEN 3 THEN 'z' WHEN 4 THEN 'a' ELSE 'o' END;
            ALTER TABLE revision DROP COLUMN rev_sha1
            """)
        let revisions = try await Reading(wiki).revisions
        #expect(revisions.map(\.sha1) == [ShortBytes(), ShortBytes()])
        let aux = ContentSum.sum(of: Array("am".utf8))
        #expect(ContentSum.sum(of: revisions[0]) == ContentSum.sum(of: Array(aux) + Array("z".utf8)))
        #expect(ContentSum.sum(of: revisions[1]) == "o")
    }

    private func filled() throws -> SyntheticWiki {
        let wiki = try SyntheticWiki()
        for id in [1, 2] as [Int64] {
            try wiki.page(id, "Page \(id)")
            try wiki.revision(id, page: id)
            try wiki.log(id)
        }
        return wiki
    }

    /// What each part of the content is refused for, if it is.
    private func refusals(_ change: String) async throws -> [ContentPart: DumpError] {
        let wiki = try filled()
        try wiki.execute(change)
        let snapshot = try await wiki.source.openSnapshot()
        var refusals: [ContentPart: DumpError] = [:]
        for part in ContentPart.allCases { refusals[part] = await dumpError { try await snapshot.check(part) } }
        // What is refused beforehand cannot be read, and what is not can be.
        #expect(
            await dumpError {
                _ = try await snapshot.revisions(RevisionSelection(extent: .all, includesText: true)).next()
            }?.description == refusals[.revisions]?.description)
        #expect(
            await dumpError { _ = try await snapshot.logEntries().next() }?.description
                == refusals[.log]?.description)
        #expect(
            await dumpError { _ = try await snapshot.titles(namespace: nil).next() }?.description
                == refusals[.titles]?.description)
        #expect(try await !snapshot.tableNames().isEmpty)
        #expect(try await snapshot.count(table: "page", for: .operators).rows == 2)
        #expect(refusals.values.allSatisfy { $0.code == .schema && !$0.remedy.isEmpty })
        await snapshot.close()
        return refusals
    }

    private static let oldColumn = "ALTER TABLE revision ADD COLUMN rev_text_id INTEGER NOT NULL DEFAULT 0;"

    @Test(arguments: [
        ("DROP TABLE slots", "no table slots", "1.30 or older", "update.php"),
        ("DROP TABLE content; \(oldColumn)", "no table content", "1.31 to 1.34", "update.php of MediaWiki 1.35"),
        ("ALTER TABLE revision DROP COLUMN rev_parent_id", "column rev_parent_id", "1.39 or later", "1.47"),
        (
            "CREATE TABLE revision_actor_temp (revactor_rev, revactor_actor); ALTER TABLE revision DROP COLUMN rev_minor_edit",
            "column rev_minor_edit", "1.35 to 1.38", "update.php"
        ),
        ("ALTER TABLE revision DROP COLUMN rev_actor", "neither the column rev_actor", "1.39 or later", "update.php"),
        (
            "ALTER TABLE revision DROP COLUMN rev_comment_id; DROP TABLE revision_comment_temp",
            "neither the column rev_comment_id", "1.39 or later", "update.php"
        ),
        ("ALTER TABLE redirect DROP COLUMN rd_interwiki", "column rd_interwiki", "1.39 or later", "update.php"),
    ])
    func onlyRevisionsAreRefused(change: String, words: String, version: String, remedy: String) async throws {
        let refusals = try await refusals(change)
        #expect(Set(refusals.keys) == [.revisions])
        let error = try #require(refusals[.revisions])
        #expect(
            error.message.contains(words) && error.message.contains("looks like a database of MediaWiki \(version)"))
        #expect(error.message.contains("wiki.sqlite") && error.remedy.contains(remedy), "\(error)")
    }

    @Test func whatNobodyCanDoWithoutIsRefusedEverywhere() async throws {
        #expect(
            try await Set(refusals("ALTER TABLE actor RENAME COLUMN actor_name TO name").keys) == [.revisions, .log])
        #expect(
            try await Set(refusals("ALTER TABLE revision DROP COLUMN rev_deleted").keys) == [.revisions, .log])
        #expect(try await refusals("DROP TABLE comment")[.log]?.message.contains("1.29 or older") == true)
        #expect(try await Set(refusals("DROP TABLE logging").keys) == Set(ContentPart.allCases))
        let wiki = try filled()
        try wiki.execute("ALTER TABLE page RENAME TO mw_page")
        let error = await dumpError { _ = try await wiki.source.openSnapshot() }
        #expect(error?.code == .schema && error?.message.contains("is not the database of a wiki") == true)
        #expect(error?.remedy.contains("tableprefix") == true)
    }

    /// While the old columns are there, rows may be left that nobody has moved to the new tables yet.
    @Test(arguments: [
        ("revision", "rev_text_id", "DELETE FROM slots WHERE slot_revision_id = 2", "populateContentTables.php"),
        ("revision", "rev_user", "UPDATE revision SET rev_actor = 0 WHERE rev_id = 2", "migrateActors.php"),
        (
            "revision", "rev_comment", "DELETE FROM revision_comment_temp WHERE revcomment_rev = 2",
            "migrateComments.php"
        ),
        ("logging", "log_user", "UPDATE logging SET log_actor = 0 WHERE log_id = 2", "migrateActors.php"),
        ("logging", "log_comment", "UPDATE logging SET log_comment_id = 0 WHERE log_id = 2", "migrateComments.php"),
    ])
    func unfinishedMigrations(table: String, column: String, loss: String, script: String) async throws {
        let before = "ALTER TABLE \(table) ADD COLUMN \(column) INTEGER NOT NULL DEFAULT 7;"
        #expect(try await refusals(before).isEmpty, "all rows were moved")
        let refusals = try await refusals(before + loss)
        #expect(Set(refusals.keys) == [table == "logging" ? .log : .revisions])
        let error = try #require(refusals.values.first)
        #expect(error.message.contains("only in \(table).\(column), for example those of row 2"), "\(error)")
        #expect(error.remedy.contains("maintenance/\(script)") && error.remedy.contains("update.php"), "\(error)")
        // Without the old column such a row is damage, and is told by the revision.
        #expect(try await self.refusals(loss).isEmpty)
    }
}
