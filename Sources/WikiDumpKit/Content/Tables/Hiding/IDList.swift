/// Ids that a condition asks for: written out when they are few, which they nearly always are, so that the tables they come
/// from are read once; else as the query that finds them.
struct IDList: Sendable {
    private static let longest: Int64 = 5000

    private let ids: [Int64]
    private let query: String

    /// No ids.
    static let none = IDList([])

    /// Some ids.
    init(_ ids: [Int64]) {
        self.ids = ids
        query = ids.map(String.init).joined(separator: ",")
    }

    /// The ids that a query gives in its first column.
    init(_ connection: some TableConnection, _ sql: String) throws(DumpError) {
        let statement = try connection.statement("\(sql) LIMIT \(Self.longest + 1)")
        statement.bind(EmptyCollection())
        var ids: [Int64] = []
        while try statement.step() { ids.append(statement.int(0)) }
        self.ids = ids
        query = ids.count > Self.longest ? sql : ids.map(String.init).joined(separator: ",")
    }

    /// Whether there are none.
    var isEmpty: Bool { ids.isEmpty }

    /// The condition that a column, which may be NULL, names one of them; nil if there are none.
    func contains(_ column: String) -> String? {
        isEmpty ? nil : "(\(column) IS NOT NULL AND \(column) IN (\(query)))"
    }
}
