import Foundation
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct TableTextTests {
    private let folder = CommandFolder()

    /// Values that are written wrongly if anything is: each kind, quotes, backslashes, controls, NUL, broken UTF-8.
    private static let nasty = """
        CREATE TABLE things (
          id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, name BLOB DEFAULT '' NOT NULL, weight REAL DEFAULT NULL,
          note TEXT DEFAULT 'it''s', big BLOB);
        CREATE UNIQUE INDEX things_name ON things (name);
        CREATE INDEX things_note ON things (note, id);
        INSERT INTO things VALUES
          (1, 'plain', 1.5, 'note', NULL), (0, 'O''Brien''s', -0.1, '\\', X'00FF'), (-9223372036854775808, 'a\\''b', NULL, '', ''),
          (9223372036854775807, '1984', 1e300, 'two
        lines', X'C328'), (7, 'Ünïcödé 𝄞', 0.1, char(1, 9, 13, 26), 'NULL'), (8, '', 2, '); DROP TABLE things; --', X'27');
        CREATE TABLE pairs (a INTEGER NOT NULL, b BLOB NOT NULL, PRIMARY KEY (a, b));
        INSERT INTO pairs VALUES (2, 'b'), (1, 'z'), (1, 'a');
        CREATE TABLE "odd `name" ("a column" TEXT);
        INSERT INTO "odd `name" VALUES ('x');
        CREATE TABLE empty (a INTEGER);
        CREATE VIEW seen AS SELECT id, name FROM things;
        """

    @Test(arguments: [
        ("things", "quote(id), quote(name), quote(weight), quote(note), quote(big)"),
        ("pairs", "quote(a) || quote(b)"), ("odd `name", "quote(`a column`)"), ("empty", "quote(a)"),
        ("seen", "quote(id), quote(name)"),
    ])
    func sqliteReadsItsTextBack(table: String, columns: String) async throws {
        let original = folder.path("a.sqlite")
        try await sqlite(original, Self.nasty)
        let text = try await text(of: table, in: original)
        let copy = folder.path("b.sqlite")
        try await sqlite(copy, text)
        let rows = "SELECT \(columns) FROM `\(table.doubling("`"))` ORDER BY 1"
        #expect(try await sqlite(copy, rows) == sqlite(original, rows))
    }

    /// MariaDB without a server: it reads statements from its input, one on each line or several lines.
    @Test func mariaDBReadsItsTextBack() async throws {
        let original = folder.path("a.sqlite")
        try await sqlite(original, Self.nasty)
        let columns = ["name", "note", "big"].map { "CASE WHEN \($0) IS NULL THEN 'NULL' ELSE hex(\($0)) END" }
        var script = "CREATE DATABASE t;\nUSE t;\n"
        script += try await text(of: "things", in: original)
        script += try await text(of: "odd `name", in: original)
        script += try await text(of: "empty", in: original)
        script += "SET SQL_MODE='';\n"
        let found = folder.path("found.txt")
        script += "SELECT id, \(columns.joined(separator: ", ")) FROM things ORDER BY id"
        script += " INTO OUTFILE '\(found)' FIELDS TERMINATED BY '|';\n"
        let data = folder.path("data")
        try fileSystem.makeDirectory(data)
        _ = try await CommandRunner().write(
            Invocation(
                "mariadbd",
                Command(
                    "/usr/sbin/mariadbd",
                    [
                        "--no-defaults", "--user=root", "--bootstrap", "--skip-grant-tables",
                        "--innodb-buffer-pool-size=8M", "--datadir=\(data)",
                    ]))
        ) { [script] (input) async throws(DumpError) in try await input.write(Array(script.utf8)) }
        let expected = try await sqlite(
            original, "SELECT id, \(columns.joined(separator: ", ")) FROM things ORDER BY id")
        let rows = String(decoding: try fileSystem.read(found), as: UTF8.self)
        #expect(rows == expected, "\(rows)")
    }

    @Test func theTextIsAlwaysTheSame() async throws {
        let original = folder.path("a.sqlite")
        try await sqlite(original, Self.nasty)
        let first = try await text(of: "pairs", in: original)
        #expect(try await text(of: "pairs", in: original) == first)
        #expect(first.contains("INSERT INTO `pairs` VALUES (1,'a'),(1,'z'),(2,'b');\n"), "\(first)")
        #expect(first.hasSuffix("-- Dump completed: 3 rows\n"))
    }

    @Test func longTablesComeInManyStatements() async throws {
        let original = folder.path("a.sqlite")
        try await sqlite(
            original,
            """
            CREATE TABLE long (id INTEGER PRIMARY KEY, t TEXT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
            INSERT INTO long SELECT i, printf('%0100d', i) FROM n;
            """)
        let text = try await text(of: "long", in: original)
        let statements = text.split(separator: "\n").filter { $0.hasPrefix("INSERT INTO") }
        #expect(statements.count == 4 && statements.allSatisfy { $0.utf8.count < 1_000_300 })
        let copy = folder.path("b.sqlite")
        try await sqlite(copy, text)
        #expect(try await sqlite(copy, "SELECT count(*), sum(id) FROM long") == "30000|450015000\n")
    }

    @Test(arguments: ["things", "pairs", "empty"]) func mySQLReadsItsText(table: String) async throws {
        let original = folder.path("a.sqlite")
        try await sqlite(original, Self.nasty)
        #expect(MySQLGrammar.problems(of: try await text(of: table, in: original)) == [])
    }

    /// The text of a table, read as a snapshot reads it.
    private func text(of table: String, in database: FilePath) async throws -> String {
        let connection = try SQLiteConnectionGuard(path: database, prefix: "")
        defer { connection.close() }
        let bytes = try await connection.access { tables throws(DumpError) in
            var reader = try TableReader(tables, table: table, quotes: .doubled)
            var bytes: [UInt8] = []
            while let piece = try reader.next() { bytes += piece.bytes }
            return bytes
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @discardableResult private func sqlite(_ database: FilePath, _ sql: String) async throws -> String {
        let done = try await CommandRunner().write(
            Invocation(
                "sqlite3", Command("sqlite3", ["-bail", database.string]), output: .collected(limit: 1 << 20))
        ) { (input) async throws(DumpError) in try await input.write(Array(sql.utf8)) }
        return String(decoding: done.output, as: UTF8.self)
    }
}
