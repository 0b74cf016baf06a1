/// A connection to the tables of MediaWiki, as readers use it. All that is done with its statements happens on the
/// queue of its snapshot.
protocol TableConnection: Sendable {
    associatedtype Statement: TableStatement

    /// How SQL has to be said to this database.
    var dialect: TableDialect { get }

    /// Prepares a statement. `?` and `?1` stand for values that are bound later.
    func statement(_ sql: String) throws(DumpError) -> Statement

    /// Prepares a statement whose numbers are only shown, so that any is taken, also one that ``TableStatement/int(_:)``
    /// could not give.
    func exactStatement(_ sql: String) throws(DumpError) -> Statement

    /// What SQL text says of a table before its rows, its name without the prefix.
    func definition(of table: String) throws(DumpError) -> TableDefinition

    /// The columns of a table, its name without the prefix; empty if there is no such table.
    func columns(of table: String) throws(DumpError) -> Set<String>

    /// The names of all tables that belong to the wiki, without the prefix.
    func tableNames() throws(DumpError) -> [String]
}

extension TableConnection {
    /// What stands behind a table that is joined by a column which begins a key: see ``TableDialect/byPrimaryKey``. What
    /// such a key is called differs from one version of MediaWiki to the next.
    func byKey(of column: String, in table: String) throws(DumpError) -> String {
        if dialect.kind == .sqlite { return "" }
        let keys = try definition(of: table).keys.filter { $0.parts.first?.column == column }
        return keys.isEmpty ? "" : " FORCE INDEX (\(keys.map(\.name.quotedName).joined(separator: ", ")))"
    }
}

/// A statement that is stepped through, row by row, without a value made for each field.
protocol TableStatement {
    /// Starts over with new values.
    func bind(_ values: some Collection<Int64>)
    /// Goes to the next row; false at the end, and then until values are bound again.
    func step() throws(DumpError) -> Bool
    /// Gives up what the statement holds until values are bound again.
    func reset()
    /// A field as a number; 0 for NULL and for what is no number.
    func int(_ column: Int32) -> Int64
    /// Whether a field is NULL.
    func isNull(_ column: Int32) -> Bool
    /// The bytes of a field, valid during the call; none for NULL.
    func withBytes<R>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> R) -> R
    /// Writes a field as SQL text.
    /// - Parameter isNumber: Whether its column is one of numbers.
    func write(_ column: Int32, isNumber: Bool, to rows: inout SQLRows)
}

extension TableStatement {
    /// A copy of the bytes of a field.
    func bytes(_ column: Int32) -> [UInt8] {
        unsafe withBytes(column) { unsafe [UInt8]($0) }
    }

    /// A field as text. What is no UTF-8 is replaced.
    func string(_ column: Int32) -> String {
        unsafe withBytes(column) { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

/// How a database wants SQL to be said, and how its tables are called.
struct TableDialect: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case sqlite, mariadb }

    let kind: Kind
    /// What the names of tables begin with.
    var prefix = ""

    /// The name of a table, with the prefix.
    func table(_ name: String) -> String { prefix.isEmpty ? name : (prefix + name).quotedName }

    /// What stands behind a table that is joined by its primary key. Statistics of MariaDB that are old, such as those of a
    /// wiki that was imported just now, make it read the whole table for each row instead.
    var byPrimaryKey: String { kind == .sqlite ? "" : " FORCE INDEX (PRIMARY)" }

    /// How many rows a statement gives at once, where another has to be asked in between; no limit where statements do not
    /// hinder each other.
    var rowLimit: Int64 { kind == .sqlite ? -1 : 2000 }
}

/// Work on a connection, on a queue of its own, all of it seeing one instant.
protocol TableAccess: Sendable {
    associatedtype Connection: TableConnection

    /// What messages call the database.
    var name: String { get }

    /// Runs work on the queue of the connection.
    func access<T: Sendable>(
        _ body: @escaping @Sendable (Connection) throws(DumpError) -> T
    ) async throws(DumpError) -> T

    /// Runs work on the queue some time later. Whatever must not run beside a reading goes here.
    func later(_ body: @escaping @Sendable () -> Void)

    /// Makes all further work fail.
    func close()
}

extension TableDialect {
    /// The condition on rows of `logging` that anybody may see.
    func condition(_ visibility: LogVisibility) -> String {
        func list(_ types: Set<String>) -> String { types.sorted().map(Self.literal).joined(separator: ", ") }
        let type = bytes(of: "log_type")
        return switch visibility {
        case .allExcept(let types): types.isEmpty ? "1 = 1" : "\(type) NOT IN (\(list(types)))"
        case .only(let types): types.isEmpty ? "1 = 0" : "\(type) IN (\(list(types)))"
        }
    }

    /// The condition that a stored text is another one. Both are compared as bytes, however the column stores them.
    func equal(_ column: String, _ text: String) -> String { "\(bytes(of: column)) = \(Self.literal(text))" }

    private func bytes(of column: String) -> String { "CAST(\(column) AS \(kind == .sqlite ? "BLOB" : "BINARY"))" }

    /// Bytes as digits, so that no text can end the statement.
    private static func literal(_ text: String) -> String { "X'\(text.utf8.hexadecimal)'" }
}
