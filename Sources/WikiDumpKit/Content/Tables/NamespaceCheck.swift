/// Looks for rows in namespaces that the wiki does not have, by what it says of itself.
///
/// MediaWiki writes the titles of such rows without a prefix. Where the wiki was just asked that is the truth, and told with
/// each row. What a file says may be out of date: then the name of the namespace is not known, and nothing is written.
struct NamespaceCheck: Sendable {
    /// Why pages cannot be written.
    let pages: DumpError?
    /// Why log entries cannot be written.
    let logEntries: DumpError?
    private let known: Set<Int>

    /// Looks at those of the two tables that are there.
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
                "\(count) \(items) in namespace\(missing.count > 1 ? "s" : "") \(numbers), which \(path) does not name",
                remedy:
                    "fetch that file again; or let the wiki be asked: set dir or apiaddress in the section [wiki]"
            )
        }
        pages = try fault("page", "page_namespace", "pages are")
        logEntries = try fault("logging", "log_namespace", "log entries are about titles")
    }

    /// What is wrong with an item in a namespace, if anything is.
    func message(for namespace: Int) -> String? {
        known.contains(namespace)
            ? nil
            : "is in namespace \(namespace), which the wiki does not have; its title has no prefix, as MediaWiki writes it"
    }

    /// The namespaces that rows are in, one look into an index for each.
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
