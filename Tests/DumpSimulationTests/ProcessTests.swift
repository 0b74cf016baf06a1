import DumpSimulation
import MWBzUtils
import Synchronization
import SystemPackage
import Testing

/// What several processes do to each other, and how calls are made to fail.
@Suite struct ProcessTests {
    private let disk = SimulatedDisk.still()

    @Test func aKilledProcessChangesNothingMore() throws {
        let process = disk.startProcess(ProcessTraits(on: machine))
        let calls = disk.calls(for: process)
        let file = try calls.open("/f", .create(0o644))
        try file.write([1])
        process.kill()
        #expect(!process.isAlive)
        let before = disk.tree()
        #expect(failure { () throws(Errno) in try file.write([2]) } == .ioError)
        #expect(failure { () throws(Errno) in try file.close() } == .ioError)
        #expect(failure { () throws(Errno) in try calls.unlink("/f") } == .ioError)
        #expect(failure { () throws(Errno) in try calls.names(in: "/") } == .ioError)
        #expect(disk.tree() == before)
    }

    @Test func aKilledProcessFreesItsLocks() throws {
        let holder = disk.startProcess(ProcessTraits(on: machine))
        let file = try disk.calls(for: holder).open("/f", .create(0o644))
        try file.lock(.exclusive)
        let other = try disk.newCalls().open("/f", .read)
        #expect(failure { () throws(Errno) in try other.lock(.shared) } == .wouldBlock)
        holder.kill()
        try other.lock(.shared)
    }

    @Test func theProcessesOfAMachineAreEndedTogether() {
        let twin = SimulatedMachine(name: machine.name, boot: 2)
        let processes = [machine, machine, twin].map { disk.startProcess(ProcessTraits(on: $0)) }
        disk.kill(machine)
        #expect(processes.map(\.isAlive) == [false, false, true])
    }

    @Test func nothingIsMadeInAFolderThatIsGone() throws {
        let process = disk.startProcess(ProcessTraits(on: machine))
        let calls = disk.calls(for: process)
        try calls.makeFolder("/scratch", permissions: 0o700)
        try calls.write("x", to: "/scratch/old")
        try process.enter("/scratch")
        let folder = try calls.open("/scratch", .read)
        #expect(try calls.text("old") == "x")

        let other = disk.newCalls()
        try other.rename("/scratch", to: "/dead")
        // As long as it is only called otherwise, everything goes on.
        try calls.write("y", to: "new")
        try calls.rename("new", to: "/published")
        try other.unlink("/dead/old")
        try other.removeFolder("/dead")

        #expect(failure { () throws(Errno) in try calls.open("new", .create(0o644)) } == .noSuchFileOrDirectory)
        #expect(failure { () throws(Errno) in try calls.makeFolder("s", permissions: 0o755) } == .noSuchFileOrDirectory)
        #expect(failure { () throws(Errno) in try calls.rename("/published", to: "x") } == .noSuchFileOrDirectory)
        #expect(failure { () throws(Errno) in try calls.link("/published", as: "x") } == .noSuchFileOrDirectory)
        #expect(failure { () throws(Errno) in try calls.openUnnamed(in: ".", permissions: 0o600) } == .notSupported)
        // The folder of the same name that comes after it is another one.
        try other.makeFolder("/scratch", permissions: 0o700)
        #expect(failure { () throws(Errno) in try calls.write("z", to: "new") } == .noSuchFileOrDirectory)
        #expect(try folder.status().linkCount == 0)
        #expect(disk.paths == ["/published", "/scratch"])
    }

    @Test func aFileThatIsRemovedWhileOpenIsStillThere() throws {
        let calls = disk.newCalls()
        try calls.write("text", to: "/f")
        let file = try calls.open("/f", .read)
        try calls.unlink("/f")
        #expect(try file.readAll() == Array("text".utf8))
        #expect(try file.status().linkCount == 0)
        #expect(failure { () throws(Errno) in try file.link(as: "/g") } == .noSuchFileOrDirectory)
    }

    @Test func calledBeforeEachCall() throws {
        let seen = Mutex<[FileCall]>([])
        let calls = disk.newCalls { (call) throws(Errno) in
            let count = seen.withLock { seen in
                seen.append(call)
                return seen.count
            }
            if count == 3 { throw .noSpace }
        }
        let file = try calls.open("/f", .create(0o600))
        try file.write([1])
        #expect(failure { () throws(Errno) in try file.write([2]) } == .noSpace)
        try file.close()
        #expect(
            seen.withLock { $0 } == [
                .open("/f", .create(0o600)), .file(1, .write([1])), .file(1, .write([2])), .file(1, .close),
            ])
        #expect(disk.text("/f") == "\u{1}")
    }

    @Test func aProcessThatIsKilledByTheHookDoesNotMakeTheCall() throws {
        let process = disk.startProcess(ProcessTraits(on: machine))
        let calls = disk.calls(for: process) { _ throws(Errno) in process.kill() }
        #expect(failure { () throws(Errno) in try calls.makeFolder("/d", permissions: 0o755) } == .ioError)
        #expect(disk.paths == [])
    }

    @Test func closingClosesThoughItIsToldToHaveFailed() throws {
        let calls = disk.newCalls { (call) throws(Errno) in
            if case .file(_, .close) = call { throw .ioError }
        }
        let file = try calls.open("/f", .create(0o600))
        try file.lock(.exclusive)
        #expect(failure { () throws(Errno) in try file.close() } == .ioError)
        try disk.newCalls().open("/f", .read).lock(.exclusive)
    }

    @Test(arguments: [DiskTraits.FullDisk.writesNothing, .writesPart])
    func aFullDiskTakesNoMore(fullDisk: DiskTraits.FullDisk) throws {
        let disk = SimulatedDisk.still(DiskTraits(capacity: 10, fullDisk: fullDisk))
        let calls = disk.newCalls()
        try calls.write("12345", to: "/f")
        let file = try calls.open("/g", .create(0o644))
        try file.write(Array("123".utf8))
        #expect(failure { () throws(Errno) in try file.write(Array("456".utf8)) } == .noSpace)
        #expect(disk.text("/g") == (fullDisk == .writesPart ? "12345" : "123"))
        try calls.unlink("/f")
        try file.write(Array("678".utf8))
        // The room of a file is free when it has neither a name nor anybody who has it open.
        let removed = try calls.open("/g", .read)
        try calls.unlink("/g")
        try file.close()
        #expect(failure { () throws(Errno) in try calls.write("1234567890", to: "/h") } == .noSpace)
        try removed.close()
        try calls.write("1234567890", to: "/h")
    }

    @Test func timesComeFromTheClockOfTheDisk() throws {
        let clock = Mutex<Int64>(0)
        let disk = SimulatedDisk { FileTime(seconds: clock.withLock { $0 }) }
        let calls = disk.newCalls()
        func time(_ path: FilePath) throws -> Int64 { try calls.status(of: path, followsLink: true).seconds }
        clock.withLock { $0 = 5 }
        try calls.write("text", to: "/f")
        clock.withLock { $0 = 6 }
        try calls.setPermissions(of: "/f", to: 0o600)
        #expect(try (time("/"), time("/f")) == (5, 5))
        try calls.rename("/f", to: "/g")
        #expect(try (time("/"), time("/g")) == (6, 5))
        try calls.setTime(of: "/g", to: 3)
        #expect(try time("/g") == 3)
    }
}
