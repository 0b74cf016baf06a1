import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct TableJobTests {
    private static let job = TableJob(TableJobDefinition(table: "page", job: "page", description: "Pages"))

    private static func content(_ pieces: [(String, Int64)]) -> InMemoryContent {
        var content = InMemoryContent(pageCount: 2)
        content.tables = ["page": pieces.map { TableText(bytes: Array($0.0.utf8), rowCount: $0.1) }]
        return content
    }

    @Test(arguments: [0, 1, 3]) func itKeepsTheRules(pieces: Int) async throws {
        let farm = try TemporaryFarm()
        let text = (0..<pieces).map { ("INSERT INTO `page` VALUES (\($0),'a'),(2,'b');\n", Int64(2)) }
        try await JobConformance.check(
            Self.job, folder: farm.root, content: Self.content([("-- start\n", 0)] + text))
    }

    @Test func aPrivateTableKeepsTheRules() async throws {
        let farm = try TemporaryFarm()
        let job = TableJob(
            TableJobDefinition(table: "page", job: "page", description: "Pages", isPrivate: true))
        try await JobConformance.check(job, folder: farm.root, content: Self.content([("x\n", 1)]))
    }

    @Test func aFileThatLacksRowsIsWithheld() async throws {
        let fixture = try RunFixture(Self.content([("INSERT INTO `page` VALUES (1);\n", 1)]))
        fixture.wiki.content.lostRows = 1
        let record = try await fixture.run([Self.job, TestJob(name: "last")])
        #expect(record.statuses == ["pagetable": .failed, "last": .done])
        #expect(record.job("pagetable")?.privateMessage?.contains("1 rows, but the source holds 2") == true)
        #expect(try fixture.dumpFiles() == ["testwiki-20261124-last.txt"])
    }

    // MARK: What a program of the database writes

    private static let whole = "-- MySQL dump\nINSERT INTO `page` VALUES (1,'a'),(2,'b');\n-- Dump completed on 2026\n"

    private func record(of script: String) async throws -> (RunRecord, RunFixture) {
        let fixture = try RunFixture(Self.content([("", 2)]))
        fixture.wiki.content.tableCommands = ["page": Command("sh", ["-c", script])]
        return (try await fixture.run([Self.job]), fixture)
    }

    @Test func theTextOfACommandIsCompressed() async throws {
        let (record, fixture) = try await record(of: "printf '%s' \"\(Self.whole.replacing("`", with: "\\`"))\"")
        #expect(record.failures == 0, "\(record.jobs.compactMap(\.privateMessage))")
        let path = fixture.folder().appending("testwiki-20261124-page.sql.gz")
        #expect(try await gunzip(path) == Self.whole)
    }

    @Test(arguments: [
        ("echo 'INSERT INTO `page` VALUES (1);'", "ends without the line"),
        ("echo '-- Dump completed'; echo no connection >&2; exit 2", "exit status 2: no connection"),
        ("echo 'INSERT INTO'; echo lost connection >&2; exit 3", "exit status 3: lost connection"),
        ("exit 0", "ends without the line"),
        ("echo '-- Dump completed'; kill -9 $$", "signal 9"),
    ]) func aTextThatIsNotWholeIsWithheld(script: String, part: String) async throws {
        let (record, fixture) = try await record(of: script)
        let job = try #require(record.job("pagetable"))
        #expect(job.status == .failed)
        #expect(job.privateMessage?.contains(part) == true, "\(job.privateMessage ?? "")")
        #expect(try fixture.dumpFiles() == [])
    }

    @Test func aCommandThatFailsIsTriedAgain() async throws {
        let fixture = try RunFixture(Self.content([("", 2)]))
        let marks = fixture.farm.root.appending("marks")
        let text = Self.whole.replacing("`", with: "\\`")
        // What it writes before it fails must not be in the file.
        let script = "echo x >>\(marks); [ $(wc -l <\(marks)) = 3 ] || { echo half; exit 7; }; printf '%s' \"\(text)\""
        fixture.wiki.content.tableCommands = ["page": Command("sh", ["-c", script])]
        let record = try await fixture.run([Self.job])
        #expect(record.failures == 0, "\(record.jobs.compactMap(\.privateMessage))")
        #expect(try await gunzip(fixture.folder().appending("testwiki-20261124-page.sql.gz")) == Self.whole)
        #expect(try FileSystem.read(marks).count == 6)
    }

    @Test func aProgramThatIsNotThereIsNotTriedAgain() async throws {
        let fixture = try RunFixture(Self.content([("", 2)]))
        // Were it tried again, this would take until tomorrow.
        fixture.wiki.settings.source.mediaWiki.retryWait = 86_400
        fixture.wiki.content.tableCommands = ["page": Command("/nonexistent/mysqldump")]
        let record = try await fixture.run([Self.job])
        #expect(record.job("pagetable")?.privateMessage?.contains("cannot start /nonexistent/mysqldump") == true)
    }

    @Test(.timeLimit(.minutes(3))) func aCommandThatHangsIsStopped() async throws {
        let fixture = try RunFixture(Self.content([("", 2)]))
        fixture.wiki.settings.source.mediaWiki.hangLimit = 1
        fixture.wiki.settings.maximumRetries = 0
        fixture.wiki.content.tableCommands = ["page": Command("sleep", ["600"])]
        let record = try await fixture.run([Self.job])
        #expect(record.job("pagetable")?.privateMessage?.contains("no sign of life") == true)
        #expect(try fixture.dumpFiles() == [])
    }

    @Test(arguments: [
        ("INSERT INTO `t` VALUES (1,'a'),(2,'b');\n", 2), ("INSERT INTO `t` VALUES\n(1,'a'),\n(2,'b');\n", 2),
        ("INSERT INTO `t` (`a`,`VALUES(`) VALUES (1,'),('),(2,'it\\'s ('),(3,'\\\\'),(4,'x''(y');\n", 4),
        ("CREATE TABLE `t` (a int);\nINSERT INTO `t` VALUES (concat('a',(1)));\n", 1),
        ("-- INSERT INTO `t` VALUES (1);\n", 0),
        ("INSERT INTO `t` VALUES ('\nINSERT INTO `t` VALUES (1)');\nINSERT INTO `t` VALUES (1);\n", 2),
    ]) func rowsAreCounted(text: String, count: Int64) {
        for size in [1, 3, 1000] {
            var rows = InsertedRows()
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                rows.add(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(rows.count == count)
        }
    }

    private func gunzip(_ path: FilePath) async throws -> String {
        let done = try await PipelineRunner().run(
            Pipeline("gzip", [Command("gzip", ["-dc", path.string])], output: .collected(limit: 1 << 20)))
        return String(decoding: done.output, as: UTF8.self)
    }
}
