import SystemPackage

/// Counts the revisions of pages and the bytes of their texts, by rising id.
struct PageWeightReader {
    private static let countLimit = 4096

    private let statement: SQLiteStatement

    init(_ connection: SQLiteHandle, pages: Range<Int64>?, path: FilePath) throws(DumpError) {
        statement = try SQLiteStatement(
            connection,
            """
            SELECT page_id, page_namespace, count(rev_id), coalesce(sum(max(rev_len, 0)), 0), coalesce(max(rev_id), 0)
            FROM page LEFT JOIN revision ON rev_page = page_id
            WHERE page_id >= ?1 AND page_id < ?2 GROUP BY page_id ORDER BY page_id
            """, path: path)
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
