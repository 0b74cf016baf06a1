/// Looks up what is hidden of revisions, many at a time, also of revisions of deleted pages.
struct RevisionBits<Connection: TableConnection> {
    private static var group: Int { 64 }

    private let statements: [Connection.Statement]

    init(_ connection: Connection) throws(DumpError) {
        let marks = repeatElement("?", count: Self.group).joined(separator: ", ")
        var statements: [Connection.Statement] = []
        for (table, prefix) in [("revision", "rev"), ("archive", "ar_rev")] {
            let bits = table == "revision" ? "rev_deleted" : "ar_deleted"
            if try connection.columns(of: table).isEmpty { continue }
            statements.append(
                try connection.statement(
                    """
                    SELECT \(prefix)_id, \(bits) FROM \(connection.dialect.table(table))
                    WHERE \(prefix)_id IN (\(marks)) AND \(bits) <> 0
                    """))
        }
        self.statements = statements
    }

    /// The hidden parts of those revisions of which something is hidden.
    func hidden(of revisions: some Sequence<Int64>) throws(DumpError) -> [Int64: HiddenParts] {
        let ids = Set(revisions).sorted()
        var found: [Int64: HiddenParts] = [:]
        for start in stride(from: 0, to: ids.count, by: Self.group) {
            let group = ids[start..<min(start + Self.group, ids.count)]
            for statement in statements {
                // A group that is not full repeats an id.
                statement.bind((0..<Self.group).map { group[min(start + $0, group.endIndex - 1)] })
                while try statement.step() {
                    found[statement.int(0), default: []].formUnion(HiddenParts(rawValue: Int(statement.int(1))))
                }
                statement.reset()
            }
        }
        return found
    }
}
