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
