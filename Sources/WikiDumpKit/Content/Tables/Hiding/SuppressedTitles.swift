/// Titles of pages that were deleted so that not even administrators see them. The log of suppressions names them; where
/// anybody may read that log they are no secret.
struct SuppressedTitles {
    private let titles: Set<PageTitle>
    /// The same titles as parameters of log entries tell them.
    private let texts: Set<[UInt8]>

    /// Reads the titles. One that a page has again is known to everybody.
    init(_ connection: some TableConnection, _ log: LogVisibility, _ names: NamespaceNames) throws(DumpError) {
        var titles: Set<PageTitle> = []
        if !log.includes("suppress") {
            let (logging, page) = (connection.dialect.table("logging"), connection.dialect.table("page"))
            let statement = try connection.statement(
                """
                SELECT log_namespace, log_title FROM \(logging) WHERE \(Self.isSuppression(connection.dialect))
                AND NOT EXISTS (SELECT 1 FROM \(page) WHERE page_namespace = log_namespace AND page_title = log_title)
                """)
            statement.bind(EmptyCollection())
            while try statement.step() {
                titles.insert(PageTitle(namespace: Int(statement.int(0)), title: statement.bytes(1)))
            }
        }
        self.titles = titles
        texts = titles.reduce(into: []) { texts, title in
            let text = names.text(of: title)
            texts.insert(text)
            texts.insert(text.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "_") : $0 })
        }
    }

    /// Whether a log entry names one of them, as its title or in its parameters.
    func contains(_ title: PageTitle, _ parameters: LogParameters) -> Bool {
        if titles.isEmpty { return false }
        return titles.contains(title) || parameters.texts.contains(where: texts.contains)
    }

    /// The condition that a row of `protected_titles` has such a title, or one that is hidden in the log.
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
