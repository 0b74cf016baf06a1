/// What a table's rule needs to know.
struct TableScope {
    /// The name without the prefix.
    let table: String
    let dialect: TableDialect
    let hidden: HiddenItems
    let log: LogVisibility
    /// The name of the wiki in tables that several wikis share.
    let wiki: String
    /// The columns of the tables that rules look at.
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

    /// Tables that the rules for other tables look at, if they exist.
    private static let tablesOfRules =
        LinkTargets.references.map(\.table) + ["linktarget", "wbt_item_terms", "wbt_property_terms"]

    func has(_ column: String, in table: String) -> Bool { columns[table]?.contains(column) ?? false }

    /// A column that the table's rule requires.
    /// - Throws: ``DumpError`` with code `jobFailed` if the column is missing. Without it, it is unknown what is hidden.
    func column(_ name: String) throws(DumpError) -> String {
        if has(name, in: table) { return name }
        throw DumpError(
            .jobFailed, "table \(table) has no column \(name), so it is unknown what the wiki hides in it",
            remedy: "give the table the type private in the file that tablejobs names, and report this")
    }

    /// The SQL condition that the page in a column exists. Rows derived from a page's text may remain after the page is
    /// deleted.
    func isThere(page column: String) -> String {
        "EXISTS (SELECT 1 FROM \(dialect.table("page")) WHERE page_id = \(column))"
    }

    /// The users whose names are hidden.
    func users() throws(DumpError) -> IDList { try known(hidden.users) }

    func actors() throws(DumpError) -> IDList { try known(hidden.actors) }

    private func known(_ list: IDList?) throws(DumpError) -> IDList {
        if let list { return list }
        throw DumpError(
            .jobFailed,
            "the database has no table of blocks, so it is unknown which users table \(table) must not show",
            remedy: "give the table the type private in the file that tablejobs names")
    }
}

/// Ids for an SQL condition. If they are few, as nearly always, they are written out, so that the tables they come from are
/// read only once. Otherwise the condition contains the query that finds them.
struct IDList: Sendable {
    private static let longest: Int64 = 5000

    private let ids: [Int64]
    private let query: String

    static let none = IDList([])

    init(_ ids: [Int64]) {
        self.ids = ids
        query = ids.map(String.init).joined(separator: ",")
    }

    /// The ids in the first column of a query's rows.
    init(_ connection: some TableConnection, _ sql: String) throws(DumpError) {
        ids = try connection.rows("\(sql) LIMIT \(Self.longest + 1)") { $0.int(0) }
        query = ids.count > Self.longest ? sql : ids.map(String.init).joined(separator: ",")
    }

    var isEmpty: Bool { ids.isEmpty }

    /// The SQL condition that a column, which may be NULL, has one of the ids; nil if there are no ids.
    func contains(_ column: String) -> String? {
        isEmpty ? nil : "(\(column) IS NOT NULL AND \(column) IN (\(query)))"
    }
}
