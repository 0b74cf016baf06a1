import Synchronization
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite(.timeLimit(.minutes(5))) struct LockKeeperTests {
    private let clock = FixedClock(UTCTime(seconds: 1_800_000_000))
    private let table = LockTable()
    private let keeper = LockKeeper(interval: .milliseconds(5))

    private let date: DumpDate
    private let lock: InMemoryLock

    init() throws {
        date = try #require(DumpDate("20261124"))
        lock = InMemoryLock(wiki: try #require(WikiName("enwiki")), table: table, clock: clock)
    }

    @Test func refreshesAndReleases() async throws {
        let (lock, clock) = (lock, clock)
        let value = try await keeper.withLock(lock, for: date) { _ throws(DumpError) in
            clock.advance(by: 1000)
            while try lock.holders().first?.age != 0 { try? await Task.sleep(for: .milliseconds(1)) }
            return 7
        }
        #expect(value == 7)
        #expect(try lock.holders().isEmpty)
    }

    @Test func releasesAfterAFailure() async throws {
        await #expect(throws: DumpError.self) {
            try await keeper.withLock(lock, for: date) { _ throws(DumpError) -> Void in
                throw DumpError(.jobFailed, "as planned")
            }
        }
        #expect(try lock.holders().isEmpty)
    }

    @Test func cancelsTheWorkWhenTheLockIsLost() async throws {
        let (lock, date) = (lock, date)
        do {
            try await keeper.withLock(lock, for: date) { _ throws(DumpError) -> Void in
                _ = try lock.acquire(date, force: true)
                while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
                throw DumpError(.cancelled, "stopped")
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.code == .lockLost)
        }
        #expect(try lock.holders().map(\.processID) == [2], "the thief keeps it")
    }

    @Test func releasesWhenTheCallerIsCancelled() async throws {
        let (lock, keeper, date) = (lock, keeper, date)
        let task = Task {
            try await keeper.withLock(lock, for: date) { _ throws(DumpError) -> Void in
                while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
                throw DumpError(.cancelled, "stopped")
            }
        }
        while try lock.holders().isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        let result = await task.result
        #expect(throws: DumpError.self) { try result.get() }
        #expect(try lock.holders().isEmpty)
    }

    @Test func doesNothingUnderALockOfAnother() async throws {
        let other = try lock.acquire(date, force: false)
        do {
            try await keeper.withLock(lock, for: date) { _ throws(DumpError) -> Void in
                Issue.record("the lock is not ours")
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.code == .lockHeld)
        }
        try lock.refresh(other)
    }

    /// A lock elsewhere sends a request to give its claim back, and a request ends when its task was cancelled.
    @Test func theReleaseIsNoPartOfTheCancelledTask() async throws {
        struct RemoteLock: Lock {
            let base: InMemoryLock
            var wiki: WikiName { base.wiki }
            func acquire(_ date: DumpDate, force: Bool) async throws(DumpError) -> LockGrant {
                try base.acquire(date, force: force)
            }
            func refresh(_ grant: LockGrant) async throws(DumpError) { try base.refresh(grant) }
            func release(_ grant: LockGrant) async throws(DumpError) {
                if Task.isCancelled { throw DumpError(.cancelled, "the request was not sent") }
                try base.release(grant)
            }
            func holders() async throws(DumpError) -> [LockHolder] { try base.holders() }
        }
        let (lock, keeper, date) = (lock, keeper, date)
        let task = Task {
            try await keeper.withLock(RemoteLock(base: lock), for: date) { _ throws(DumpError) -> Void in
                while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
            }
        }
        while try lock.holders().isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        try await task.value
        #expect(try lock.holders().isEmpty)
    }
}
