public import WikiDumpKit

/// Checks that a kind of lock keeps what the protocol `Lock` of WikiDumpKit promises.
///
/// It needs no test framework: call ``check()`` from a test, and let the error fail it.
///
/// ```swift
/// let clock = FixedClock(SystemWallClock().now())
/// try await LockConformance(clock: clock, staleAge: 3600) { wiki, date in
///     MyLock(wiki: wiki, date: date, staleAge: 3600, clock: clock)
/// }.check()
/// ```
public struct LockConformance: Sendable {
    /// Makes the lock of a new claimant. Nothing may be claimed by that.
    public typealias Factory = @Sendable (WikiName, DumpDate) throws(DumpError) -> any Lock

    let clock: FixedClock
    let staleAge: Int64
    let makeLock: Factory

    /// Makes the checks for a kind of lock.
    /// - Parameters:
    ///   - clock: the clock that the locks go by.
    ///   - staleAge: seconds without a refresh after which the locks are stale.
    ///   - makeLock: makes the lock of a new claimant; all claimants share one place.
    public init(clock: FixedClock, staleAge: Int64, makeLock: @escaping Factory) {
        self.clock = clock
        self.staleAge = staleAge
        self.makeLock = makeLock
    }

    /// Makes all checks. Each uses wikis of its own.
    /// - Throws: ``ConformanceViolation``, or an error of a lock where none was expected.
    public func check() async throws {
        try checkCycle()
        try checkExclusion()
        try checkLoserIsHarmless()
        try checkStaleness()
        try checkRefresh()
        try checkForce()
        for round in 0..<5 {
            try await checkRace(round, overStale: false)
            try await checkRace(round, overStale: true)
        }
    }

    func checkCycle() throws {
        let lock = try claimant("cycle")
        try expect(try lock.holder() == nil, "a lock that nobody acquired has no holder")
        try expectError(.lockLost, "refreshing a lock that is not held") { () throws(DumpError) in try lock.refresh() }
        try lock.release()
        try lock.acquire(force: false)
        try expect(try lock.holder()?.isStale == false, "an acquired lock has a living holder")
        try expectError(.lockHeld, "acquiring a lock twice") { () throws(DumpError) in try lock.acquire(force: false) }
        try lock.refresh()
        try lock.release()
        try expect(try lock.holder() == nil, "a released lock has no holder")
        try lock.release()
        try lock.acquire(force: false)
        try lock.release()
    }

    func checkExclusion() throws {
        let first = try claimant("exclusion")
        try first.acquire(force: false)
        for date in ["20260101", "20250228"] {
            let other = try claimant("exclusion", date)
            try expectError(.lockHeld, "acquiring a lock that another claimant holds, for \(date)") {
                () throws(DumpError) in try other.acquire(force: false)
            }
            try expect(try other.holder() != nil, "a loser sees who holds the lock")
        }
        let elsewhere = try claimant("exclusion-2")
        try elsewhere.acquire(force: false)
        try elsewhere.release()
        try first.release()
        let next = try claimant("exclusion", "20250228")
        try next.acquire(force: false)
        try next.release()
    }

    func checkLoserIsHarmless() throws {
        let (winner, loser) = (try claimant("loser"), try claimant("loser"))
        try winner.acquire(force: false)
        try? loser.acquire(force: false)
        try loser.release()
        try expectError(.lockLost, "refreshing somebody else's lock") { () throws(DumpError) in try loser.refresh() }
        try expect(try winner.holder() != nil, "the release of a loser leaves the lock of the winner")
        try winner.refresh()
        try winner.release()
    }

    func checkStaleness() throws {
        let (silent, next) = (try claimant("stale"), try claimant("stale", "20250228"))
        try silent.acquire(force: false)
        clock.advance(by: staleAge + 1)
        try expect(try next.holder()?.isStale == true, "a lock without a sign of life for too long is stale")
        try next.acquire(force: false)
        try expect(try next.holder()?.isStale == false, "a lock made in the place of a stale one is alive")
        try expectError(.lockLost, "refreshing a lock that was broken") { () throws(DumpError) in try silent.refresh() }
        try silent.release()
        try next.refresh()
        try expect(try next.holder() != nil, "the old holder's release leaves the new lock")
        try next.release()
    }

    func checkRefresh() throws {
        let (holder, other) = (try claimant("refresh"), try claimant("refresh"))
        try holder.acquire(force: false)
        for _ in 0..<3 {
            clock.advance(by: staleAge - 1)
            try holder.refresh()
        }
        clock.advance(by: staleAge - 1)
        try expectError(.lockHeld, "acquiring a lock that is refreshed") { () throws(DumpError) in
            try other.acquire(force: false)
        }
        try holder.release()
    }

    func checkForce() throws {
        let (first, second) = (try claimant("force"), try claimant("force"))
        try first.acquire(force: false)
        try second.acquire(force: true)
        try expectError(.lockLost, "refreshing a lock that was taken by force") { () throws(DumpError) in
            try first.refresh()
        }
        try first.release()
        try second.refresh()
        try second.release()
    }

    func checkRace(_ round: Int, overStale: Bool) async throws {
        let wiki = "race-\(round)-\(overStale)"
        if overStale {
            try claimant(wiki).acquire(force: false)
            clock.advance(by: staleAge + 1)
        }
        let dates = ["20260101", "20260102"]
        let locks = try (0..<8).map { try claimant(wiki, dates[$0 % 2]) }
        let winners = try await withThrowingTaskGroup(of: Int?.self) { group in
            for (index, lock) in locks.enumerated() {
                group.addTask {
                    do throws(DumpError) {
                        try lock.acquire(force: false)
                        return index
                    } catch {
                        guard error.code == .lockHeld else { throw error }
                        return nil
                    }
                }
            }
            var winners: [Int] = []
            for try await index in group { if let index { winners.append(index) } }
            return winners
        }
        try expect(winners.count == 1, "of claimants at the same instant one wins, not \(winners.count)")
        try locks[winners[0]].refresh()
        for lock in locks { try lock.release() }
        try expect(try locks[0].holder() == nil, "nothing is left when all have released")
    }

    private func claimant(_ wiki: String, _ date: String = "20260101") throws -> any Lock {
        guard let wiki = WikiName(wiki), let date = DumpDate(date) else {
            throw ConformanceViolation("\(wiki) or \(date) cannot be used for a check")
        }
        return try makeLock(wiki, date)
    }

    private func expect(_ condition: Bool, _ promise: String) throws {
        guard condition else { throw ConformanceViolation("not so: \(promise)") }
    }

    private func expectError(
        _ code: DumpError.Code, _ action: String, _ body: () throws(DumpError) -> Void
    ) throws {
        do throws(DumpError) {
            try body()
        } catch {
            guard error.code == code else {
                throw ConformanceViolation("\(action) has to throw \(code), and threw \(error.code): \(error)")
            }
            return
        }
        throw ConformanceViolation("\(action) has to throw \(code), and threw nothing")
    }
}
