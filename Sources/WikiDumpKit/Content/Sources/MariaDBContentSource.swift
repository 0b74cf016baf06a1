import Dispatch
import SystemPackage

/// The content of a wiki in a MariaDB database with the tables of MediaWiki.
///
/// One connection reads everything, in one transaction that begins with a consistent snapshot: tables of InnoDB are seen as
/// they were at that instant, and writers do not wait. Other kinds of tables are seen as they are when they are read.
struct MariaDBContentSource: ContentSource {
    /// Where the database is.
    let address: MariaDBAddress
    /// What the names of all tables begin with.
    let tablePrefix: String
    /// Who says what the wiki is; its names and namespaces are no part of the database.
    let inquiry: any WikiInquiry
    /// How texts stand between quotes in the SQL text of tables.
    var sqlQuotes = SQLQuotes.doubled
    /// Types of log entries that anybody may see, where the wiki does not say what it restricts.
    var publicLogTypes: [String] = []
    /// How many seconds to wait for somebody who changes a table.
    var lockLimit = 1800

    /// How texts are stored.
    var texts = TextSettings()

    /// How many revisions are sorted in memory at once.
    var chunkLimit = RevisionSQL.chunkLimit

    /// Names a database. Nothing is opened yet.
    /// - Parameters:
    ///   - address: Where the database is.
    ///   - inquiry: Who says what the wiki is, for the heads of exports; ``WikiFacts`` if that is known.
    ///   - tablePrefix: What the names of all tables begin with.
    init(address: MariaDBAddress, inquiry: any WikiInquiry, tablePrefix: String = "") {
        self.address = address
        self.inquiry = inquiry
        self.tablePrefix = tablePrefix
    }

    /// What the wiki says of itself.
    func facts() async throws(DumpError) -> WikiFacts { try await inquiry.ask() }

    /// Connects, fixes the instant that everything read is of, and looks at the tables.
    /// - Throws: ``DumpError`` with code `source` if the server or the database is not to be had, `configuration` if the
    ///   client library or the option file is missing, `schema` if the database holds no wiki. Which parts can be read,
    ///   ``ContentSnapshot/check(_:)`` tells.
    func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
        let (address, prefix, chunkLimit, lockLimit, texts) = (address, tablePrefix, chunkLimit, lockLimit, texts)
        let facts = try await facts()
        let publicTypes = publicLogTypes
        let opened = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: Result { () throws(DumpError) in try MariaDBConnection(address, lockLimit: lockLimit) })
            }
        }
        let access = MariaDBAccess(try opened.get(), prefix: prefix)
        let context = try await access.access { (tables) throws(DumpError) in
            try TableContext(
                tables, name: address.description, facts: facts, publicLogTypes: publicTypes, scratch: "",
                chunkLimit: chunkLimit, texts: texts)
        }
        return TablesSnapshot(connection: access, context: context, facts: facts, sqlQuotes: sqlQuotes)
    }

    /// Asks the server whether we wait for the lock of a table. It shows everybody their own connections.
    func obstacle() async -> String? {
        let address = address
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                // Who cannot connect now learns that from the reading itself.
                continuation.resume(returning: try? MariaDBConnection(asking: address).lockWait())
            }
        }
    }
}

extension MariaDBConnection {
    /// What a statement of this user waits for; nil if none does.
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
