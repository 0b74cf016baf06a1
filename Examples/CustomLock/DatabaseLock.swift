import Foundation
import GRDB
import WikiDumpKit

/// The lock of a wiki, kept as a row of a table.
///
/// A transaction makes each step one: of all that try to take the row at the same time one succeeds. The row stays when
/// the lock is released, so that its number goes on rising.
///
/// This one is in an SQLite file, for the processes of one machine. The same four statements do it in any other database.
struct DatabaseLock: Lock {
    let wiki: WikiName
    let database: DatabaseQueue
    var staleAge: Int64 = 3_600
    var clock: any WallClock = SystemWallClock()

    /// Opens the file that holds the locks of a farm, and makes it if it is not there.
    static func open(_ path: String) throws(DumpError) -> DatabaseQueue {
        do {
            var configuration = GRDB.Configuration()
            configuration.busyMode = .timeout(10)
            let database = try DatabaseQueue(path: path, configuration: configuration)
            try database.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE IF NOT EXISTS locks (
                          wiki TEXT PRIMARY KEY, epoch INTEGER NOT NULL, date TEXT, host TEXT, process INTEGER,
                          touched INTEGER
                        )
                        """)
            }
            return database
        } catch {
            throw DumpError(.unavailable, "cannot open the locks in \(path)", cause: error)
        }
    }

    /// Makes the locks of the wikis of a farm, for its worker and its monitor.
    static func factory(_ database: DatabaseQueue, staleAge: Int64) -> LockFactory {
        { wiki throws(DumpError) in DatabaseLock(wiki: wiki.name, database: database, staleAge: staleAge) }
    }

    func acquire(_ date: DumpDate, force: Bool) async throws(DumpError) -> LockGrant {
        let (now, host, process) = (clock.now().seconds, LockHolder.thisHost, getpid())
        return try await transaction { database in
            if let held = try holder(database), !force, !held.isStale {
                throw DumpError(
                    .lockHeld, "\(wiki) is locked by process \(held.processID) on \(held.host)",
                    remedy: "wait until it ends")
            }
            let last = try Int64.fetchOne(database, sql: "SELECT epoch FROM locks WHERE wiki = ?", arguments: [name])
            let epoch = (last ?? 0) + 1
            try database.execute(
                sql: "INSERT OR REPLACE INTO locks VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [name, epoch, date.description, host, process, now])
            // The number alone tells this claim from all others.
            return LockGrant(date: date, epoch: epoch, token: "\(epoch)")
        }
    }

    func refresh(_ grant: LockGrant) async throws(DumpError) {
        let now = clock.now().seconds
        try await transaction { database in
            try database.execute(
                sql: "UPDATE locks SET touched = ? WHERE wiki = ? AND epoch = ? AND host IS NOT NULL",
                arguments: [now, name, grant.epoch])
            if database.changesCount == 0 {
                throw DumpError(
                    .lockLost, "the lock of \(wiki) is lost: another process has taken it",
                    remedy: "see who holds it now, then run again")
            }
        }
    }

    func release(_ grant: LockGrant) async throws(DumpError) {
        try await transaction { database in
            try database.execute(
                sql: "UPDATE locks SET host = NULL WHERE wiki = ? AND epoch = ?", arguments: [name, grant.epoch])
        }
    }

    func holders() async throws(DumpError) -> [LockHolder] {
        try await transaction { database in try holder(database).map { [$0] } ?? [] }
    }

    private var name: String { wiki.description }

    private func holder(_ database: Database) throws -> LockHolder? {
        let row = try Row.fetchOne(
            database, sql: "SELECT * FROM locks WHERE wiki = ? AND host IS NOT NULL", arguments: [name])
        guard let row, let date = DumpDate(row["date"] as String) else { return nil }
        let age = max(0, clock.now().seconds - row["touched"])
        return LockHolder(date: date, host: row["host"], processID: row["process"], age: age, isStale: age > staleAge)
    }

    /// Does something in one step. Whatever goes wrong is told as an error of the library.
    private func transaction<R: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> R
    ) async throws(DumpError) -> R {
        do {
            return try await database.write(body)
        } catch let error as DumpError {
            throw error
        } catch is CancellationError {
            throw DumpError(.cancelled, "stopped before the lock of \(wiki) was reached")
        } catch {
            throw DumpError(
                .unavailable, "cannot reach the lock of \(wiki)", remedy: "see whether its database is there",
                cause: error)
        }
    }
}
