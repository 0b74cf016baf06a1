import Foundation
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct FileLockTests {
    private let fixture: FarmFixture
    private let wiki: WikiName
    private let date: DumpDate
    private let clock = FixedClock(SystemWallClock().now())

    init() throws {
        fixture = try FarmFixture()
        wiki = try #require(WikiName("zh_min-nanwiki2"))
        date = try #require(DumpDate("20261124"))
    }

    private var folder: FilePath { fixture.path.appending(wiki.description) }
    private var file: FilePath { folder.appending("lock_20261124") }

    private func lock(_ owner: ProcessIdentity = .current, date: DumpDate? = nil) -> FileLock {
        FileLock(
            wiki: wiki, date: date ?? self.date, privateRoot: folder, staleAge: 3600, clock: clock, owner: owner)
    }

    /// The hidden names in the folder that belong to claims.
    private func leftovers() throws -> [String] { try FileSystem.list(folder).filter { $0 != ".lockguard" } }

    @Test func conformance() async throws {
        let (root, clock) = (fixture.path, clock)
        try await LockConformance(clock: clock, staleAge: 3600) { wiki, date in
            FileLock(
                wiki: wiki, date: date, privateRoot: root.appending(wiki.description), staleAge: 3600, clock: clock)
        }.check()
    }

    @Test func theFileIsWhatOldReadersExpect() throws {
        let lock = lock()
        try lock.acquire()
        let text = try #require(try FileSystem.text(file))
        #expect(text == "\(ProcessIdentity.current.host) \(getpid())")
        // Nobody outside of the group looks into the private tree.
        #expect(try FileSystem.status(file)?.permissions == 0o640)
        #expect(try FileSystem.status(folder)?.permissions == 0o750)
        try lock.release()
        #expect(try leftovers() == [])
    }

    @Test func aDeadProcessOfThisMachineHoldsNothing() throws {
        // Process numbers end at 2^22 on Linux, so nobody has this one.
        try lock(ProcessIdentity(host: ProcessIdentity.current.host, processID: 1 << 30, startTicks: 1)).acquire()
        let next = lock()
        #expect(try next.holder()?.isStale == true)
        try next.acquire()
        try next.release()
        #expect(try leftovers() == [])
    }

    @Test func aProcessThatGotTheNumberOfADeadOneHoldsNothing() throws {
        let reused = ProcessIdentity(host: ProcessIdentity.current.host, processID: getpid(), startTicks: 1)
        try lock(reused).acquire()
        try lock().acquire()
    }

    @Test func aLivingProcessKeepsItsLockUntilItIsKilled() throws {
        var processID: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("sleep"), strdup("100"), nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        let status = unsafe posix_spawnp(&processID, "sleep", nil, nil, &arguments, nil)
        try #require(status == 0)
        let ticks = ProcessIdentity.startTicks(of: processID)
        try lock(ProcessIdentity(host: ProcessIdentity.current.host, processID: processID, startTicks: ticks)).acquire()
        #expect(dumpError { try lock().acquire() }?.code == .lockHeld)
        kill(processID, SIGKILL)
        // Nobody has waited for the process yet, so its number is still taken.
        var record = unsafe siginfo_t()
        unsafe waitid(P_PID, id_t(processID), &record, WEXITED | WNOWAIT)
        #expect(kill(processID, 0) == 0)
        let next = lock()
        try next.acquire()
        try next.release()
        waitpid(processID, nil, 0)
    }

    @Test func aLockThatCouldNotBeMadeLeavesNothing() throws {
        try FileSystem.makeDirectory(file)
        let error = dumpError { try lock().acquire() }
        #expect(error?.code == .fileSystem)
        #expect(error?.message.contains("\(file) has the name of a lock and is no file") == true)
        #expect(error?.remedy.contains("remove it") == true)
        #expect(try leftovers() == ["lock_20261124"])
    }

    @Test(arguments: ["lock_", "lock_20261399", "lock_20261124.old", "lock_20261124~", "lock_file", "locks"])
    func filesWithOtherNamesAreNoLocks(_ name: String) throws {
        try fixture.write("\(wiki)/\(name)", "elsewhere.example 17")
        let lock = lock()
        #expect(try lock.holder() == nil)
        try lock.acquire()
        try lock.release()
        #expect(try leftovers() == [name])
    }

    @Test(arguments: [Errno.notPermitted, .notSupported, .noFunction]) func aFileSystemWithoutHardLinks(error: Errno) {
        let error = LockFolder.failure(error, to: "/p/lock_20261124")
        #expect(error.description.contains("no hard links"))
        #expect(error.description.contains("put the private tree on one that has"))
    }

    @Test func theSameNumberOnAnotherMachineIsSomebodyElse() throws {
        let far = lock(ProcessIdentity(host: "elsewhere.example", processID: getpid(), startTicks: 1))
        try far.acquire()
        let near = lock()
        let error = dumpError { try near.acquire() }
        #expect(error?.code == .lockHeld)
        #expect(error?.message.contains("elsewhere.example") == true)
        try near.release()
        try far.refresh()
        clock.advance(by: 3601)
        try near.acquire()
        #expect(dumpError { try far.refresh() }?.code == .lockLost)
    }

    @Test(arguments: ["elsewhere.example 17", "elsewhere.example 17\n", "", "garbage", "a b c"])
    func locksOfOldPrograms(text: String) throws {
        try fixture.write("\(wiki)/lock_20200101", text)
        #expect(dumpError { try lock().acquire() }?.code == .lockHeld)
        // The file has the time of the machine, which may have moved on since the clock was set.
        clock.advance(by: 7200)
        let next = lock()
        try next.acquire()
        #expect(try !leftovers().contains("lock_20200101"))
        try next.release()
    }

    @Test func aFileRemovedByHandIsALostLock() throws {
        let lock = lock()
        try lock.acquire()
        try FileSystem.remove(file)
        #expect(dumpError { try lock.refresh() }?.code == .lockLost)
        // An old program makes a lock of its own; ours must leave it alone.
        try fixture.write("\(wiki)/lock_20261124", "elsewhere.example 17")
        #expect(dumpError { try lock.refresh() }?.code == .lockLost)
        try lock.release()
        #expect(try FileSystem.text(file) == "elsewhere.example 17")
        #expect(try leftovers() == ["lock_20261124"])
    }

    @Test func aLockMadeAnewAfterTheJudgementSurvivesItsBreaker() throws {
        try lock(ProcessIdentity(host: "a.example", processID: 17, startTicks: 1)).acquire()
        clock.advance(by: 3601)
        let folder = LockFolder(path: folder)
        let judged = try #require(try folder.claims().first)
        let second = lock()
        try second.acquire()
        #expect(try !folder.remove(judged, force: false))
        #expect(try !folder.remove(judged, force: true))
        try second.refresh()
        #expect(try leftovers().count == 2)
    }

    @Test func aHolderThatWakesUpInTimeKeepsItsLock() throws {
        let holder = lock(ProcessIdentity(host: "a.example", processID: 17, startTicks: 1))
        try holder.acquire()
        clock.advance(by: 3601)
        let folder = LockFolder(path: folder)
        let judged = try #require(try folder.claims().first)
        try holder.refresh()
        #expect(try !folder.remove(judged, force: false))
        try holder.refresh()
        #expect(dumpError { try lock().acquire() }?.code == .lockHeld)
    }

    @Test func leftoversOfDeadProcessesAreSwept() throws {
        let host = ProcessIdentity.current.host
        try fixture.write("\(wiki)/.lock_20261124~\(host)~1073741824~5~abc", "\(host) 1073741824")
        let far = ".lock_20261124~a.example~17~5~abc"
        try fixture.write("\(wiki)/\(far)", "a.example 17")
        let lock = lock()
        try lock.acquire()
        try lock.release()
        #expect(try leftovers() == [far])
        clock.advance(by: 7200)
        try lock.acquire()
        try lock.release()
        #expect(try leftovers() == [])
    }

    @Test func aClockThatWentBackBreaksNoLock() throws {
        let holder = lock(ProcessIdentity(host: "a.example", processID: 17, startTicks: 1))
        try holder.acquire()
        clock.advance(by: -100_000)
        let error = dumpError { try lock().acquire() }
        #expect(error?.code == .lockHeld)
        #expect(error?.message.contains("look at the clocks") == true)
    }

    @Test func aFolderThatCannotBeMade() throws {
        try fixture.write(wiki.description, "a file where the folder should be")
        let error = dumpError { try lock().acquire() }
        #expect(error?.description.contains(folder.string) == true)
    }

    @Test func inspectorRemovesOnlyWhatIsStale() throws {
        let inspector = LockInspector(privateRoot: folder, staleAge: 3600, clock: clock)
        #expect(try inspector.locksFound().isEmpty)
        let holder = lock(ProcessIdentity(host: "a.example", processID: 17, startTicks: 1))
        try holder.acquire()
        let alive = try #require(try inspector.locksFound().first)
        #expect(alive.date == date)
        #expect(!alive.holder.isStale)
        #expect(try !inspector.removeStale(alive, beforehand: { Issue.record("the lock is alive") }))
        clock.advance(by: 3601)
        let stale = try #require(try inspector.locksFound().first)
        #expect(stale.holder.isStale)
        var marked = false
        #expect(try inspector.removeStale(stale, beforehand: { marked = true }))
        #expect(marked)
        #expect(try leftovers() == [])
        #expect(try !inspector.removeStale(stale))
    }

    @Test func manyTasksBreakOneStaleLock() async throws {
        for round in 0..<8 {
            let dead = ProcessIdentity(host: ProcessIdentity.current.host, processID: 1 << 30, startTicks: 1)
            try lock(dead).acquire()
            let locks = (0..<8).map { _ in lock() }
            let wins = await withTaskGroup(of: Bool.self) { group in
                for lock in locks { group.addTask { (try? lock.acquire()) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wins == 1, "round \(round)")
            for lock in locks { try lock.release() }
            #expect(try leftovers() == [], "round \(round)")
        }
    }
}

@Suite struct InMemoryLockTests {
    @Test func conformance() async throws {
        let (clock, table) = (FixedClock(UTCTime(seconds: 1_800_000_000)), LockTable())
        try await LockConformance(clock: clock, staleAge: 3600) { wiki, date in
            InMemoryLock(wiki: wiki, date: date, table: table, staleAge: 3600, clock: clock)
        }.check()
    }

    /// The checks have to be able to fail.
    @Test func conformanceFindsALockThatExcludesNobody() async throws {
        let clock = FixedClock(UTCTime(seconds: 1_800_000_000))
        await #expect(throws: ConformanceViolation.self) {
            try await LockConformance(clock: clock, staleAge: 3600) { wiki, date in
                InMemoryLock(wiki: wiki, date: date, table: LockTable(), staleAge: 3600, clock: clock)
            }.check()
        }
    }
}
