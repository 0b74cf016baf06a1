/// What a wiki hides from the public, as far as the rows of its tables tell.
struct HiddenItems: Sendable {
    /// Whether data derived from hidden texts is withheld too. If not, it is shown as MediaWiki shows it.
    let withholdsTexts: Bool
    /// Pages whose current text is hidden.
    let pages: IDList
    /// Users whose names are hidden; nil if the database has no block table to tell.
    let users: IDList?
    /// The actors of the users with hidden names.
    let actors: IDList?
    /// The numbers of hidden Wikibase entities, by the letter before the number.
    let entities: [Character: IDList]

    init(_ connection: some TableConnection, _ details: HiddenDetails) throws(DumpError) {
        withholdsTexts = details == .withhold
        pages = withholdsTexts ? try Self.pages(connection) : .none
        users = try Self.users(connection)
        let actor = connection.dialect.table("actor")
        actors =
            if let condition = users?.contains("actor_user") {
                try IDList(connection, "SELECT actor_id FROM \(actor) WHERE \(condition)")
            } else {
                users
            }
        entities = try Self.entities(on: pages, connection)
    }

    private static func pages(_ connection: some TableConnection) throws(DumpError) -> IDList {
        // Not a join: a server might start from the revisions and search all pages for each of them.
        let revision = connection.dialect.table("revision")
        return try IDList(
            connection,
            """
            SELECT page_id FROM \(connection.dialect.table("page"))
            WHERE ((SELECT rev_deleted FROM \(revision) WHERE rev_id = page_latest) & \(HiddenParts.content.rawValue)) <> 0
            """)
    }

    /// A block may hide the name of its user. Blocks are in `ipblocks` up to MediaWiki 1.42, and in `block` since then.
    private static func users(_ connection: some TableConnection) throws(DumpError) -> IDList? {
        let tables = connection.dialect
        var queries: [String] = []
        if try !connection.columns(of: "ipblocks").isEmpty {
            queries.append("SELECT ipb_user FROM \(tables.table("ipblocks")) WHERE ipb_deleted <> 0 AND ipb_user > 0")
        }
        if try !connection.columns(of: "block_target").isEmpty {
            queries.append(
                """
                SELECT bt_user FROM \(tables.table("block")) JOIN \(tables.table("block_target")) ON bt_id = bl_target
                WHERE bl_deleted <> 0 AND bt_user > 0
                """)
        }
        return queries.isEmpty ? nil : try IDList(connection, queries.joined(separator: " UNION "))
    }

    /// The title of an entity's page is a letter followed by a number.
    private static func entities(
        on pages: IDList, _ connection: some TableConnection
    ) throws(DumpError) -> [Character: IDList] {
        guard let condition = pages.contains("page_id") else { return [:] }
        let query = "SELECT page_title FROM \(connection.dialect.table("page")) WHERE \(condition)"
        var numbers: [Character: [Int64]] = [:]
        for title in try connection.rows(query, { $0.string(0) }) {
            guard let letter = title.first, let number = Int64(title.dropFirst()) else { continue }
            numbers[letter, default: []].append(number)
        }
        return numbers.mapValues { IDList($0) }
    }
}
