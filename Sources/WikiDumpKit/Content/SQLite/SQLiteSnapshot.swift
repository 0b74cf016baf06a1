import Synchronization
import SystemPackage

/// What an SQLite database held at one instant.
final class SQLiteSnapshot: ContentSnapshot {
    /// The condition on rows of `logging` that anybody may see. Stored as text or as bytes, the type is compared alike.
    static let publicLog = "CAST(log_type AS TEXT) <> 'suppress'"

    let siteInfo: SiteInfo
    private let context: SQLiteContext
    private let connection: Mutex<SQLiteConnectionGuard?>

    init(connection: SQLiteConnectionGuard, context: SQLiteContext, siteInfo: SiteInfo) {
        self.connection = Mutex(connection)
        self.context = context
        self.siteInfo = siteInfo
    }

    func counts() async throws(DumpError) -> ContentCounts {
        let path = context.path
        return try await open().access { (handle) throws(DumpError) in
            func number(_ sql: String) throws(DumpError) -> Int64 {
                let statement = try SQLiteStatement(handle, sql, path: path)
                return try statement.step() ? statement.int(0) : 0
            }
            return ContentCounts(
                pages: try number("SELECT count(*) FROM page"),
                revisions: try number(
                    "SELECT count(*) FROM revision WHERE rev_page IN (SELECT page_id FROM page)"),
                articles: try number(
                    """
                    SELECT count(*) FROM page
                    WHERE page_namespace <> 2 AND NOT (page_namespace > 0 AND page_namespace % 2 = 1)
                    """),
                mainNamespacePages: try number("SELECT count(*) FROM page WHERE page_namespace = 0"),
                logEntries: try number("SELECT count(*) FROM logging WHERE \(Self.publicLog)"),
                lastPageID: try number("SELECT max(page_id) FROM page"),
                lastRevisionID: try number("SELECT max(rev_id) FROM revision"),
                lastLogID: try number("SELECT max(log_id) FROM logging WHERE \(Self.publicLog)"))
        }
    }

    func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor {
        let context = context
        return SQLiteCursor<RevisionBatch>(try open()) { (handle) throws(DumpError) in
            var reader = try RevisionReader(handle, selection: selection, context: context)
            return { () throws(DumpError) in try reader.next() }
        }
    }

    func pageWeights(_ pages: Range<Int64>?) async throws(DumpError) -> any PageWeightCursor {
        let path = context.path
        return SQLiteCursor<[PageWeight]>(try open()) { (handle) throws(DumpError) in
            let reader = try PageWeightReader(handle, pages: pages, path: path)
            return { () throws(DumpError) in try reader.next() }
        }
    }

    func logEntries() async throws(DumpError) -> any LogCursor {
        let path = context.path
        return SQLiteCursor<LogBatch>(try open()) { (handle) throws(DumpError) in
            let reader = try LogReader(handle, path: path)
            return { () throws(DumpError) in try reader.next() }
        }
    }

    func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor {
        let path = context.path
        return SQLiteCursor<[PageTitle]>(try open()) { (handle) throws(DumpError) in
            let reader = try TitleReader(handle, namespace: namespace, path: path)
            return { () throws(DumpError) in try reader.next() }
        }
    }

    func tableNames() async throws(DumpError) -> [String] {
        let path = context.path
        return try await open().access { (handle) throws(DumpError) in
            let statement = try SQLiteStatement(
                handle,
                """
                SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name
                """, path: path)
            var names: [String] = []
            while try statement.step() { names.append(statement.string(0)) }
            return names
        }
    }

    func tableText(_ name: String) async throws(DumpError) -> any TableTextCursor {
        let path = context.path
        return SQLiteCursor<TableText>(try open()) { (handle) throws(DumpError) in
            var reader = try TableReader(handle, table: name, path: path)
            return { () throws(DumpError) in try reader.next() }
        }
    }

    func rowCount(table name: String) async throws(DumpError) -> Int64 {
        let path = context.path
        return try await open().access { (handle) throws(DumpError) in
            let statement = try SQLiteStatement(handle, "SELECT count(*) FROM \(name.quotedName)", path: path)
            return try statement.step() ? statement.int(0) : 0
        }
    }

    func close() async {
        connection.withLock { connection in
            connection?.close()
            connection = nil
        }
    }

    private func open() throws(DumpError) -> SQLiteConnectionGuard {
        guard let connection = connection.withLock({ $0 }) else {
            throw DumpError(.source, "the snapshot of \(context.path) was closed", remedy: "open a new one")
        }
        return connection
    }
}
