import SystemPackage

/// The content of a wiki in a MariaDB database with MediaWiki's tables.
///
/// One connection reads everything in one transaction, which begins with a consistent snapshot. InnoDB tables are seen as
/// they were at that instant, and writers do not wait. Tables of other engines are seen as they are when they are read.
struct MariaDBContentSource: ContentSource {
    let address: MariaDBAddress
    /// How to learn the facts of the wiki. Its names and namespaces are not in the database.
    let inquiry: any WikiInquiry
    var tablePrefix = ""
    var sqlQuotes = SQLQuotes.doubled
    /// Log types that are public if the wiki does not say what it restricts.
    var publicLogTypes: [String] = []
    /// How many seconds to wait for a table lock.
    var lockLimit = 1800

    var texts = TextSettings()

    /// The number of revisions that are sorted in memory at once.
    var chunkLimit = RevisionSQL.chunkLimit

    func facts() async throws(DumpError) -> WikiFacts { try await inquiry.ask() }

    /// Connects, fixes the instant that all reads show, and inspects the tables.
    /// - Throws: ``DumpError`` with code `source` if the server or the database is unavailable, `configuration` if the client
    ///   library or the option file is missing, `schema` if the database holds no wiki. ``ContentSnapshot/check(_:)`` tells
    ///   which parts can be read.
    func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
        let facts = try await facts()
        let connection = try await outsidePool { () throws(DumpError) in
            try MariaDBConnection(address, lockLimit: lockLimit)
        }
        let access = MariaDBAccess(connection, prefix: tablePrefix)
        let context = try await access.access { (tables) throws(DumpError) in
            try TableContext(
                tables, name: address.description, facts: facts, publicLogTypes: publicLogTypes, scratch: "",
                chunkLimit: chunkLimit, texts: texts)
        }
        return TablesSnapshot(connection: access, context: context, facts: facts, sqlQuotes: sqlQuotes)
    }

    /// Asks the server whether we are waiting for a table lock. Every user may see their own connections.
    func obstacle() async -> String? {
        // If we cannot connect now, the read itself will report why.
        try? await outsidePool { () throws(DumpError) in try MariaDBConnection(asking: address).lockWait() }
    }
}

extension MariaDBConnection {
    /// What a statement of this user waits for; nil if none is waiting.
    fileprivate func lockWait() throws(DumpError) -> String? {
        let statement = MariaDBStatement(
            self,
            """
            SELECT LOWER(STATE), LEFT(INFO, 120) FROM information_schema.PROCESSLIST
            WHERE USER = SUBSTRING_INDEX(USER(), '@', 1) AND DB = DATABASE() AND STATE LIKE 'Waiting for%'
            ORDER BY TIME DESC LIMIT 1
            """)
        statement.bind(EmptyCollection())
        guard try statement.step() else { return nil }
        return "\(address): \(statement.string(0)): \(statement.string(1))"
    }
}
