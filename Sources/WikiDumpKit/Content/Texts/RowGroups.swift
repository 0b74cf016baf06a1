/// Reads rows by their ids, many with one question.
struct RowGroups<Connection: TableConnection> {
    private static var size: Int { 32 }

    private let statement: Connection.Statement

    /// - Parameter sql: A statement up to the column of the ids, which has to be the first one that it reads.
    init(_ connection: Connection, _ sql: String) throws(DumpError) {
        let marks = repeatElement("?", count: Self.size).joined(separator: ", ")
        statement = try connection.statement("\(sql) IN (\(marks))")
    }

    /// Reads the rows that are there, in the order of the groups.
    /// - Parameter ids: Rising, each once.
    func read(_ ids: [Int64], _ body: (Connection.Statement) throws(DumpError) -> Void) throws(DumpError) {
        var start = 0
        while start < ids.count {
            let group = ids[start..<min(start + Self.size, ids.count)]
            // A group that is not full repeats an id; a row is read once however often it is named.
            statement.bind((0..<Self.size).map { group[min(start + $0, group.endIndex - 1)] })
            while try statement.step() { try body(statement) }
            statement.reset()
            start += Self.size
        }
    }
}
