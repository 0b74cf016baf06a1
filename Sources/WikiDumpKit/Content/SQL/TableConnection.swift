/// A connection to the tables of MediaWiki, as readers use it. Its statements may be used only on the queue of their
/// snapshot.
protocol TableConnection: Sendable {
    associatedtype Statement: TableStatement

    var dialect: TableDialect { get }

    /// Prepares a statement. `?` and `?1` are placeholders for values that are bound later.
    func statement(_ sql: String) throws(DumpError) -> Statement

    /// Prepares a statement whose numbers are only written out. So it accepts numbers that are too large for
    /// ``TableStatement/int(_:)``.
    func exactStatement(_ sql: String) throws(DumpError) -> Statement

    /// The definition of a table, which SQL text puts before the rows.
    /// - Parameter table: The name without the prefix.
    func definition(of table: String) throws(DumpError) -> TableDefinition

    /// The columns of a table; empty if there is no such table.
    /// - Parameter table: The name without the prefix.
    func columns(of table: String) throws(DumpError) -> Set<String>

    /// The names of all tables that belong to the wiki, without the prefix.
    func tableNames() throws(DumpError) -> [String]
}

extension TableConnection {
    /// What a function makes of each row of a query.
    func rows<Row>(_ sql: String, _ row: (Statement) -> Row) throws(DumpError) -> [Row] {
        let statement = try statement(sql)
        statement.bind(EmptyCollection())
        var rows: [Row] = []
        while try statement.step() { rows.append(row(statement)) }
        return rows
    }

    /// What to write after a table that is joined by the first column of a key; see ``TableDialect/byPrimaryKey``. The keys
    /// are looked up because their names differ between versions of MediaWiki.
    func byKey(of column: String, in table: String) throws(DumpError) -> String {
        if dialect.kind == .sqlite { return "" }
        let keys = try definition(of: table).keys.filter { $0.parts.first?.column == column }
        return keys.isEmpty ? "" : " FORCE INDEX (\(keys.map(\.name.quotedName).joined(separator: ", ")))"
    }
}

/// A statement that is stepped row by row, without making a value for each field.
protocol TableStatement {
    /// Starts over with new values.
    func bind(_ values: some Collection<Int64>)
    func step() throws(DumpError) -> Bool
    /// Releases the statement's resources until values are bound again.
    func reset()
    /// A field as a number; 0 for NULL and for non-numbers.
    func int(_ column: Int32) -> Int64
    func isNull(_ column: Int32) -> Bool
    /// The bytes of a field, valid during the call; empty for NULL.
    func withBytes<R>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> R) -> R
    /// Writes a field as SQL text.
    /// - Parameter isNumber: Whether the column holds numbers.
    func write(_ column: Int32, isNumber: Bool, to rows: inout SQLRows)
}

extension TableStatement {
    func bytes(_ column: Int32) -> [UInt8] {
        unsafe withBytes(column) { unsafe [UInt8]($0) }
    }

    /// A field as text. Invalid UTF-8 is replaced.
    func string(_ column: Int32) -> String {
        unsafe withBytes(column) { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

/// The SQL dialect of a database, and the names of its tables.
struct TableDialect: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case sqlite, mariadb }

    let kind: Kind
    /// The prefix of all table names.
    var prefix = ""

    func table(_ name: String) -> String { prefix.isEmpty ? name : (prefix + name).quotedName }

    /// What to write after a table that is joined by its primary key. If the statistics of MariaDB are old, as in a wiki that
    /// was just imported, it would otherwise read the whole table for each row.
    var byPrimaryKey: String { kind == .sqlite ? "" : " FORCE INDEX (PRIMARY)" }

    /// The most rows that a statement returns at once if another statement must run in between; negative for no limit, if
    /// statements do not hinder each other.
    var rowLimit: Int64 { kind == .sqlite ? -1 : 2000 }
}

/// Access to a connection on its own queue. All work sees the same instant.
protocol TableAccess: Sendable {
    associatedtype Connection: TableConnection

    /// The name of the database in messages.
    var name: String { get }

    /// Runs work on the queue of the connection.
    func access<T: Sendable>(
        _ body: @escaping @Sendable (Connection) throws(DumpError) -> T
    ) async throws(DumpError) -> T

    /// Runs work on the queue later. Work that must not run during a read goes here.
    func later(_ body: @escaping @Sendable () -> Void)

    /// Makes all further work fail.
    func close()
}

extension TableDialect {
    /// The SQL condition for the public rows of `logging`.
    func condition(_ visibility: LogVisibility) -> String {
        func list(_ types: Set<String>) -> String { types.sorted().map(Self.literal).joined(separator: ", ") }
        let type = bytes(of: "log_type")
        return switch visibility {
        case .allExcept(let types): types.isEmpty ? "1 = 1" : "\(type) NOT IN (\(list(types)))"
        case .only(let types): types.isEmpty ? "1 = 0" : "\(type) IN (\(list(types)))"
        }
    }

    /// The SQL condition that a column equals a text. Both are compared as bytes, whatever the column type.
    func equal(_ column: String, _ text: String) -> String { "\(bytes(of: column)) = \(Self.literal(text))" }

    private func bytes(of column: String) -> String { "CAST(\(column) AS \(kind == .sqlite ? "BLOB" : "BINARY"))" }

    /// A hexadecimal literal, so that no text can end the statement.
    private static func literal(_ text: String) -> String { "X'\(text.utf8.hexadecimal)'" }
}
