/// What a rule about a table needs to know.
struct TableScope {
    /// The table, without the prefix.
    let table: String
    let dialect: TableDialect
    let hidden: HiddenItems
    let log: LogVisibility
    /// The name of the wiki in tables that several wikis share.
    let wiki: String
    /// The columns of the tables that rules ask for.
    private let columns: [String: Set<String>]

    init(
        _ connection: some TableConnection, table: String, hidden: HiddenItems, log: LogVisibility, wiki: String
    ) throws(DumpError) {
        self.table = table
        dialect = connection.dialect
        self.hidden = hidden
        self.log = log
        self.wiki = wiki
        var columns: [String: Set<String>] = [:]
        for name in [table] + Self.tablesOfRules { columns[name] = try connection.columns(of: name) }
        self.columns = columns
    }

    /// Tables that rules about other tables look into, where they are there.
    private static let tablesOfRules =
        LinkTargets.references.map(\.table) + ["linktarget", "wbt_item_terms", "wbt_property_terms"]

    /// Whether a table has a column.
    func has(_ column: String, in table: String) -> Bool { columns[table]?.contains(column) ?? false }

    /// A column of the table that a rule cannot do without.
    /// - Throws: ``DumpError`` with code `jobFailed`: without the column nobody knows what is hidden.
    func column(_ name: String) throws(DumpError) -> String {
        if has(name, in: table) { return name }
        throw DumpError(
            .jobFailed, "table \(table) has no column \(name), so what the wiki hides cannot be left out",
            remedy: "let tablejobs give the table the type private, and report this")
    }

    /// The condition that the page is there that a column names. Rows that followed from its text may stay when a page is
    /// deleted.
    func isThere(page column: String) -> String {
        "EXISTS (SELECT 1 FROM \(dialect.table("page")) WHERE page_id = \(column))"
    }

    /// The users whose names are hidden.
    func users() throws(DumpError) -> IDList { try known(hidden.users) }

    /// Their actors.
    func actors() throws(DumpError) -> IDList { try known(hidden.actors) }

    private func known(_ list: IDList?) throws(DumpError) -> IDList {
        if let list { return list }
        throw DumpError(
            .jobFailed, "the database has no table of blocks, so nobody knows which users table \(table) must not show",
            remedy: "let tablejobs give the table the type private")
    }
}

/// Ids that a condition asks for: written out when they are few, which they nearly always are, so that the tables they come
/// from are read once; else as the query that finds them.
struct IDList: Sendable {
    private static let longest: Int64 = 5000

    private let ids: [Int64]
    private let query: String

    /// No ids.
    static let none = IDList([])

    /// Some ids.
    init(_ ids: [Int64]) {
        self.ids = ids
        query = ids.map(String.init).joined(separator: ",")
    }

    /// The ids that a query gives in its first column.
    init(_ connection: some TableConnection, _ sql: String) throws(DumpError) {
        let statement = try connection.statement("\(sql) LIMIT \(Self.longest + 1)")
        statement.bind(EmptyCollection())
        var ids: [Int64] = []
        while try statement.step() { ids.append(statement.int(0)) }
        self.ids = ids
        query = ids.count > Self.longest ? sql : ids.map(String.init).joined(separator: ",")
    }

    /// Whether there are none.
    var isEmpty: Bool { ids.isEmpty }

    /// The condition that a column, which may be NULL, names one of them; nil if there are none.
    func contains(_ column: String) -> String? {
        isEmpty ? nil : "(\(column) IS NOT NULL AND \(column) IN (\(query)))"
    }
}
