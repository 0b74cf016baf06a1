import Testing
import WikiDumpKit
import WikiDumpKitTesting

@Suite struct LockConformanceTests {
    private let clock = FixedClock(UTCTime(seconds: 1_800_000_000))

    @Test func aLockInMemoryKeepsTheRules() async throws {
        let (clock, table) = (clock, LockTable())
        try await LockConformance(clock: clock, staleAge: 3600) { wiki in
            InMemoryLock(wiki: wiki, table: table, staleAge: 3600, clock: clock)
        }.check()
    }

    /// What a lock does wrong.
    enum Fault: CaseIterable {
        case excludesNobody, sameEpoch, epochFalls, wrongDate, noHolders, neverStale, staleAtOnce, forgetsForce
        case revivesTheDead, releasesOthers, refreshesNothing, keepsItsClaim, wrongError, blamesTheBroken
    }

    struct FaultyLock: Lock {
        let fault: Fault
        let base: InMemoryLock
        var wiki: WikiName { base.wiki }

        func acquire(_ date: DumpDate, force: Bool) async throws(DumpError) -> LockGrant {
            let grant: LockGrant
            do throws(DumpError) {
                grant = try base.acquire(date, force: fault == .excludesNobody || force && fault != .forgetsForce)
            } catch {
                throw fault == .wrongError ? DumpError(.fileSystem, error.message) : error
            }
            let epoch =
                switch fault {
                case .sameEpoch: Int64(1)
                case .epochFalls: 1_000 - grant.epoch
                default: grant.epoch
                }
            let other = DumpDate("20200101") ?? date
            return LockGrant(date: fault == .wrongDate ? other : grant.date, epoch: epoch, token: grant.token)
        }

        func refresh(_ grant: LockGrant) async throws(DumpError) {
            do throws(DumpError) {
                if fault != .refreshesNothing { try base.refresh(granted(grant)) }
            } catch {
                if fault == .revivesTheDead { return }
                throw fault == .blamesTheBroken ? DumpError(.lockHeld, error.message) : error
            }
        }

        func release(_ grant: LockGrant) async throws(DumpError) {
            switch fault {
            case .keepsItsClaim: return
            case .releasesOthers:
                for holder in try base.holders() {
                    let number = Int64(holder.processID)
                    try base.release(LockGrant(date: holder.date, epoch: number, token: "\(number)"))
                }
            default: try base.release(granted(grant))
            }
        }

        func holders() async throws(DumpError) -> [LockHolder] {
            try base.holders().compactMap { holder in
                let isStale =
                    switch fault {
                    case .noHolders: nil as Bool?
                    case .neverStale: false
                    case .staleAtOnce: true
                    default: holder.isStale
                    }
                return isStale.map { isStale in
                    LockHolder(
                        date: holder.date, host: holder.host, processID: holder.processID, age: holder.age,
                        isStale: isStale)
                }
            }
        }

        /// The grant of the lock below.
        private func granted(_ grant: LockGrant) -> LockGrant {
            let date = fault == .wrongDate ? DumpDate("20260101") ?? grant.date : grant.date
            return LockGrant(date: date, epoch: Int64(grant.token) ?? 0, token: grant.token)
        }
    }

    @Test(arguments: Fault.allCases) func aFaultyLockIsFound(fault: Fault) async throws {
        let (clock, table) = (clock, LockTable())
        await #expect(throws: (any Error).self) {
            try await LockConformance(clock: clock, staleAge: 3600) { wiki in
                FaultyLock(
                    fault: fault, base: InMemoryLock(wiki: wiki, table: table, staleAge: 3600, clock: clock))
            }.check()
        }
    }
}
