/// Reads titles, by namespace, then bytewise by title.
struct TitleReader<Connection: TableConnection> {
    private static var countLimit: Int { 4096 }

    private let statement: Connection.Statement

    init(_ connection: Connection, namespace: Int?) throws(DumpError) {
        let condition = namespace == nil ? "" : "WHERE page_namespace = ?1"
        let page = connection.dialect.table("page")
        statement = try connection.statement(
            "SELECT page_namespace, page_title FROM \(page) \(condition) ORDER BY page_namespace, page_title")
        statement.bind([namespace].compactMap { $0.map(Int64.init) })
    }

    /// The next titles, or nil at the end.
    func next() throws(DumpError) -> [PageTitle]? {
        var titles: [PageTitle] = []
        while titles.count < Self.countLimit, try statement.step() {
            titles.append(PageTitle(namespace: Int(statement.int(0)), title: statement.bytes(1)))
        }
        return titles.isEmpty ? nil : titles
    }
}
