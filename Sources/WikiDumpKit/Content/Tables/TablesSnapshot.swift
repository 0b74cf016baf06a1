import Synchronization

/// What the tables of a wiki held at one instant.
final class TablesSnapshot<Access: TableAccess>: ContentSnapshot {
    let facts: WikiFacts
    private let context: TableContext
    private let name: String
    private let sqlQuotes: SQLQuotes
    private let connection: Mutex<Access?>
    private let checked = Mutex<Set<ContentPart>>([])

    init(connection: Access, context: TableContext, facts: WikiFacts, sqlQuotes: SQLQuotes) {
        name = connection.name
        self.connection = Mutex(connection)
        self.context = context
        self.facts = facts
        self.sqlQuotes = sqlQuotes
    }

    func check(_ part: ContentPart) async throws(DumpError) {
        if checked.withLock({ $0.contains(part) }) { return }
        try context.schema.check(part)
        let schema = context.schema
        try await open().access { (handle) throws(DumpError) in try SchemaMigration.check(part, schema, handle) }
        checked.withLock { _ = $0.insert(part) }
    }

    func counts() async throws(DumpError) -> ContentCounts {
        try await check(.titles)
        let name = name
        return try await open().access { (handle) throws(DumpError) in
            func number(_ sql: String) throws(DumpError) -> Int64 { try handle.number(sql) }
            let tables = handle.dialect
            let (page, revision, log) = (tables.table("page"), tables.table("revision"), tables.table("logging"))
            let lastPage = try number("SELECT max(page_id) FROM \(page)")
            guard lastPage < .max else {
                throw DumpError(
                    .jobFailed,
                    "page_id is \(lastPage) in table page of \(name), and no page of a dump can have that number",
                    remedy: "no wiki counts so far: repair the row")
            }
            return ContentCounts(
                pages: try number("SELECT count(*) FROM \(page)"),
                revisions: try number(
                    "SELECT count(*) FROM \(revision) WHERE rev_page IN (SELECT page_id FROM \(page))"),
                articles: try number(
                    """
                    SELECT count(*) FROM \(page)
                    WHERE page_namespace <> 2 AND NOT (page_namespace > 0 AND page_namespace % 2 = 1)
                    """),
                mainNamespacePages: try number("SELECT count(*) FROM \(page) WHERE page_namespace = 0"),
                logEntries: try number("SELECT count(*) FROM \(log) WHERE \(tables.publicLog)"),
                lastPageID: lastPage,
                lastRevisionID: try number("SELECT max(rev_id) FROM \(revision)"),
                // One beyond that is for the reader of the log to refuse, not for those of pages.
                lastLogID: try number(
                    "SELECT max(log_id) FROM \(log) WHERE log_id <= \(Int64.max) AND \(tables.publicLog)"))
        }
    }

    func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor {
        try await check(.revisions)
        let context = context
        if let fault = context.namespaces.pages { throw fault }
        return TableCursor<Access, RevisionBatch>(try open()) { (handle) throws(DumpError) in
            var reader = try RevisionReader(handle, selection: selection, context: context)
            return { () throws(DumpError) in try reader.next() }
        }
    }

    func pageWeights(_ pages: Range<Int64>?) async throws(DumpError) -> any PageWeightCursor {
        try await check(.revisions)
        return TableCursor<Access, [PageWeight]>(try open()) { (handle) throws(DumpError) in
            let reader = try PageWeightReader(handle, pages: pages)
            return { () throws(DumpError) in try reader.next() }
        }
    }

    func logEntries() async throws(DumpError) -> any LogCursor {
        try await check(.log)
        let namespaces = context.namespaces
        if let fault = namespaces.logEntries { throw fault }
        return TableCursor<Access, LogBatch>(try open()) { (handle) throws(DumpError) in
            let reader = try LogReader(handle, namespaces: namespaces)
            return { () throws(DumpError) in try reader.next() }
        }
    }

    func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor {
        try await check(.titles)
        return TableCursor<Access, [PageTitle]>(try open()) { (handle) throws(DumpError) in
            let reader = try TitleReader(handle, namespace: namespace)
            return { () throws(DumpError) in try reader.next() }
        }
    }

    func tableNames() async throws(DumpError) -> [String] {
        try await open().access { (handle) throws(DumpError) in try handle.tableNames() }
    }

    func tableText(_ name: String) async throws(DumpError) -> any TableTextCursor {
        let quotes = sqlQuotes
        return TableCursor<Access, TableText>(try open()) { (handle) throws(DumpError) in
            var reader = try TableReader(handle, table: name, quotes: quotes)
            return { () throws(DumpError) in try reader.next() }
        }
    }

    func rowCount(table name: String) async throws(DumpError) -> Int64 {
        try await open().access { (handle) throws(DumpError) in
            try handle.number("SELECT count(*) FROM \((handle.dialect.prefix + name).quotedName)")
        }
    }

    func close() async {
        connection.withLock { connection in
            connection?.close()
            connection = nil
        }
    }

    private func open() throws(DumpError) -> Access {
        guard let connection = connection.withLock({ $0 }) else {
            throw DumpError(.source, "the snapshot of \(name) was closed", remedy: "open a new one")
        }
        return connection
    }
}

extension TableConnection {
    /// The number that a statement gives; 0 if it gives none.
    func number(_ sql: String) throws(DumpError) -> Int64 {
        let statement = try statement(sql)
        statement.bind(EmptyCollection())
        defer { statement.reset() }
        return try statement.step() ? statement.int(0) : 0
    }
}
