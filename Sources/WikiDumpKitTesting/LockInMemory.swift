import Synchronization
public import WikiDumpKit

/// The claims of all locks that share the table. It corresponds to the private folders of `FileLock`.
public final class LockTable: Sendable {
    fileprivate struct Claim {
        let grant: LockGrant
        var touched: UTCTime
    }

    fileprivate struct Entry {
        var epoch: Int64 = 0
        var claim: Claim?
    }

    fileprivate let entries = Mutex<[WikiName: Entry]>([:])

    /// Creates an empty table.
    public init() {}

    /// Returns a factory for the locks of a farm's wikis.
    public func factory(staleAge: Int64 = 3600, clock: any WallClock = SystemWallClock()) -> LockFactory {
        { wiki throws(DumpError) in InMemoryLock(wiki: wiki.name, table: self, staleAge: staleAge, clock: clock) }
    }
}

/// A lock that keeps its claim in memory.
public struct InMemoryLock: Lock {
    /// The wiki.
    public let wiki: WikiName
    private let table: LockTable
    private let staleAge: Int64
    private let clock: any WallClock

    /// Creates a lock. This claims nothing yet.
    /// - Parameters:
    ///   - wiki: The wiki.
    ///   - table: The table that all locks excluding each other must share.
    ///   - staleAge: The number of seconds without a refresh after which a claim is stale.
    ///   - clock: The clock for the times of refreshes.
    public init(
        wiki: WikiName, table: LockTable, staleAge: Int64 = 3600, clock: any WallClock = SystemWallClock()
    ) {
        self.wiki = wiki
        self.table = table
        self.staleAge = staleAge
        self.clock = clock
    }

    /// Claims the wiki for a run.
    public func acquire(_ date: DumpDate, force: Bool) throws(DumpError) -> LockGrant {
        try entry { entry throws(DumpError) in
            if let held = entry.claim, !force, !isStale(held) {
                throw DumpError(.lockHeld, "\(wiki) is locked by claimant \(held.grant.epoch) in memory")
            }
            entry.epoch += 1
            let grant = LockGrant(date: date, epoch: entry.epoch, token: "\(entry.epoch)")
            entry.claim = LockTable.Claim(grant: grant, touched: clock.now())
            return grant
        }
    }

    /// Signals that the holder is alive.
    public func refresh(_ grant: LockGrant) throws(DumpError) {
        try entry { entry throws(DumpError) in
            guard entry.claim?.grant == grant else {
                throw DumpError(.lockLost, "the lock of \(wiki) is not held")
            }
            entry.claim?.touched = clock.now()
        }
    }

    /// Releases the claim.
    public func release(_ grant: LockGrant) throws(DumpError) {
        entry { entry in
            if entry.claim?.grant == grant { entry.claim = nil }
        }
    }

    /// The current holder of the lock, if any.
    public func holders() throws(DumpError) -> [LockHolder] {
        entry { entry in
            entry.claim.map { held in
                [
                    LockHolder(
                        date: held.grant.date, host: "memory", processID: Int32(clamping: held.grant.epoch),
                        age: age(held), isStale: isStale(held))
                ]
            } ?? []
        }
    }

    private func entry<R: Sendable, E: Error>(_ body: (inout LockTable.Entry) throws(E) -> R) throws(E) -> R {
        try table.entries.withLock { entries throws(E) in try body(&entries[wiki, default: LockTable.Entry()]) }
    }

    private func age(_ claim: LockTable.Claim) -> Int64 { max(0, clock.now().seconds - claim.touched.seconds) }

    private func isStale(_ claim: LockTable.Claim) -> Bool { age(claim) > staleAge }
}
