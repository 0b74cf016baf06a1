import Synchronization
import Testing
import WikiDumpKit
import WikiDumpKitTesting

@Suite(.timeLimit(.minutes(5))) struct LockKeeperTests {
    private let clock = FixedClock(UTCTime(seconds: 1_800_000_000))
    private let table = LockTable()
    private let keeper = LockKeeper(interval: .milliseconds(5))

    private func lock() throws -> InMemoryLock {
        InMemoryLock(
            wiki: try #require(WikiName("enwiki")), date: try #require(DumpDate("20261124")), table: table, clock: clock
        )
    }

    @Test func refreshesAndReleases() async throws {
        let lock = try lock()
        let clock = clock
        let value = try await keeper.withLock(lock) { () throws(DumpError) in
            clock.advance(by: 1000)
            while try lock.holder()?.age != 0 { try? await Task.sleep(for: .milliseconds(1)) }
            return 7
        }
        #expect(value == 7)
        #expect(try lock.holder() == nil)
    }

    @Test func releasesAfterAFailure() async throws {
        let lock = try lock()
        await #expect(throws: DumpError.self) {
            try await keeper.withLock(lock) { () throws(DumpError) -> Void in throw DumpError(.jobFailed, "as planned")
            }
        }
        #expect(try lock.holder() == nil)
    }

    @Test func cancelsTheWorkWhenTheLockIsLost() async throws {
        let (lock, thief) = (try lock(), try lock())
        do {
            try await keeper.withLock(lock) { () throws(DumpError) -> Void in
                try thief.acquire(force: true)
                while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
                throw DumpError(.cancelled, "stopped")
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.code == .lockLost)
        }
        try thief.refresh()
    }

    @Test func releasesWhenTheCallerIsCancelled() async throws {
        let lock = try lock()
        let keeper = keeper
        let task = Task {
            try await keeper.withLock(lock) { () throws(DumpError) -> Void in
                while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
                throw DumpError(.cancelled, "stopped")
            }
        }
        while try lock.holder() == nil { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        let result = await task.result
        #expect(throws: DumpError.self) { try result.get() }
        #expect(try lock.holder() == nil)
    }

    @Test func doesNothingUnderALockOfAnother() async throws {
        let other = try lock()
        try other.acquire(force: false)
        let mine = try lock()
        do {
            try await keeper.withLock(mine) { () throws(DumpError) -> Void in
                Issue.record("the lock is not ours")
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.code == .lockHeld)
        }
        try other.refresh()
    }
}
