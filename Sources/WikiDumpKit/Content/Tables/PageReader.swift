/// Reads pages with their redirect targets, by rising id.
struct PageReader<Connection: TableConnection> {
    private let statement: Connection.Statement
    private let redirects: RedirectRules
    private let namespaces: NamespaceCheck
    private let end: Int64
    private let limit: Int64
    /// The number of pages since the statement was last started.
    private var count: Int64 = 0
    private var last: Int64 = 0

    init(_ connection: Connection, pages: Range<Int64>?, context: TableContext) throws(DumpError) {
        redirects = context.redirects
        namespaces = context.namespaces
        end = pages?.upperBound ?? .max
        let tables = connection.dialect
        limit = tables.rowLimit
        statement = try connection.statement(
            """
            SELECT page_id, page_namespace, page_title, page_latest, page_is_redirect, rd_from, rd_namespace, rd_title,
                rd_interwiki,
                CASE WHEN rd_from IS NULL THEN 0 ELSE
                    (SELECT rev_deleted FROM \(tables.table("revision")) WHERE rev_id = page_latest) END
            FROM \(tables.table("page"))
            LEFT JOIN \(tables.table("redirect")) ON page_is_redirect <> 0 AND rd_from = page_id
            WHERE page_id >= ?1 AND page_id < ?2 ORDER BY page_id LIMIT ?3
            """)
        statement.bind([pages?.lowerBound ?? .min, end, limit])
    }

    mutating func next(problems: inout [ContentProblem]) throws(DumpError) -> Page? {
        while try !statement.step() {
            guard limit > 0, count == limit, last < .max else { return nil }
            count = 0
            statement.bind([last + 1, end, limit])
        }
        count += 1
        last = statement.int(0)
        let title = PageTitle(namespace: Int(statement.int(1)), title: statement.bytes(2))
        var page = Page(id: statement.int(0), title: title, latestRevision: statement.int(3))
        func note(_ message: String) {
            problems.append(ContentProblem(page: page.id, namespace: title.namespace, message: message))
        }
        if let message = namespaces.message(for: title.namespace) {
            problems.append(
                ContentProblem(
                    page: page.id, namespace: title.namespace, message: message,
                    isLoss: true, isStrayTitle: true))
        }
        if !title.title.isUTF8 { note("has a title that is not valid UTF-8") }
        guard statement.int(4) != 0 else { return page }
        // MediaWiki 1.39 would look into the text; later versions write no target.
        if statement.isNull(5) {
            note("is a redirect without a row in the table redirect; no target was written")
            return page
        }
        page.redirect = redirects.target(
            namespace: Int(statement.int(6)), title: statement.bytes(7), interwiki: statement.string(8))
        page.redirectIsHidden = HiddenParts(rawValue: Int(truncatingIfNeeded: statement.int(9))).contains(.content)
        if page.redirect == nil { note("redirects to an invalid title; no target was written") }
        return page
    }
}

extension [UInt8] {
    var isUTF8: Bool { (try? UTF8Span(validating: span)) != nil }
}

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

    func next() throws(DumpError) -> [PageTitle]? {
        var titles: [PageTitle] = []
        while titles.count < Self.countLimit, try statement.step() {
            titles.append(PageTitle(namespace: Int(statement.int(0)), title: statement.bytes(1)))
        }
        return titles.isEmpty ? nil : titles
    }
}

/// Counts the revisions of each page and the bytes of their texts, by rising page id.
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
