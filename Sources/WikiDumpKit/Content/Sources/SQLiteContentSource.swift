import SystemPackage

/// The content of a wiki in an SQLite database with MediaWiki's tables.
///
/// The database is only read. A snapshot keeps one read transaction open. With a rollback journal, writers must wait until
/// the snapshot is closed; with a write-ahead log they need not. If nobody else has a database in WAL mode open, SQLite
/// creates its two helper files beside it (`-wal`, empty, and `-shm`). Without them, a later writer could change what the
/// snapshot reads. The next writer removes them.
struct SQLiteContentSource: ContentSource {
    let database: FilePath
    /// How to learn the facts of the wiki. Its names and namespaces are not in the database.
    let inquiry: any WikiInquiry
    /// The folder where a wiki of more than about 150,000 revisions is sorted. Sorting needs about 130 bytes for each
    /// revision.
    var scratch: FilePath = "/var/tmp"

    var tablePrefix: String = ""
    var sqlQuotes = SQLQuotes.doubled
    /// Log types that are public if the wiki does not say what it restricts.
    var publicLogTypes: [String] = []

    var texts = TextSettings()

    /// The number of revisions that are sorted in memory at once.
    var chunkLimit = RevisionSQL.chunkLimit

    func facts() async throws(DumpError) -> WikiFacts { try await inquiry.ask() }

    /// Opens the database, inspects its tables, and fixes the instant that all reads show.
    /// - Throws: ``DumpError`` with code `source` if the file is missing, locked, damaged or not a database, with code
    ///   `schema` if it holds no wiki. ``ContentSnapshot/check(_:)`` tells which parts can be read.
    func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
        let facts = try await facts()
        // Opening may wait for a writer.
        let connection = try await outsidePool { () throws(DumpError) in
            try SQLiteConnectionGuard(path: database, prefix: tablePrefix)
        }
        let context = try await connection.access { (tables) throws(DumpError) in
            try TableContext(
                tables, name: database.string, facts: facts, publicLogTypes: publicLogTypes, scratch: scratch,
                chunkLimit: chunkLimit, texts: texts)
        }
        return TablesSnapshot(
            connection: connection, context: context, facts: facts, sqlQuotes: sqlQuotes)
    }
}
