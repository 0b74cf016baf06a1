/// Which rows and values of a table the public may see, in SQL.
struct TableFilter {
    /// A value that is replaced in some rows.
    private struct Value {
        let column: String
        let isHidden: String
        let replacement: String
    }

    private var conditions: [String] = []
    private var values: [Value] = []

    /// Shows only rows that meet a condition.
    mutating func require(_ condition: String) { conditions.append(condition) }

    /// Leaves out rows that meet a condition; nil leaves out none.
    mutating func leaveOut(_ condition: String?) {
        if let condition { conditions.append("NOT (\(condition))") }
    }

    /// Replaces values in rows that meet a condition; nil replaces none.
    mutating func empty(_ columns: [String], if condition: String?, showing replacement: String) {
        guard let condition else { return }
        values += columns.map { Value(column: $0, isHidden: "(\(condition))", replacement: replacement) }
    }

    /// The SQL expression for a column.
    /// - Parameter value: The expression for its true value.
    func term(_ column: String, _ value: String) -> String {
        let hidings = values.filter { $0.column == column }
        guard let replacement = hidings.first?.replacement else { return value }
        let condition = hidings.map(\.isHidden).joined(separator: " OR ")
        return "CASE WHEN \(condition) THEN \(replacement) ELSE \(value) END"
    }

    /// The WHERE clause for the rows that are shown; empty if all are.
    var whereClause: String { conditions.isEmpty ? "" : " WHERE " + condition }

    private var condition: String { conditions.map { "(\($0))" }.joined(separator: " AND ") }

    /// Counts the rows of a table.
    /// - Parameter table: Its name in SQL.
    func count(_ connection: some TableConnection, _ table: String) throws(DumpError) -> TableCount {
        if conditions.isEmpty, values.isEmpty {
            return TableCount(rows: try connection.number("SELECT count(*) FROM \(table)"))
        }
        let isShown = conditions.isEmpty ? "1 = 1" : condition
        let isEmptied = values.isEmpty ? "1 = 0" : values.map(\.isHidden).joined(separator: " OR ")
        let statement = try connection.statement(
            """
            SELECT count(*), coalesce(sum(CASE WHEN \(isShown) THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE WHEN (\(isShown)) AND (\(isEmptied)) THEN 1 ELSE 0 END), 0) FROM \(table)
            """)
        statement.bind(EmptyCollection())
        defer { statement.reset() }
        guard try statement.step() else { return TableCount(rows: 0) }
        let shown = statement.int(1)
        return TableCount(
            rows: shown, withheld: Withheld(rows: statement.int(0) - shown, emptiedRows: statement.int(2)))
    }
}
