public import WikiDumpKit

/// Checks that a kind of lock keeps the promises of the protocol `Lock` of WikiDumpKit.
///
/// It needs no test framework: call ``check()`` in a test and let the error fail it.
///
/// ```swift
/// let clock = FixedClock(SystemWallClock().now())
/// try await LockConformance(clock: clock, staleAge: 3600) { wiki in
///     MyLock(wiki: wiki, staleAge: 3600, clock: clock)
/// }.check()
/// ```
public struct LockConformance: Sendable {
    /// Creates the lock of a wiki, without claiming anything.
    public typealias Factory = @Sendable (WikiName) throws(DumpError) -> any Lock

    private let clock: FixedClock
    private let staleAge: Int64
    private let makeLock: Factory

    /// Creates the checks for a kind of lock.
    /// - Parameters:
    ///   - clock: The clock that the locks use.
    ///   - staleAge: The number of seconds without a refresh after which the locks are stale.
    ///   - makeLock: Creates a lock. All locks must share the same storage.
    public init(clock: FixedClock, staleAge: Int64, makeLock: @escaping Factory) {
        self.clock = clock
        self.staleAge = staleAge
        self.makeLock = makeLock
    }

    /// Runs all checks. Each check uses its own wikis.
    /// - Throws: ``ConformanceViolation``, or an unexpected error of a lock.
    public func check() async throws {
        try await checkCycle()
        try await checkExclusion()
        try await checkStrangers()
        try await checkStaleness()
        try await checkRefresh()
        try await checkForce()
        for round in 0..<5 {
            try await checkRace(round, overStale: false)
            try await checkRace(round, overStale: true)
        }
    }

    private func checkCycle() async throws {
        let lock = try lock("cycle")
        try require(try await lock.holders().isEmpty, "a lock that nobody acquired has no holder")
        let date = try date("20260101")
        let first = try await lock.acquire(date)
        try require(first.date == date, "a grant has the date that was asked for")
        let holders = try await lock.holders()
        try require(
            holders.count == 1 && !holders[0].isStale && holders[0].date == date,
            "an acquired lock has one holder, which is alive and has the date of the claim")
        try await expect(.lockHeld, "acquiring a lock twice") { () async throws(DumpError) in
            _ = try await lock.acquire(date)
        }
        try await lock.refresh(first)
        try await lock.release(first)
        try require(try await lock.holders().isEmpty, "a released lock has no holder")
        try await expect(.lockLost, "refreshing a claim that was released") { () async throws(DumpError) in
            try await lock.refresh(first)
        }
        try await lock.release(first)
        // The grant contains everything about a claim, so another value of the lock works as well.
        let second = try await lock.acquire(date)
        try requireRise(first, second, "after a release")
        let other = try self.lock("cycle")
        try await other.refresh(second)
        try await other.release(second)
        try require(try await lock.holders().isEmpty, "a claim can be released by another value of the lock")
    }

    private func checkExclusion() async throws {
        let lock = try lock("exclusion")
        let grant = try await lock.acquire(try date("20260101"))
        for day in ["20260101", "20250228"] {
            let (other, date) = (try self.lock("exclusion"), try date(day))
            try await expect(.lockHeld, "acquiring a lock that somebody else holds, for \(day)") {
                () async throws(DumpError) in _ = try await other.acquire(date)
            }
            try require(try await !other.holders().isEmpty, "a loser sees who holds the lock")
        }
        try await lock.refresh(grant)
        let elsewhere = try self.lock("exclusion-2")
        try await elsewhere.release(try await elsewhere.acquire(try date("20260101")))
        try await lock.release(grant)
        let next = try await lock.acquire(try date("20250228"))
        try requireRise(grant, next, "for an earlier date")
        try await lock.release(next)
    }

