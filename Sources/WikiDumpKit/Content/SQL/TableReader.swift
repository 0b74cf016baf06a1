/// Writes the rows of a table as SQL text.
struct TableReader<Connection: TableConnection> {
    /// The approximate length of a statement. mysqldump uses the same length, so readers can handle it.
    private static var statementLength: Int { 1_000_000 }

    private let definition: TableDefinition
    private let statement: Connection.Statement
    private let quotes: SQLQuotes
    private var rowCount: Int64 = 0
    private var stage = Stage.opening

    private enum Stage { case opening, rows, ended }

    /// - Parameters:
    ///   - table: The name without the prefix.
    ///   - filter: Which rows and values are shown.
    init(
        _ connection: Connection, table: String, filter: TableFilter = TableFilter(), quotes: SQLQuotes
    ) throws(DumpError) {
        definition = try connection.definition(of: table)
        statement = try connection.exactStatement(definition.selection(filter))
        statement.bind(EmptyCollection())
        self.quotes = quotes
    }

    mutating func next() throws(DumpError) -> TableText? {
        switch stage {
        case .opening:
            stage = .rows
            return TableText(bytes: Array(definition.opening(quotes).utf8), rowCount: 0)
        case .rows:
            if let piece = try rows() { return piece }
            stage = .ended
            return TableText(bytes: Array(definition.closing(rowCount: rowCount).utf8), rowCount: 0)
        case .ended: return nil
        }
    }

    private mutating func rows() throws(DumpError) -> TableText? {
        var rows = SQLRows(table: definition.name, quotes: quotes)
        while rows.bytes.count < Self.statementLength, try statement.step() {
            rows.row { row in
                for (place, column) in definition.columns.enumerated() {
                    statement.write(Int32(place), isNumber: column.isNumber, to: &row)
                }
            }
        }
        if rows.count == 0 { return nil }
        rows.end()
        rowCount += rows.count
        return TableText(bytes: rows.bytes, rowCount: rows.count)
    }
}
