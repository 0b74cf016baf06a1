import Dispatch
import SystemPackage

/// The content of a wiki in an SQLite database with the tables of MediaWiki.
///
/// The database is only read. A snapshot keeps one read transaction open: with a rollback journal a writer has to
/// wait until the snapshot is closed, with a write-ahead log it does not. A database in WAL mode that nobody has open
/// gets SQLite's two helper files beside it (`-wal`, empty, and `-shm`): without them a writer that comes later could
/// change what the snapshot reads. The next writer removes them.
struct SQLiteContentSource: ContentSource {
    /// The database file.
    let database: FilePath
    /// Who says what the wiki is; its names and namespaces are no part of the database.
    let inquiry: any WikiInquiry
    /// Where a wiki of more than some 150,000 revisions is sorted: about 130 bytes for each of them are needed there.
    let scratch: FilePath

    /// What the names of all tables begin with.
    let tablePrefix: String
    /// How texts stand between quotes in the SQL text of tables.
    var sqlQuotes = SQLQuotes.doubled
    /// Types of log entries that anybody may see, where the wiki does not say what it restricts.
    var publicLogTypes: [String] = []

    /// How texts are stored.
    var texts = TextSettings()

    /// How many revisions are sorted in memory at once.
    var chunkLimit = RevisionSQL.chunkLimit

    /// Names a database. Nothing is opened yet.
    /// - Parameters:
    ///   - database: The file of the database.
    ///   - inquiry: Who says what the wiki is, for the heads of exports; ``WikiFacts`` if that is known.
    ///   - scratch: A folder for what is sorted on the way.
    ///   - tablePrefix: What the names of all tables begin with.
    init(
        database: FilePath, inquiry: any WikiInquiry, scratch: FilePath = "/var/tmp", tablePrefix: String = ""
    ) {
        self.database = database
        self.tablePrefix = tablePrefix
        self.inquiry = inquiry
        self.scratch = scratch
    }

    /// What the wiki says of itself.
    func facts() async throws(DumpError) -> WikiFacts { try await inquiry.ask() }

    /// Opens the database, looks at its tables, and fixes the instant that everything read is of.
    /// - Throws: ``DumpError`` with code `source` if the file is missing, locked, damaged or no database, with code
    ///   `schema` if it holds no wiki. Which parts can be read, ``ContentSnapshot/check(_:)`` tells.
    func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
        let path = database
        let facts = try await facts()
        let scratch = scratch
        let (chunkLimit, prefix, texts, publicTypes) = (chunkLimit, tablePrefix, texts, publicLogTypes)
        // Opening can wait for a writer, so it happens on a thread outside of the concurrency pool.
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
