import GRDB
import Synchronization
import SystemPackage

/// A read-only connection that keeps one read transaction open, on a queue of its own.
///
/// All work on the connection happens on that queue, so no thread of the concurrency pool waits for the disk.
final class SQLiteConnectionGuard: TableAccess {
    let path: FilePath
    private let dialect: TableDialect
    private let queue: DatabaseQueue
    private let isClosed = Atomic(false)

    init(path: FilePath, prefix: String) throws(DumpError) {
        self.path = path
        dialect = TableDialect(kind: .sqlite, prefix: prefix)
        try Self.checkFile(path)
        do {
            queue = try Self.open(path.string)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN && Self.isIdleWAL(path) {
            // A file in WAL mode needs its two helpers. Where none can be made, nobody can write either.
            do {
                queue = try Self.open("file:" + Self.escaped(path.string) + "?immutable=1")
            } catch { throw .sqlite(error, path: path) }
        } catch { throw .sqlite(error, path: path) }
    }

    /// Runs work on the queue of the connection, inside the one read transaction.
    func access<T: Sendable>(
        _ body: @escaping @Sendable (SQLiteTables) throws(DumpError) -> T
    ) async throws(DumpError) -> T {
        let (path, dialect) = (path, dialect)
        if isClosed.load(ordering: .acquiring) {
            throw DumpError(.source, "the snapshot of \(path) was closed", remedy: "open a new one")
        }
        do {
            return try await queue.unsafeRead { database in
                guard let connection = unsafe database.sqliteConnection else {
                    throw DumpError(.source, "the snapshot of \(path) was closed", remedy: "open a new one")
                }
                return try unsafe body(
                    SQLiteTables(handle: SQLiteHandle(connection), path: path, dialect: dialect))
            }
        } catch { throw .sqlite(error, path: path) }
    }

    var name: String { path.string }

    /// Makes all further work fail. The file is let go when the last cursor is.
    func close() { isClosed.store(true, ordering: .releasing) }

    /// Runs work on the queue some time later. Whatever must not run beside a reading goes here.
    func later(_ body: @escaping @Sendable () -> Void) {
        queue.asyncUnsafeRead { _ in body() }
    }

    private static func open(_ name: String) throws -> DatabaseQueue {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(10)
        configuration.label = "wiki database"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -16384")
        }
        let queue = try DatabaseQueue(path: name, configuration: configuration)
        try queue.unsafeRead { database in
            // BEGIN takes no lock; only the first reading fixes the instant.
            try database.execute(sql: "BEGIN")
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master")
        }
        return queue
    }

    private static func checkFile(_ path: FilePath) throws(DumpError) {
        guard let status = try FileSystem.status(path) else {
            throw DumpError(.source, "there is no database \(path)", remedy: "check databasepath in [source]")
        }
        guard status.isFile else {
            throw DumpError(.source, "\(path) is not a file", remedy: "check databasepath in [source]")
        }
        if status.size == 0 {
            throw DumpError(.source, "the database \(path) is empty", remedy: "check databasepath in [source]")
        }
    }

    /// Whether a file is in WAL mode (the version bytes in its header are 2) and no log lies beside it.
    private static func isIdleWAL(_ path: FilePath) -> Bool {
        guard let file = try? FileSystem.open(path, .readOnly) else { return false }
        defer { try? file.close() }
        guard let header = try? FileSystem.readChunk(file, count: 100), header.count == 100 else { return false }
        let log = FilePath(path.string + "-wal")
        return header[18] == 2 && (try? FileSystem.status(log)) == .some(nil)
    }

    /// A path as it stands in a `file:` address.
    private static func escaped(_ path: String) -> String {
        var result = ""
        for character in path {
            switch character {
            case "%": result += "%25"
            case "?": result += "%3f"
            case "#": result += "%23"
            default: result.append(character)
            }
        }
        return result
    }
}
