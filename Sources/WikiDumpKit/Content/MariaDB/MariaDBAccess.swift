import Dispatch
import Synchronization

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
        Set(
            try names(
                "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE \(condition(on: dialect.prefix + table))"))
    }

    /// The condition for rows of the information schema about a table. The name may contain any character.
    func condition(on table: String) -> String {
        "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = CONVERT(X'\(table.utf8.hexadecimal)' USING utf8)"
    }

    func tableNames() throws(DumpError) -> [String] {
        let all = try names(
            """
            SELECT TABLE_NAME FROM information_schema.TABLES
            WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')
            """)
        return all.filter { $0.hasPrefix(dialect.prefix) }.map { String($0.dropFirst(dialect.prefix.count)) }.sorted()
    }

    /// The values of one text column of a query's rows.
    func names(_ sql: String, column: Int32 = 0) throws(DumpError) -> [String] {
        let statement = try statement(sql)
        statement.bind(EmptyCollection())
        var names: [String] = []
        while try statement.step() { names.append(statement.string(column)) }
        return names
    }
}

/// A flag that any thread can set, once.
final class ClosedMark: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .acquiring) }

    func set() { value.store(true, ordering: .releasing) }
}
