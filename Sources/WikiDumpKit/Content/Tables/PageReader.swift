/// Reads pages with the targets of redirects, by rising id.
struct PageReader<Connection: TableConnection> {
    private let statement: Connection.Statement
    private let redirects: RedirectRules
    private let namespaces: NamespaceCheck
    private let end: Int64
    private let limit: Int64
    /// How many pages the statement gave since it began last.
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

    /// The next page, or nil at the end.
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
            problems.append(
                ContentProblem(page: page.id, namespace: title.namespace, message: message, isOmission: false))
        }
        if let message = namespaces.message(for: title.namespace) {
            problems.append(
                ContentProblem(
                    page: page.id, namespace: title.namespace, message: message, isOmission: false,
                    isLoss: true, isStrayTitle: true))
        }
        if !title.title.isUTF8 { note("has a title that is no UTF-8") }
        guard statement.int(4) != 0 else { return page }
        // MediaWiki 1.39 looks into the text then; later versions write no target.
        if statement.isNull(5) {
            note("is a redirect without a row in the table redirect; no target was written")
            return page
        }
        page.redirect = redirects.target(
            namespace: Int(statement.int(6)), title: statement.bytes(7), interwiki: statement.string(8))
        page.redirectIsHidden = HiddenParts(rawValue: Int(truncatingIfNeeded: statement.int(9))).contains(.content)
        if page.redirect == nil { note("redirects to an impossible title; no target was written") }
        return page
    }
}

extension [UInt8] {
    /// Whether the bytes are UTF-8.
    var isUTF8: Bool { (try? UTF8Span(validating: span)) != nil }
}