    private func checkStrangers() async throws {
        let (lock, date) = (try lock("strangers"), try date("20260101"))
        let old = try await lock.acquire(date)
        try await lock.release(old)
        let new = try await lock.acquire(date)
        try await lock.release(old)
        try await expect(.lockLost, "refreshing a claim after somebody else's began") { () async throws(DumpError) in
            try await lock.refresh(old)
        }
        try await lock.refresh(new)
        try require(try await !lock.holders().isEmpty, "the release of an old claim leaves the lock of its successor")
        try await lock.release(new)
    }

    private func checkStaleness() async throws {
        let lock = try lock("stale")
        let silent = try await lock.acquire(try date("20260101"))
        clock.advance(by: staleAge + 1)
        let holders = try await lock.holders()
        try require(
            holders.count == 1 && holders[0].isStale && holders[0].age > staleAge,
            "a holder that was silent for too long is listed and is stale")
        let next = try await lock.acquire(try date("20250228"))
        try requireRise(silent, next, "after a claim was broken")
        try require(
            try await lock.holders().allSatisfy { !$0.isStale }, "a stale claim is gone when the lock is acquired")
        try await expect(.lockLost, "refreshing a claim that was broken") { () async throws(DumpError) in
            try await lock.refresh(silent)
        }
        try await lock.release(silent)
        try await lock.refresh(next)
        try require(try await lock.holders().count == 1, "the old holder's release leaves the new claim")
        try await lock.release(next)
    }

    private func checkRefresh() async throws {
        let (lock, date) = (try lock("refresh"), try date("20260101"))
        let grant = try await lock.acquire(date)
        for _ in 0..<3 {
            clock.advance(by: staleAge - 1)
            try await lock.refresh(grant)
        }
        clock.advance(by: staleAge - 1)
        try await expect(.lockHeld, "acquiring a lock that is refreshed") { () async throws(DumpError) in
            _ = try await lock.acquire(date)
        }
        try await lock.release(grant)
    }

    private func checkForce() async throws {
        let (lock, date) = (try lock("force"), try date("20260101"))
        let first = try await lock.acquire(date)
        let second = try await lock.acquire(date, force: true)
        try requireRise(first, second, "by force")
        try await expect(.lockLost, "refreshing a claim that was broken by force") { () async throws(DumpError) in
            try await lock.refresh(first)
        }
        try await lock.release(first)
        try await lock.refresh(second)
        try await lock.release(second)
    }

    private func checkRace(_ round: Int, overStale: Bool) async throws {
        let name = "race-\(round)-\(overStale)"
        var before: LockGrant?
        if overStale {
            before = try await lock(name).acquire(try date("20260101"))
            clock.advance(by: staleAge + 1)
        }
        let dates = [try date("20260101"), try date("20260102")]
        let locks = try (0..<8).map { _ in try lock(name) }
        let winners = try await withThrowingTaskGroup(of: LockGrant?.self) { group in
            for (index, lock) in locks.enumerated() {
                group.addTask {
                    do throws(DumpError) { return try await lock.acquire(dates[index % 2]) } catch {
                        guard error.code == .lockHeld else { throw error }
                        return nil
                    }
                }
            }
            var winners: [LockGrant] = []
            for try await grant in group { if let grant { winners.append(grant) } }
            return winners
        }
        try require(winners.count == 1, "of several claimants at the same instant, one wins, not \(winners.count)")
        if let before { try requireRise(before, winners[0], "in a race") }
        try await locks[0].refresh(winners[0])
        try await locks[1].release(winners[0])
        try require(try await locks[0].holders().isEmpty, "nothing is left when the winner has released")
    }

    private func lock(_ wiki: String) throws -> any Lock {
        guard let wiki = WikiName(wiki) else { throw ConformanceViolation("\(wiki) can be the name of a wiki") }
        return try makeLock(wiki)
    }

    private func date(_ text: String) throws -> DumpDate {
        guard let date = DumpDate(text) else { throw ConformanceViolation("\(text) can be a date") }
        return date
    }

    private func requireRise(_ old: LockGrant, _ new: LockGrant, _ occasion: String) throws {
        try require(new.epoch > old.epoch, "the epoch rises \(occasion), but went from \(old.epoch) to \(new.epoch)")
    }
}
