/// Counts the revisions of pages and the bytes of their texts, by rising id.
struct PageWeightReader<Connection: TableConnection> {
    private static var countLimit: Int { 4096 }

    private let statement: Connection.Statement

    init(_ connection: Connection, pages: Range<Int64>?) throws(DumpError) {
        let tables = connection.dialect
        statement = try connection.statement(
            """
            SELECT page_id, page_namespace, count(rev_id),
                coalesce(sum(CASE WHEN rev_len > 0 THEN rev_len ELSE 0 END), 0), coalesce(max(rev_id), 0)
            FROM \(tables.table("page"))
            LEFT JOIN \(tables.table("revision"))\(try connection.byKey(of: "rev_page", in: "revision")) ON rev_page = page_id
            WHERE page_id >= ?1 AND page_id < ?2 GROUP BY page_id ORDER BY page_id
            """)
        statement.bind([pages?.lowerBound ?? .min, pages?.upperBound ?? .max])
    }

    /// The next pages, or nil at the end.
    func next() throws(DumpError) -> [PageWeight]? {
        var weights: [PageWeight] = []
        while weights.count < Self.countLimit, try statement.step() {
            weights.append(
                PageWeight(
                    id: statement.int(0), namespace: Int(statement.int(1)), revisions: statement.int(2),
                    bytes: statement.int(3), lastRevision: statement.int(4)))
        }
        return weights.isEmpty ? nil : weights
    }
}
