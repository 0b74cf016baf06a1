/// Finds rows in namespaces that the wiki, according to its own facts, does not have.
///
/// MediaWiki writes the titles of such rows without a prefix. If the wiki itself was asked, this is correct, and each such
/// row is reported. A file may be outdated: then the real name of the namespace is unknown, and nothing is written.
struct NamespaceCheck: Sendable {
    /// Why pages cannot be written; nil if they can.
    let pages: DumpError?
    /// Why log entries cannot be written; nil if they can.
    let logEntries: DumpError?
    private let known: Set<Int>

    /// Checks the two tables, as far as they exist.
    init(_ connection: some TableConnection, _ schema: TableSchema, facts: WikiFacts) throws(DumpError) {
        let known = Set(facts.siteInfo.namespaces.map(\.id))
        self.known = known
        guard case .file(let path, _) = facts.origin else {
            (pages, logEntries) = (nil, nil)
            return
        }
        func fault(_ table: String, _ column: String, _ items: String) throws(DumpError) -> DumpError? {
            guard schema.has(table, column) else { return nil }
            let name = connection.dialect.table(table)
            let missing = try Self.namespaces(connection, name, column).filter { !known.contains($0) }
            guard !missing.isEmpty else { return nil }
            var count: Int64 = 0
            for number in missing {
                count += try connection.number("SELECT count(*) FROM \(name) WHERE \(column) = \(number)")
            }
            let numbers = missing.map(String.init).joined(separator: ", ")
            return DumpError(
                .jobFailed,
                "\(count) \(items) in namespace\(missing.count > 1 ? "s" : "") \(numbers), which \(path) does not list",
                remedy:
                    "fetch that file again, or set dir or apiaddress in [wiki] so that the wiki itself is asked"
            )
        }
        pages = try fault("page", "page_namespace", "pages are")
        logEntries = try fault("logging", "log_namespace", "log entries are about titles")
    }

    /// What is wrong with an item in a namespace; nil if nothing is.
    func message(for namespace: Int) -> String? {
        known.contains(namespace)
            ? nil
            : "is in namespace \(namespace), which the wiki does not have; its title was written without a prefix, as MediaWiki does"
    }

    /// The namespaces of a table's rows, found with one index lookup each.
    private static func namespaces(
        _ connection: some TableConnection, _ table: String, _ column: String
    ) throws(DumpError) -> [Int] {
        let statement = try connection.statement(
            "SELECT \(column) FROM \(table) WHERE \(column) > ?1 ORDER BY \(column) LIMIT 1")
        var found: [Int] = []
        var last = Int64(Int32.min)
        while true {
            statement.bind([last])
            let isThere = try statement.step()
            if isThere { last = statement.int(0) }
            statement.reset()
            guard isThere else { return found }
            found.append(Int(last))
        }
    }
}
