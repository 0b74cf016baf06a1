import Dispatch
import SystemPackage

/// The content of a wiki in an SQLite database with MediaWiki's tables.
///
/// The database is only read. A snapshot keeps one read transaction open. With a rollback journal, writers must wait until
/// the snapshot is closed; with a write-ahead log they need not. If nobody else has a database in WAL mode open, SQLite
/// creates its two helper files beside it (`-wal`, empty, and `-shm`). Without them, a later writer could change what the
/// snapshot reads. The next writer removes them.
struct SQLiteContentSource: ContentSource {
    /// The database file.
    let database: FilePath
    /// How to learn the facts of the wiki. Its names and namespaces are not in the database.
    let inquiry: any WikiInquiry
    /// The folder where a wiki of more than about 150,000 revisions is sorted. Sorting needs about 130 bytes for each
    /// revision.
    var scratch: FilePath = "/var/tmp"

    /// The prefix of all table names.
    var tablePrefix: String = ""
    /// How strings are quoted in the SQL text of tables.
    var sqlQuotes = SQLQuotes.doubled
    /// Log types that are public if the wiki does not say what it restricts.
    var publicLogTypes: [String] = []

    /// How the texts are stored.
    var texts = TextSettings()

    /// The number of revisions that are sorted in memory at once.
    var chunkLimit = RevisionSQL.chunkLimit

    /// What the wiki says about itself.
    func facts() async throws(DumpError) -> WikiFacts { try await inquiry.ask() }

    /// Opens the database, inspects its tables, and fixes the instant that all reads show.
    /// - Throws: ``DumpError`` with code `source` if the file is missing, locked, damaged or not a database, with code
    ///   `schema` if it holds no wiki. ``ContentSnapshot/check(_:)`` tells which parts can be read.
    func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
        let path = database
        let facts = try await facts()
        let scratch = scratch
        let (chunkLimit, prefix, texts, publicTypes) = (chunkLimit, tablePrefix, texts, publicLogTypes)
        // Opening may wait for a writer, so it happens on a thread outside the concurrency pool.
        let opened = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: Result { () throws(DumpError) in try SQLiteConnectionGuard(path: path, prefix: prefix) })
            }
        }
        let connection = try opened.get()
        let context = try await connection.access { (tables) throws(DumpError) in
            try TableContext(
                tables, name: path.string, facts: facts, publicLogTypes: publicTypes, scratch: scratch,
                chunkLimit: chunkLimit, texts: texts)
        }
        return TablesSnapshot(
            connection: connection, context: context, facts: facts, sqlQuotes: sqlQuotes)
    }
}
