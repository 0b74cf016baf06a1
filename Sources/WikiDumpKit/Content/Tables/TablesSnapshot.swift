import Synchronization

/// The tables of a wiki at one instant.
final class TablesSnapshot<Access: TableAccess>: ContentSnapshot {
    let facts: WikiFacts
    private let context: TableContext
    private let name: String
    private let sqlQuotes: SQLQuotes
    private let connection: Mutex<Access?>
    private let checked = Mutex<Set<ContentPart>>([])
    /// What the wiki hides. It is looked up when a table is first written.
    private let hidden = Mutex<[HiddenDetails: HiddenItems]>([:])

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
        let (name, log) = (name, context.log)
        return try await open().access { (handle) throws(DumpError) in
            func number(_ sql: String) throws(DumpError) -> Int64 { try handle.number(sql) }
            let tables = handle.dialect
            let publicLog = tables.condition(log)
            let (page, revision, logging) = (tables.table("page"), tables.table("revision"), tables.table("logging"))
            let lastPage = try number("SELECT max(page_id) FROM \(page)")
            guard lastPage < .max else {
                throw DumpError(
                    .jobFailed,
                    "page_id is \(lastPage) in table page of \(name), and a dump cannot hold a page with that id",
                    remedy: "no real wiki has page ids that high: repair the row")
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
                logEntries: try number("SELECT count(*) FROM \(logging) WHERE \(publicLog)"),
                lastPageID: lastPage,
                lastRevisionID: try number("SELECT max(rev_id) FROM \(revision)"),
                // A log id above the limit is a problem for the log reader, not for the readers of pages.
                lastLogID: try number(
                    "SELECT max(log_id) FROM \(logging) WHERE log_id <= \(Int64.max) AND \(publicLog)"))
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
        let context = context
        if let fault = context.namespaces.logEntries { throw fault }
        return TableCursor<Access, LogBatch>(try open()) { (handle) throws(DumpError) in
            var reader = try LogReader(handle, context)
            return { () throws(DumpError) in try reader.next() }
        }
    }

    func unknownLogTypes() async throws(DumpError) -> [String] {
        guard case .only = context.log else { return [] }
        try await check(.log)
        let visibility = context.log
        return try await open().access { (handle) throws(DumpError) in
            let query = "SELECT DISTINCT log_type FROM \(handle.dialect.table("logging"))"
            return Set(try handle.rows(query) { $0.string(0) }).filter { !visibility.includes($0) }.sorted()
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

    func tableText(_ name: String, for audience: TableAudience) async throws(DumpError) -> any TableTextCursor {
        TableCursor<Access, TableText>(try open()) { [self] (handle) throws(DumpError) in
            let filter = try filter(of: name, for: audience, handle)
            var reader = try TableReader(handle, table: name, filter: filter, quotes: sqlQuotes)
            return { () throws(DumpError) in try reader.next() }
        }
    }

    func count(table name: String, for audience: TableAudience) async throws(DumpError) -> TableCount {
        try await open().access { [self] (handle) throws(DumpError) in
            try filter(of: name, for: audience, handle).count(handle, (handle.dialect.prefix + name).quotedName)
        }
    }

    /// The rows and values of a table that an audience gets.
    private func filter(
        of table: String, for audience: TableAudience, _ connection: Access.Connection
    ) throws(DumpError) -> TableFilter {
        var filter = TableFilter()
        guard case .everybody(let details) = audience, let rule = TableRules.rule(of: table, details) else {
            return filter
        }
        let items = try hidden.withLock { (known) throws(DumpError) in
            if let items = known[details] { return items }
            let items = try HiddenItems(connection, details)
            known[details] = items
            return items
        }
        let scope = try TableScope(
            connection, table: table, hidden: items, log: context.log, wiki: siteInfo.databaseName)
        try rule(&filter, scope)
        return filter
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
    /// The number that a query returns; 0 if it returns none.
    func number(_ sql: String) throws(DumpError) -> Int64 { try rows(sql) { $0.int(0) }.first ?? 0 }
}
