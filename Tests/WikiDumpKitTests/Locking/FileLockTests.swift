import Foundation
import Synchronization
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

    private func lock(_ owner: ProcessIdentity = .current) -> FileLock {
        FileLock(wiki: wiki, privateRoot: folder, on: fileSystem, staleAge: 3600, clock: clock, owner: owner)
    }

    /// Claims the wiki for the date of the tests.
    @discardableResult
    private func acquire(_ owner: ProcessIdentity = .current) throws -> LockGrant {
        try lock(owner).acquire(date, force: false)
    }

    /// The names in the folder that belong to claims.
    private func leftovers() throws -> [String] {
        try fileSystem.list(folder).filter { $0 != ".lockguard" && $0 != ".fence" }
    }

    @Test func conformance() async throws {
        let (root, clock) = (fixture.path, clock)
        try await LockConformance(clock: clock, staleAge: 3600) { wiki in
            FileLock(wiki: wiki, privateRoot: root.appending(wiki.description), staleAge: 3600, clock: clock)
        }.check()
    }

    @Test func theFileIsWhatOldReadersExpect() throws {
        let grant = try acquire()
        let text = try #require(try fileSystem.text(file))
        #expect(text == "\(ProcessIdentity.current.host) \(getpid())")
        // Nobody outside of the group looks into the private tree.
        #expect(try fileSystem.status(file)?.permissions == 0o640)
        #expect(try fileSystem.status(folder)?.permissions == 0o750)
        try lock().release(grant)
        #expect(try leftovers() == [])
    }

    /// The number outlives every claim, and whoever holds the lock is the only one who has it.
    @Test func theEpochIsKeptBesideTheLock() throws {
        let first = try acquire()
        #expect(first.epoch > 1_700_000_000)
        let marker = try #require(try fileSystem.list(folder.appending(".fence")).first)
        #expect(marker.hasPrefix("\(first.epoch)~"))
        try lock().release(first)
        #expect(dumpError { try lock().refresh(first) }?.code == .lockLost)
        let second = try acquire()
        #expect(dumpError { _ = try acquire() }?.code == .lockHeld)
        try lock().release(second)
        #expect(try [second.epoch, acquire().epoch] == [first.epoch + 1, first.epoch + 2])
        #expect(try fileSystem.list(folder.appending(".fence")).count == 1)
    }

    @Test func manyTasksRaiseTheEpoch() async throws {
        try fileSystem.makeDirectory(folder)
        let marker = EpochMarker(in: folder, on: fileSystem)
        let numbers = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for _ in 0..<4 { group.addTask { try (0..<25).map { _ in try marker.raise() } } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let sorted = numbers.sorted()
        #expect(sorted == (0..<100).map { sorted[0] + $0 })
        #expect(try fileSystem.list(folder) == [".fence"])
    }

    @Test func anEpochThatCannotBeReadIsTold() throws {
        try fixture.write("\(wiki)/.fence/noise", "")
        let error = dumpError { try acquire() }
        #expect(error?.code == .fileSystem && error?.message.contains(".fence") == true)
        #expect(try leftovers() == [])
    }

    @Test func aDeadProcessOfThisMachineHoldsNothing() throws {
        // Process numbers end at 2^22 on Linux, so nobody has this one.
        try acquire(.ofThisTable(1 << 30, startTicks: 1))
        #expect(try lock().holders().map(\.isStale) == [true])
        try lock().release(try acquire())
        #expect(try leftovers() == [])
    }

    @Test func aProcessThatGotTheNumberOfADeadOneHoldsNothing() throws {
        let reused = ProcessIdentity.ofThisTable(getpid(), startTicks: 1)
        try acquire(reused)
        try acquire()
    }

    @Test func aLivingProcessKeepsItsLockUntilItIsKilled() throws {
        var processID: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("sleep"), strdup("100"), nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        let status = unsafe posix_spawnp(&processID, "sleep", nil, nil, &arguments, nil)
        try #require(status == 0)
        let ticks = ProcessIdentity.startTicks(of: processID)
        try acquire(.ofThisTable(processID, startTicks: ticks))
        #expect(dumpError { try acquire() }?.code == .lockHeld)
        kill(processID, SIGKILL)
        // Nobody has waited for the process yet, so its number is still taken.
        var record = unsafe siginfo_t()
        unsafe waitid(P_PID, id_t(processID), &record, WEXITED | WNOWAIT)
        #expect(kill(processID, 0) == 0)
        try lock().release(try acquire())
        waitpid(processID, nil, 0)
    }

    @Test func aLockThatCouldNotBeMadeLeavesNothing() throws {
        try fileSystem.makeDirectory(file)
        let error = dumpError { try acquire() }
        #expect(error?.code == .fileSystem)
        #expect(error?.message.contains("\(file) has the name of a lock, but is not a file") == true)
        #expect(error?.remedy.contains("remove it") == true)
        #expect(try leftovers() == ["lock_20261124"])
    }

    /// Links that somebody put there keep nobody out.
    @Test(arguments: ["lock_20261124", "lock_20200101", ".lockguard"]) func linksAreNoLocks(name: String) throws {
        try fileSystem.makeDirectory(folder)
        for target in ["nowhere", fixture.path.appending("file").string] {
            try fixture.write("file", "elsewhere.example 17")
            try fileSystem.link(folder.appending(name), to: target)
            #expect(try lock().holders().isEmpty)
            let grant = try acquire()
            try lock().refresh(grant)
            try lock().release(grant)
            #expect(try leftovers() == [])
            #expect(try fileSystem.text(fixture.path.appending("file")) == "elsewhere.example 17")
            #expect(try fileSystem.linkTarget(folder.appending(name)) == nil)
        }
    }

    @Test(arguments: ["lock_", "lock_20261399", "lock_20261124.old", "lock_20261124~", "lock_file", "locks"])
    func filesWithOtherNamesAreNoLocks(_ name: String) throws {
        try fixture.write("\(wiki)/\(name)", "elsewhere.example 17")
        #expect(try lock().holders().isEmpty)
        try lock().release(try acquire())
        #expect(try leftovers() == [name])
    }

    @Test(arguments: [Errno.notPermitted, .notSupported, .noFunction]) func aFileSystemWithoutHardLinks(error: Errno) {
        let error = OwnerFile.failure(error, to: "/p/lock_20261124")
        #expect(error.description.contains("does not support hard links"))
        #expect(error.description.contains("put the private tree on one that does"))
    }

    @Test func theSameNumberOnAnotherMachineIsSomebodyElse() throws {
        let far = lock(
            ProcessIdentity(host: "elsewhere.example", processID: getpid(), startTicks: 1, table: "elsewhere"))
        let grant = try far.acquire(date, force: false)
        let error = dumpError { try acquire() }
        #expect(error?.code == .lockHeld)
        #expect(error?.message.contains("elsewhere.example") == true)
        try far.refresh(grant)
        clock.advance(by: 3601)
        try acquire()
        #expect(dumpError { try far.refresh(grant) }?.code == .lockLost)
    }

    @Test(arguments: ["elsewhere.example 17", "elsewhere.example 17\n", "", "garbage", "a b c"])
    func locksOfOldPrograms(text: String) throws {
        try fixture.write("\(wiki)/lock_20200101", text)
        #expect(dumpError { try acquire() }?.code == .lockHeld)
        // The file has the time of the machine, which may have moved on since the clock was set.
        clock.advance(by: 7200)
        let grant = try acquire()
        #expect(try !leftovers().contains("lock_20200101"))
        try lock().release(grant)
    }

    @Test func aFileRemovedByHandIsALostLock() throws {
        let lock = lock()
        let grant = try acquire()
        try fileSystem.remove(file)
        #expect(dumpError { try lock.refresh(grant) }?.code == .lockLost)
        // An old program makes a lock of its own; ours must leave it alone.
        try fixture.write("\(wiki)/lock_20261124", "elsewhere.example 17")
        #expect(dumpError { try lock.refresh(grant) }?.code == .lockLost)
        try lock.release(grant)
        #expect(try fileSystem.text(file) == "elsewhere.example 17")
        #expect(try leftovers() == ["lock_20261124"])
    }

    @Test func aLockMadeAnewAfterTheJudgementSurvivesItsBreaker() throws {
        try acquire(ProcessIdentity(host: "a.example", processID: 17, startTicks: 1, table: "elsewhere"))
        clock.advance(by: 3601)
        let judged = try #require(try lock().claims().first)
        let second = try acquire()
        #expect(try !judged.remove(force: false))
        #expect(try !judged.remove(force: true))
        try lock().refresh(second)
        #expect(try leftovers().count == 2)
    }

    @Test func aHolderThatWakesUpInTimeKeepsItsLock() throws {
        let holder = lock(ProcessIdentity(host: "a.example", processID: 17, startTicks: 1, table: "elsewhere"))
        let grant = try holder.acquire(date, force: false)
        clock.advance(by: 3601)
        let judged = try #require(try lock().claims().first)
        try holder.refresh(grant)
        #expect(try !judged.remove(force: false))
        try holder.refresh(grant)
        #expect(dumpError { try acquire() }?.code == .lockHeld)
    }

    @Test func leftoversOfDeadProcessesAreSwept() throws {
        let host = ProcessIdentity.current.host
        let table = try #require(ProcessIdentity.current.table)
        try fixture.write("\(wiki)/.lock_20261124~\(host)~1073741824~5@\(table)~abc", "\(host) 1073741824")
        let far = ".lock_20261124~a.example~17~5~abc"
        try fixture.write("\(wiki)/\(far)", "a.example 17")
        try lock().release(try acquire())
        #expect(try leftovers() == [far])
        clock.advance(by: 7200)
        try lock().release(try acquire())
        #expect(try leftovers() == [])
    }

    /// The host name does not tell: it is that of another container, or of a copy of the machine.
    @Test(arguments: [nil, "of-another-container"] as [String?]) func aProcessOfAnotherTableIsJudgedByItsAge(
        table: String?
    ) throws {
        let host = ProcessIdentity.current.host
        try acquire(ProcessIdentity(host: host, processID: 1 << 30, startTicks: 1, table: table))
        #expect(dumpError { try acquire() }?.code == .lockHeld)
        clock.advance(by: 3601)
        try acquire()
    }

    /// The lock of the file server's own time: that of this machine does not count.
    @Test func theFileServerTellsTheTime() throws {
        let far = ProcessIdentity(host: "a.example", processID: 17, startTicks: 1, table: "elsewhere")
        func lock(_ owner: ProcessIdentity) -> FileLock {
            FileLock(
                wiki: wiki, privateRoot: folder, on: fileSystem, staleAge: 3600, clock: SystemWallClock(), owner: owner)
        }
        let grant = try lock(far).acquire(date, force: false)
        #expect(dumpError { _ = try lock(.current).acquire(date, force: false) }?.code == .lockHeld)
        let now = SystemWallClock().now().seconds
        // A living owner touches its lock with the time of the server, so neither time is one of its touches.
        for seconds in [now - 3_700, now + 1_000_000] {
            try lock(far).refresh(grant)
            #expect(abs(try #require(try fileSystem.status(file)).modified.seconds - now) < 600)
            try fileSystem.setTime(of: file, to: UTCTime(seconds: seconds))
            #expect(
                try lock(far).claims().first.map {
                    $0.isStale(
                        now: UTCTime(seconds: now), by: .fileServer(estimate: SystemWallClock()), staleAge: 3600)
                } == true)
        }
        _ = try lock(.current).acquire(date, force: false)
        #expect(dumpError { try lock(far).refresh(grant) }?.code == .lockLost)
    }

    @Test func aClockThatWentBackBreaksNoLock() throws {
        try acquire(ProcessIdentity(host: "a.example", processID: 17, startTicks: 1, table: "elsewhere"))
        clock.advance(by: -100_000)
        let error = dumpError { try acquire() }
        #expect(error?.code == .lockHeld)
        #expect(error?.message.contains("check the clocks") == true)
    }

    @Test func aFolderThatCannotBeMade() throws {
        try fixture.write(wiki.description, "a file where the folder should be")
        let error = dumpError { try acquire() }
        #expect(error?.description.contains(folder.string) == true)
    }

    /// Of a lock that was renamed to remove it and cannot be looked at then, nobody knows whose it is. Its owner keeps it.
    @Test func aLockThatCannotBeLookedAtStays() throws {
        try acquire(ProcessIdentity(host: "a.example", processID: 17, startTicks: 1, table: "elsewhere"))
        clock.advance(by: 3601)
        let failing = WatchedCalls { (call, path) throws(Errno) in
            if call == .read, path.lastComponent?.string.hasPrefix(".broken") == true { throw .ioError }
        }
        let breaker = FileLock(
            wiki: wiki, privateRoot: folder, on: FileSystem(failing), staleAge: 3600, clock: clock, owner: .current)
        #expect(dumpError { _ = try breaker.acquire(date, force: false) }?.cause as? Errno == .ioError)
        #expect(try lock().holders().map(\.host) == ["a.example"])
        #expect(try leftovers().count == 2)
    }

    /// If it cannot get its name back either, it stays under the other one.
    @Test func aLockThatCannotBePutBackIsNotRemoved() throws {
        try acquire(ProcessIdentity(host: "a.example", processID: 17, startTicks: 1, table: "elsewhere"))
        clock.advance(by: 3601)
        let wasMoved = Mutex(false)
        let failing = WatchedCalls { (call, path) throws(Errno) in
            guard path.lastComponent?.string.hasPrefix(".broken") == true else { return }
            if call == .read { wasMoved.withLock { $0 = true } }
            if call == .read || call == .link { throw .ioError }
        }
        let breaker = FileLock(
            wiki: wiki, privateRoot: folder, on: FileSystem(failing), staleAge: 3600, clock: clock, owner: .current)
        #expect(dumpError { _ = try breaker.acquire(date, force: false) }?.cause as? Errno == .ioError)
        #expect(wasMoved.withLock { $0 })
        #expect(try fileSystem.list(folder).count { $0.hasPrefix(".broken") } == 1)
    }

    /// What a process left that died while it asked for the time of the file server.
    @Test func oldTemporaryFilesAreRemoved() throws {
        try fileSystem.makeDirectory(folder)
        let left = folder.appending(".time.0123456789abcdef-1.77.tmp")
        try fileSystem.write([], to: left)
        try fileSystem.setTime(of: left, to: clock.now())
        try lock().release(try acquire())
        #expect(try fileSystem.status(left) != nil)
        clock.advance(by: 3601)
        try lock().release(try acquire())
        #expect(try fileSystem.status(left) == nil)
    }

    @Test func holdersAreToldWithTheirDates() throws {
        #expect(try lock().holders().isEmpty)
        try acquire(ProcessIdentity(host: "a.example", processID: 17, startTicks: 1, table: "elsewhere"))
        let alive = LockHolder(date: date, host: "a.example", processID: 17, age: 0, isStale: false)
        #expect(try lock().holders() == [alive])
        clock.advance(by: 3601)
        let stale = LockHolder(date: date, host: "a.example", processID: 17, age: 3601, isStale: true)
        #expect(try lock().holders() == [stale])
        let next = try #require(DumpDate("20261125"))
        _ = try lock().acquire(next, force: false)
        #expect(try lock().holders().map(\.date) == [next])
    }

    @Test func manyTasksBreakOneStaleLock() async throws {
        for round in 0..<8 {
            let dead = ProcessIdentity.ofThisTable(1 << 30, startTicks: 1)
            try acquire(dead)
            let (lock, date) = (lock(), date)
            let wins = await withTaskGroup(of: LockGrant?.self) { group in
                for _ in 0..<8 { group.addTask { try? lock.acquire(date, force: false) } }
                return await group.reduce(into: [LockGrant]()) { if let grant = $1 { $0.append(grant) } }
            }
            #expect(wins.count == 1, "round \(round)")
            for grant in wins { try lock.release(grant) }
            #expect(try leftovers() == [], "round \(round)")
        }
    }
}

extension ProcessIdentity {
    /// A process that would be in the table of this one.
    static func ofThisTable(_ processID: Int32, startTicks: UInt64?) -> ProcessIdentity {
        ProcessIdentity(
            host: current.host, processID: processID, startTicks: startTicks, table: current.table)
    }
}
