import Synchronization
public import WikiDumpKit

/// The claims of all locks that share it: what the private folders are to `FileLock`.
public final class LockTable: Sendable {
    struct Claim {
        let owner: Int
        var touched: UTCTime
    }

    let claims = Mutex<[WikiName: Claim]>([:])
    private let owners = Mutex(0)

    /// Makes an empty table.
    public init() {}

    func newOwner() -> Int {
        owners.withLock { number in
            number += 1
            return number
        }
    }
}

/// A lock that keeps its claim in memory. Each value is a claimant of its own.
public final class InMemoryLock: Lock {
    /// The wiki.
    public let wiki: WikiName
    /// The date of the run.
    public let date: DumpDate

    private let table: LockTable
    private let owner: Int
    private let staleAge: Int64
    private let clock: any WallClock

    /// Makes a lock; nothing is claimed yet.
    /// - Parameters:
    ///   - wiki: the wiki.
    ///   - date: the date of the run.
    ///   - table: shared by all locks that exclude each other.
    ///   - staleAge: seconds without a refresh after which a claim is stale.
    ///   - clock: tells the time of refreshes.
    public init(
        wiki: WikiName, date: DumpDate, table: LockTable, staleAge: Int64 = 3600,
        clock: any WallClock = SystemWallClock()
    ) {
        self.wiki = wiki
        self.date = date
        self.table = table
        self.staleAge = staleAge
        self.clock = clock
        owner = table.newOwner()
    }

    /// Claims the lock.
    public func acquire(force: Bool) throws(DumpError) {
        let now = clock.now()
        try table.claims.withLock { claims throws(DumpError) in
            if let claim = claims[wiki] {
                let mayBreak = claim.owner != owner && (force || now.seconds - claim.touched.seconds > staleAge)
                guard mayBreak else { throw DumpError(.lockHeld, "\(wiki) is locked by claimant \(claim.owner)") }
            }
            claims[wiki] = LockTable.Claim(owner: owner, touched: now)
        }
    }

    /// Says that the holder is alive.
    public func refresh() throws(DumpError) {
        try table.claims.withLock { claims throws(DumpError) in
            guard claims[wiki]?.owner == owner else { throw DumpError(.lockLost, "the lock of \(wiki) is not held") }
            claims[wiki]?.touched = clock.now()
        }
    }

    /// Gives the claim back.
    public func release() throws(DumpError) {
        table.claims.withLock { claims in
            if claims[wiki]?.owner == owner { claims[wiki] = nil }
        }
    }

    /// Who holds the lock now, or nil.
    public func holder() throws(DumpError) -> LockHolder? {
        let now = clock.now()
        return table.claims.withLock { claims in
            claims[wiki].map { claim in
                let age = max(0, now.seconds - claim.touched.seconds)
                return LockHolder(
                    host: "memory", processID: Int32(claim.owner), age: age, isStale: age > staleAge)
            }
        }
    }
}
