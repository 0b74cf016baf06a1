import Foundation
import Testing

/// A wiki whose tables have a prefix.
@Suite(.timeLimit(.minutes(10)))
struct TablePrefixTests {
    @Test func theFilesAreThoseOfAWikiWithoutOne() async throws {
        let chunks =
            "\n[chunks]\nchunksEnabled=1\npagesPerChunkHistory=30,43\nlogitemsPerPagelogs=20,20,20\n"
            + "checkpointTime=720\nrevsPerJob=20\n"
        let plain = try DemoFarm(), prefixed = try DemoFarm()
        defer {
            plain.remove()
            prefixed.remove()
        }
        for farm in [plain, prefixed] {
            try Data((farm.text("wikidump.conf") + chunks).utf8).write(to: farm.url("wikidump.conf"))
        }
        try prefixed.addOption("tableprefix=my_", to: "source")
        let rename = """
            import sqlite3, sys
            c = sqlite3.connect(sys.argv[1])
            c.execute("PRAGMA legacy_alter_table=ON")
            names = [n for n, in c.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            # Those of full text search cannot be renamed one by one, and no dump reads them.
            names = [n for n in names if not n.startswith(("sqlite_", "searchindex"))]
            for name in names: c.execute(f'ALTER TABLE "{name}" RENAME TO "my_{name}"')
            c.commit()
            """
        let renamed = try Tool.run(["python3", "-c", rename, prefixed.url("wikis/demowiki.sqlite").path])
        try #require(renamed.status == 0, "\(renamed.text)")
        for farm in [plain, prefixed] {
            let outcome = try await farm.run("run", "demowiki", "--date", "20260102", "--quiet")
            #expect(outcome.status == 0, "\(outcome.error)")
        }
        let run = "public/demowiki/20260102"
        let expected = try plain.dumpFiles(run), found = try prefixed.dumpFiles(run)
        #expect(Set(found.keys) == Set(expected.keys))
        // Tables are dumped with the names they have.
        for (name, data) in expected where !name.contains(".sql") { #expect(found[name] == data, "\(name)") }
        let table = try Tool.run(["zcat", prefixed.url("\(run)/demowiki-20260102-page.sql.gz").path]).text
        #expect(table.contains("CREATE TABLE `my_page`") && table.contains("INSERT INTO `my_page`"))
    }
}
