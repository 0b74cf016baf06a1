import SystemPackage
import Testing

@testable import WikiDumpKit

/// Tables of a server as SQL text.
extension MariaDBTests {
    /// A table with every kind of column, and values that are written wrongly if anything is.
    private static let everything = """
        CREATE TABLE mw_things (
          id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, small TINYINT UNSIGNED NOT NULL DEFAULT 0, truth TINYINT(1),
          title VARBINARY(255) NOT NULL DEFAULT '', touched BINARY(14) NOT NULL DEFAULT '\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0',
          weight DOUBLE UNSIGNED NOT NULL, share FLOAT, price DECIMAL(10,2) UNSIGNED DEFAULT 1.5, at TIMESTAMP NULL,
          seen TIMESTAMP NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
          kind ENUM('a','b''c') DEFAULT 'a', data MEDIUMBLOB NOT NULL DEFAULT 'it''s \\\\', document JSON,
          name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci DEFAULT 'ä',
          old VARCHAR(20) CHARACTER SET utf8mb3, flags BIT(3),
          PRIMARY KEY (id), UNIQUE KEY title (title), KEY data (data(10), small)) DEFAULT CHARSET=binary;
        INSERT INTO mw_things VALUES
          (1, 0, 1, 'plain', '20260101000000', 0.1, 0.1, 7, NULL, '2026-01-01', 'a', '', '{"a": 1}', 'é', 'ü', 5),
          (18446744073709551615, 255, 0, '007', '2026', 1e300, 3.4e38, 99999999.99, '2038-01-19 03:14:07', '2026-01-01', 'b''c',
           X'00FFC328', NULL, 'O''Brien', NULL, NULL),
          (9223372036854775808, 9, NULL, 'back\\\\', '', 2, NULL, NULL, NULL, '2026-01-01', NULL, 'a\\nb\\r\\Z\\t"\\'\\\\', NULL, '', '', 0),
          (7, 1, 1, '); DROP TABLE things; --', '', 3, 1.5, 0, NULL, '2026-01-01', 'a', X'F09D849E', NULL, 'ß', 'x', 7);
        CREATE TABLE mw_pairs (a INT, b VARBINARY(10), KEY a (a)) DEFAULT CHARSET=binary;
        INSERT INTO mw_pairs VALUES (2, 'b'), (1, NULL), (NULL, '1e3');
        CREATE TABLE mw_empty (a INT NOT NULL PRIMARY KEY);
        """

    /// MariaDB reads the rows that it gave, whichever way the quotes are written; SQLite reads what is written for everybody.
    func tableTexts(_ server: MariaDBServer) async throws {
        try await server.run("CREATE DATABASE everything; USE everything; \(Self.everything)")
        for quotes in SQLQuotes.allCases {
            let copy = "copy_\(quotes)"
            try await server.run("CREATE DATABASE \(copy)")
            for table in ["things", "pairs", "empty"] {
                let bytes = try bytes(of: table, quotes, server)
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(MySQLGrammar.problems(of: text) == [])
                try await server.run(bytes, in: copy)
                let sums = try rows("CHECKSUM TABLE everything.mw_\(table), \(copy).mw_\(table)", server)
                #expect(sums.count == 2 && sums[0].last == sums[1].last, "\(quotes) \(table): \(sums)\n\(text)")
                if quotes == .doubled { try await sqliteReads(text, table) }
            }
        }
        let (doubled, escaped) = (
            try text(of: "things", .doubled, server), try text(of: "things", .backslash, server)
        )
        #expect(doubled.contains("'O''Brien'") && escaped.contains("'O\\'Brien'"))
        #expect(doubled.contains("'007'") && doubled.contains("(18446744073709551615,255,0,"))
        #expect(!doubled.contains("\\\\") && doubled.contains("X'00FFC328'"))
        #expect(doubled.contains("COLLATE utf8mb4_bin") && !doubled.contains("uca1400") && !doubled.contains("utf8mb3"))
        #expect(try text(of: "things", .doubled, server) == doubled)
    }

