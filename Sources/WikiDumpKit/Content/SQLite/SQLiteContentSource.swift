import Dispatch
public import SystemPackage

/// The content of a wiki in an SQLite database with the tables of MediaWiki 1.39.
///
/// The database is only read. A snapshot keeps one read transaction open: with a rollback journal a writer has to
/// wait until the snapshot is closed, with a write-ahead log it does not. A database in WAL mode that nobody has open
/// gets SQLite's two helper files beside it (`-wal`, empty, and `-shm`): without them a writer that comes later could
/// change what the snapshot reads. The next writer removes them.
public struct SQLiteContentSource: ContentSource {
    /// The database file.
    public let database: FilePath
    /// Names, namespaces and addresses of the wiki; they are no part of the database.
    public let siteInfo: SiteInfo
    /// Where a wiki of more than some 150,000 revisions is sorted: about 130 bytes for each of them are needed there.
    public let scratch: FilePath

    /// How many revisions are sorted in memory at once.
    var chunkLimit = RevisionScan.chunkLimit

    /// Names a database. Nothing is opened yet.
    public init(database: FilePath, siteInfo: SiteInfo, scratch: FilePath = "/var/tmp") {
        self.database = database
        self.siteInfo = siteInfo
        self.scratch = scratch
    }

    /// Opens the database, checks its tables, and fixes the instant that everything read is of.
    /// - Throws: ``DumpError`` with code `source` if the file is missing, locked, damaged or no database, with code
    ///   `schema` if tables or columns are missing.
    public func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
        let path = database
        let site = siteInfo
        let scratch = scratch
        let chunkLimit = chunkLimit
        // Opening can wait for a writer, so it happens on a thread outside of the concurrency pool.
        let opened = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: Result { () throws(DumpError) in try SQLiteConnectionGuard(path: path) })
            }
        }
        let connection = try opened.get()
        let context = try await connection.access { (handle) throws(DumpError) in
            let hasCommentLinks = try SQLiteSchema.check(handle, path: path)
            let names = try NameTables(handle, path: path)
            return SQLiteContext(
                path: path, hasCommentLinks: hasCommentLinks, names: names,
                redirects: RedirectRules(namespaces: site.namespaces, interwikis: names.interwikis), scratch: scratch,
                chunkLimit: chunkLimit)
        }
        return SQLiteSnapshot(connection: connection, context: context, siteInfo: site)
    }
}

/// What every reader of one snapshot needs to know.
struct SQLiteContext: Sendable {
    let path: FilePath
    /// Whether `revision_comment_temp` says which comment a revision has.
    let hasCommentLinks: Bool
    let names: NameTables
    let redirects: RedirectRules
    let scratch: FilePath
    let chunkLimit: Int64
}
