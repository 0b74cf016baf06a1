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
        try await JobConformance(
            Self.job, folder: farm.root, content: Self.content([("-- start\n", 0)] + text)
        ).check()
    }

    @Test func aPrivateTableKeepsTheRules() async throws {
        let farm = try TemporaryFarm()
        let job = TableJob(
            TableJobDefinition(table: "page", job: "page", description: "Pages", isPrivate: true))
        try await JobConformance(job, folder: farm.root, content: Self.content([("x\n", 1)])).check()
    }

    @Test func aFileThatLacksRowsIsWithheld() async throws {
        let fixture = try RunFixture(Self.content([("INSERT INTO `page` VALUES (1);\n", 1)]))
        fixture.wiki.content.lostRows = 1
        let record = try await fixture.run([Self.job, TestJob(name: "last")])
        #expect(record.statuses == ["pagetable": .failed, "last": .done])
        #expect(record.job("pagetable")?.privateMessage?.contains("1 rows, but the source holds 2") == true)
        #expect(try fixture.dumpFiles() == ["testwiki-20261124-last.txt"])
    }

    @Test(arguments: [
        ("INSERT INTO `t` VALUES (1,'a'),(2,'b');\n", 2), ("INSERT INTO `t` VALUES\n(1,'a'),\n(2,'b');\n", 2),
        ("INSERT INTO `t` (`a`,`VALUES(`) VALUES (1,'),('),(2,'it\\'s ('),(3,'\\\\'),(4,'x''(y');\n", 4),
        ("CREATE TABLE `t` (a int);\nINSERT INTO `t` VALUES (concat('a',(1)));\n", 1),
        ("-- INSERT INTO `t` VALUES (1);\n", 0),
        ("/*!40101 SET SQL_MODE='NO_BACKSLASH_ESCAPES' */;\nINSERT INTO `t` VALUES ('\\'),('('),('it''s\\');\n", 3),
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
}