    /// What SQLite makes of the text: as many rows, the same bytes, and no title that became a number.
    private func sqliteReads(_ text: String, _ table: String) async throws {
        let query =
            switch table {
            case "things":
                """
                SELECT id, hex(title), hex(data), hex(name), hex(touched), typeof(title), small FROM mw_things
                WHERE id < 100 ORDER BY id;
                """
            case "pairs": "SELECT a, hex(b), typeof(b) FROM mw_pairs ORDER BY a IS NULL, a;"
            default: "SELECT count(*) FROM mw_empty;"
            }
        let done = try await CommandRunner().write(
            Invocation("sqlite3", Command("sqlite3", ["-bail"]), output: .collected(limit: 1 << 20))
        ) { (input) async throws(DumpError) in try await input.write(Array((text + query).utf8)) }
        let expected =
            switch table {
            case "things":
                """
                1|706C61696E||C3A9|3230323630313031303030303030|text|0
                7|293B2044524F50205441424C45207468696E67733B202D2D|F09D849E|C39F|0000000000000000000000000000|text|1

                """
            case "pairs": "1||null\n2|62|text\n|316533|text\n"
            default: "0\n"
            }
        #expect(String(decoding: done.output, as: UTF8.self) == expected)
    }

    /// A number that needs 64 bits without a sign is refused by its name, and never another number.
    func largeNumbers(_ server: MariaDBServer) async throws {
        let wide = "MODIFY log_id BIGINT UNSIGNED NOT NULL"
        try await server.run(
            """
            ALTER TABLE logging \(wide); UPDATE logging SET log_id = 9223372036854775808 WHERE log_type = 'delete'
            ORDER BY log_id DESC LIMIT 1
            """, in: "demowiki")
        let fixture = try RunFixture()
        var wiki = try FixtureWiki("demowiki", folder: fixture.farm.root)
        wiki.settings.source.kind = .mariadb
        wiki.settings.source.databasePath = ""
        wiki.settings.source.mariaDB = server.address("demowiki")
        let tables = [TableJob(TableJobDefinition(table: "logging", job: "logging", description: "The log."))]
        let record = try await wiki.dump(wiki.contentJobs + tables, farm: fixture.farm)
        let failed = record.jobs.filter { $0.status == .failed }
        #expect(failed.map(\.name) == ["xmlpagelogsdump"], "\(record.messages)")
        let message = failed.first?.privateMessage ?? ""
        #expect(message.contains("log_id is 9223372036854775808 in table logging of demowiki"), "\(message)")
        // The table is no public one, whoever says so.
        let table = wiki.directories.privateRun(Sample.date("20261124")).appending("demowiki-20261124-logging.sql.gz")
        #expect(try await Fixtures.unpacked(table).contains("(9223372036854775808,"))
        try await server.run("ALTER TABLE page MODIFY page_id BIGINT UNSIGNED NOT NULL", in: "demowiki")
        for id in ["9223372036854775807", "18446744073709551615"] {
            try await server.run("UPDATE page SET page_id = \(id) ORDER BY page_id DESC LIMIT 1", in: "demowiki")
            let snapshot = try await wiki.contentSource().openSnapshot()
            let refused = await dumpError { _ = try await snapshot.counts() }
            #expect(refused?.message.contains("is \(id) in") == true, "\(String(describing: refused))")
            await snapshot.close()
        }
    }

    private func text(of table: String, _ quotes: SQLQuotes, _ server: MariaDBServer) throws -> String {
        String(decoding: try bytes(of: table, quotes, server), as: UTF8.self)
    }

    private func bytes(of table: String, _ quotes: SQLQuotes, _ server: MariaDBServer) throws -> [UInt8] {
        let connection = try MariaDBConnection(server.address("everything"))
        let tables = MariaDBTables(connection: connection, dialect: TableDialect(kind: .mariadb, prefix: "mw_"))
        var reader = try TableReader(tables, table: table, quotes: quotes)
        var bytes: [UInt8] = []
        while let piece = try reader.next() { bytes += piece.bytes }
        return bytes
    }

    private func rows(_ sql: String, _ server: MariaDBServer) throws -> [[String]] {
        let connection = try MariaDBConnection(server.address("everything"))
        let statement = MariaDBStatement(connection, sql)
        statement.bind(EmptyCollection())
        var rows: [[String]] = []
        while try statement.step() { rows.append([statement.string(0), statement.string(1)]) }
        return rows
    }
}
