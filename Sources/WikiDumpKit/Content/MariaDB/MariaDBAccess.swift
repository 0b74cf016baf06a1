import Dispatch
import Synchronization
import SystemPackage

/// A connection with one read-only transaction. It runs on its own queue, so that no thread of the concurrency pool waits for
/// the server.
final class MariaDBAccess: TableAccess {
    let name: String
    private let connection: MariaDBConnection
    private let dialect: TableDialect
    private let queue = DispatchQueue(label: "wiki database")
    private let isClosed = ClosedMark()

    init(_ connection: MariaDBConnection, prefix: String) {
        name = connection.address.description
        self.connection = connection
        dialect = TableDialect(kind: .mariadb, prefix: prefix)
    }

    func access<T: Sendable>(
        _ body: @escaping @Sendable (MariaDBTables) throws(DumpError) -> T
    ) async throws(DumpError) -> T {
        if isClosed.isSet {
            throw DumpError(.source, "the snapshot of \(name) was closed", remedy: "open a new one")
        }
        let result = await withCheckedContinuation { continuation in
            queue.async { [connection, dialect] in
                continuation.resume(
                    returning: Result { () throws(DumpError) in
                        try body(MariaDBTables(connection: connection, dialect: dialect))
                    })
            }
        }
        return try result.get()
    }

    func later(_ body: @escaping @Sendable () -> Void) { queue.async { body() } }

    func close() { isClosed.set() }
}

/// A connection to MariaDB, as readers use it.
struct MariaDBTables: TableConnection {
    let connection: MariaDBConnection
    let dialect: TableDialect

    func statement(_ sql: String) throws(DumpError) -> MariaDBStatement { MariaDBStatement(connection, sql) }

    func exactStatement(_ sql: String) throws(DumpError) -> MariaDBStatement {
        MariaDBStatement(connection, sql, takesAnyNumber: true)
    }

    func columns(of table: String) throws(DumpError) -> Set<String> {
        let query = "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE \(condition(on: dialect.prefix + table))"
        return Set(try rows(query) { $0.string(0) })
    }

    /// The condition for rows of the information schema about a table. The name may contain any character.
    func condition(on table: String) -> String {
        "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = CONVERT(X'\(table.utf8.hexadecimal)' USING utf8)"
    }

    func tableNames() throws(DumpError) -> [String] {
        let all = try rows(
            """
            SELECT TABLE_NAME FROM information_schema.TABLES
            WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')
            """
        ) { $0.string(0) }
        return all.filter { $0.hasPrefix(dialect.prefix) }.map { String($0.dropFirst(dialect.prefix.count)) }.sorted()
    }
}

/// A flag that any thread can set, once.
final class ClosedMark: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .acquiring) }

    func set() { value.store(true, ordering: .releasing) }
}

/// Settings in a MariaDB option file that the client library ignores.
struct MariaDBOptionFile {
    /// Whether connections must not be encrypted: `skip-ssl`, `disable-ssl` or `ssl=0` in a section that the library reads.
    private(set) var refusesTLS = false

    private static let sections: Set = ["client", "client-server", "client-mariadb"]

    /// Reads an option file.
    /// - Throws: ``DumpError`` with code `configuration` if it cannot be read.
    init(_ path: FilePath) throws(DumpError) {
        let text: String
        do throws(DumpError) { text = String(decoding: try FileSystem.real.read(path), as: UTF8.self) } catch {
            throw DumpError(
                .configuration, error.message, remedy: "correct client_config_file in [database]", cause: error.cause)
        }
        self.init(text: text)
    }

    init(text: String) {
        var isRead = false
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: "=", maxSplits: 1).map { $0.trimmingBlanks().lowercased() }
            guard let name = words.first?.replacing("_", with: "-") else { continue }
            if name.hasPrefix("["), let end = name.firstIndex(of: "]") {
                isRead = Self.sections.contains(name[..<end].dropFirst().trimmingBlanks().lowercased())
            }
            guard isRead else { continue }
            switch name {
            case "skip-ssl", "disable-ssl": refusesTLS = words.count == 1 || Self.isOn(words[1])
            case "ssl": refusesTLS = words.count > 1 && !Self.isOn(words[1])
            default: break
            }
        }
    }

    private static func isOn(_ value: String) -> Bool { !["0", "off", "false"].contains(value) }
}
