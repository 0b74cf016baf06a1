/// Titles of pages that were deleted and suppressed, so that not even administrators see them. The suppression log names
/// them. If that log is public, the titles are no secret.
struct SuppressedTitles {
    private let titles: Set<PageTitle>
    /// The same titles as they appear in the parameters of log entries.
    private let texts: Set<[UInt8]>

    /// Reads the titles. A title that a page has again is public, so it is skipped.
    init(_ connection: some TableConnection, _ log: LogVisibility, _ names: NamespaceNames) throws(DumpError) {
        var titles: Set<PageTitle> = []
        if !log.includes("suppress") {
            let (logging, page) = (connection.dialect.table("logging"), connection.dialect.table("page"))
            let query = """
                SELECT log_namespace, log_title FROM \(logging) WHERE \(Self.isSuppression(connection.dialect))
                AND NOT EXISTS (SELECT 1 FROM \(page) WHERE page_namespace = log_namespace AND page_title = log_title)
                """
            titles = Set(try connection.rows(query) { PageTitle(namespace: Int($0.int(0)), title: $0.bytes(1)) })
        }
        self.titles = titles
        texts = titles.reduce(into: []) { texts, title in
            let text = names.text(of: title)
            texts.insert(text)
            texts.insert(text.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "_") : $0 })
        }
    }

    func contains(_ title: PageTitle, _ parameters: LogParameters) -> Bool {
        if titles.isEmpty { return false }
        return titles.contains(title) || parameters.texts.contains(where: texts.contains)
    }

    /// The SQL condition that a row of `protected_titles` has such a title, or a title that is hidden in the log.
    static func condition(_ scope: TableScope) throws(DumpError) -> String {
        let isSuppressed = scope.log.includes("suppress") ? "1 = 0" : isSuppression(scope.dialect)
        return """
            EXISTS (SELECT 1 FROM \(scope.dialect.table("logging"))
            WHERE log_namespace = \(try scope.column("pt_namespace")) AND log_title = \(try scope.column("pt_title"))
            AND ((log_deleted & 1) <> 0 OR \(isSuppressed)))
            """
    }

    private static func isSuppression(_ dialect: TableDialect) -> String {
        "(\(dialect.equal("log_type", "suppress")) AND \(dialect.equal("log_action", "delete")))"
    }
}

/// Looks up the hidden parts of many revisions at a time, including revisions of deleted pages.
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

    /// The hidden parts of those revisions that have any.
    func hidden(of revisions: some Sequence<Int64>) throws(DumpError) -> [Int64: HiddenParts] {
        let ids = Set(revisions).sorted()
        var found: [Int64: HiddenParts] = [:]
        for start in stride(from: 0, to: ids.count, by: Self.group) {
            let group = ids[start..<min(start + Self.group, ids.count)]
            for statement in statements {
                // An incomplete group repeats its last id.
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
