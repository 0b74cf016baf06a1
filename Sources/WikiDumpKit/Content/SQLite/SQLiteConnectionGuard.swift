import CLibrary
import GRDB
import Synchronization
import SystemPackage

/// A read-only connection with one open read transaction, on its own queue.
///
/// All work on the connection happens on that queue, so that no thread of the concurrency pool waits for the disk.
final class SQLiteConnectionGuard: TableAccess {
    let path: FilePath
    private let dialect: TableDialect
    private let queue: DatabaseQueue
    private let isClosed = Atomic(false)
    /// Proof that the file stays unchanged, if SQLite can take no lock.
    private let idle: IdleDatabase?

    /// How long to try to open a database while others open and close it.
    private static let patience = Duration.seconds(5)

    init(path: FilePath, prefix: String) throws(DumpError) {
        self.path = path
        dialect = TableDialect(kind: .sqlite, prefix: prefix)
        try Self.checkFile(path)
        (queue, idle) = try Self.open(path)
    }

    /// Opens the database normally, or as an idle one.
    private static func open(_ path: FilePath) throws(DumpError) -> (DatabaseQueue, IdleDatabase?) {
        let limit = ContinuousClock.now + patience
        while true {
            do { return (try open(path.string), nil) } catch {
                let failure = DumpError.sqlite(error, path: path)
                guard let error = error as? DatabaseError,
                    [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PROTOCOL].contains(error.resultCode)
                else { throw failure }
                if let idle = try IdleDatabase(path) {
                    do {
                        let queue = try open("file:" + escaped(path.string) + "?immutable=1")
                        if idle.isUnchanged { return (queue, idle) }
                    } catch { if idle.isUnchanged { throw .sqlite(error, path: path) } }
                }
                // A writer is opening or closing the database, or we may not access its helper files.
                guard .now < limit else { throw try WALHelpers(of: path).obstacle() ?? failure }
                usleep(50_000)
            }
        }
    }

    func access<T: Sendable>(
        _ body: @escaping @Sendable (SQLiteTables) throws(DumpError) -> T
    ) async throws(DumpError) -> T {
        let reading = reading
        if isClosed.load(ordering: .acquiring) { throw reading.isOver }
        do { return try await queue.unsafeRead { database in try reading.run(body, on: database) } } catch {
            throw reading.failure(error)
        }
    }

    /// Runs work on the queue of the connection, and blocks this thread until it is done.
    func accessNow<T>(_ body: (SQLiteTables) throws(DumpError) -> T) throws(DumpError) -> T {
        do { return try queue.unsafeRead { database in try reading.run(body, on: database) } } catch {
            throw reading.failure(error)
        }
    }

    private var reading: Reading { Reading(path: path, dialect: dialect, idle: idle) }

    /// Work on the connection, and the meaning of its errors.
    private struct Reading: Sendable {
        let path: FilePath
        let dialect: TableDialect
        let idle: IdleDatabase?

        func run<T>(_ body: (SQLiteTables) throws(DumpError) -> T, on database: Database) throws -> T {
            guard let connection = unsafe database.sqliteConnection else { throw isOver }
            let result = try unsafe body(
                SQLiteTables(handle: SQLiteHandle(connection), path: path, dialect: dialect))
            try idle?.check()
            return result
        }

        func failure(_ error: any Error) -> DumpError {
            // A file that changes during a read looks damaged.
            do throws(DumpError) { try idle?.check() } catch { return error }
            return .sqlite(error, path: path)
        }

        var isOver: DumpError { DumpError(.source, "the snapshot of \(path) was closed", remedy: "open a new one") }
    }

    var name: String { path.string }

    func close() { isClosed.store(true, ordering: .releasing) }

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
            // BEGIN takes no lock; only the first read fixes the instant.
            try database.execute(sql: "BEGIN")
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master")
        }
        return queue
    }

    private static func checkFile(_ path: FilePath) throws(DumpError) {
        guard let status = try FileSystem.real.status(path) else {
            throw DumpError(.source, "there is no database \(path)", remedy: "check databasepath in [source]")
        }
        guard status.isFile else {
            throw DumpError(.source, "\(path) is not a file", remedy: "check databasepath in [source]")
        }
        if status.size == 0 {
            throw DumpError(.source, "the database \(path) is empty", remedy: "check databasepath in [source]")
        }
    }

    /// A path escaped for a `file:` URL.
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

/// The two helper files of a database in WAL mode. Without them the log cannot be read.
struct WALHelpers {
    private let path: FilePath
    private let log: FilePath
    private let index: FilePath

    init(of path: FilePath) {
        self.path = path
        log = FilePath(path.string + "-wal")
        index = FilePath(path.string + "-shm")
    }

    /// What prevents reading the log, and what to grant; nil if there is no log or no obstacle.
    func obstacle() throws(DumpError) -> DumpError? {
        guard let status = try FileSystem.real.status(log), status.size > 0 else { return nil }
        for file in [log, index] where try FileSystem.real.status(file) != nil {
            do throws(Errno) { try FileSystem.real.checkReadable(file) } catch {
                return DumpError(
                    .source, "the newest changes to the database \(path) are in \(log), and \(file) cannot be read",
                    remedy: "give the user of this process the right to read \(file)", cause: error)
            }
        }
        guard try FileSystem.real.status(index) == nil else { return nil }
        return DumpError(
            .source,
            "the newest changes to the database \(path) are in \(log), and SQLite cannot make \(index), which it needs to read them",
            remedy: """
                give the user of this process the right to write in \(path.removingLastComponent()), or open the database once \
                as the user of the wiki: sqlite3 \(path) 'PRAGMA wal_checkpoint(TRUNCATE)'
                """)
    }
}
