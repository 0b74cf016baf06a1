import DumpSimulation
import MWBzUtils
import SystemPackage
import Testing

/// What survives a power cut, rule by rule.
@Suite struct PowerCutTests {
    /// A disk with a folder `/d` that is durable, and in it a file `old` of the same name.
    private func disk(_ traits: DiskTraits = DiskTraits()) throws -> (disk: SimulatedDisk, calls: any FileCalls) {
        let disk = SimulatedDisk.still(traits)
        let calls = disk.newCalls()
        try calls.makeFolder("/d", permissions: 0o755)
        try calls.write("old", to: "/d/old")
        disk.settle()
        return (disk, calls)
    }

    @Test func bytesThatAreNotSynchronizedCanBeLost() throws {
        let (disk, calls) = try disk()
        try calls.write("new", to: "/d/new")
        try calls.synchronizeFolder("/d")
        disk.cutPower(.losingEverything)
        #expect(disk.text("/d/new") == "")
    }

    @Test func namesThatAreNotSynchronizedCanBeLost() throws {
        let (disk, calls) = try disk()
        try calls.write("new", to: "/d/new", durably: true)
        disk.cutPower(.losingEverything)
        #expect(disk.paths == ["/d", "/d/old"])
    }

    @Test func whatIsSynchronizedSurvives() throws {
        let (disk, calls) = try disk()
        try calls.write("new", to: "/d/new", durably: true)
        try calls.synchronizeFolder("/d")
        disk.cutPower(.losingEverything)
        #expect(disk.text("/d/new") == "new")
        #expect(disk.pendingChanges.isEmpty)
    }

    @Test func whatIsKeptSurvivesWithoutBeingSynchronized() throws {
        let (disk, calls) = try disk()
        try calls.write("new", to: "/d/new")
        disk.cutPower(.keepingEverything)
        #expect(disk.text("/d/new") == "new")
    }

    @Test func aFolderThatIsSynchronizedNeedsItsOwnName() throws {
        let (disk, calls) = try disk()
        try calls.makeFolder("/d/sub", permissions: 0o755)
        try calls.write("new", to: "/d/sub/new", durably: true)
        try calls.synchronizeFolder("/d/sub")
        disk.cutPower(.losingEverything)
        #expect(disk.paths == ["/d", "/d/old"])
    }

    @Test func removingIsUndone() throws {
        let (disk, calls) = try disk()
        try calls.unlink("/d/old")
        try calls.removeFolder("/d")
        disk.cutPower(.losingEverything)
        #expect(disk.text("/d/old") == "old")
    }

    @Test func theTwoNamesOfARenameInOneFolderGoTogether() throws {
        let (disk, calls) = try disk()
        try calls.rename("/d/old", to: "/d/new")
        #expect(disk.pendingChanges.count == 1)
        disk.cutPower(.losingEverything)
        #expect(disk.paths == ["/d", "/d/old"])
    }

    @Test func theTwoNamesOfARenameAcrossFoldersDoNot() throws {
        for (lost, left) in [(0, ["/d/old"]), (1, ["/d/old", "/new"])] {
            let (disk, calls) = try disk()
            try calls.rename("/d/old", to: "/new")
            let changes = disk.pendingChanges.map(\.number)
            #expect(changes.count == 2)
            disk.cutPower(.losing([changes[lost]]))
            // The first change takes the new name, the second leaves the old one.
            #expect(disk.paths == ["/d"] + (lost == 0 ? [] : left))
            let calls2 = disk.newCalls()
            if lost == 1 { #expect(try calls2.status(of: "/new", followsLink: true).linkCount == 2) }
        }
    }

    @Test func aFolderKeepsOneNameAndMakesNoCircle() throws {
        let (disk, calls) = try disk()
        try calls.makeFolder("/a", permissions: 0o755)
        try calls.makeFolder("/b", permissions: 0o755)
        disk.settle()
        try calls.rename("/a", to: "/b/a")
        disk.cutPower(.losing([disk.pendingChanges[1].number]))
        #expect(disk.paths.count { $0.hasSuffix("/a") } == 1)

        let (other, calls2) = try self.disk()
        try calls2.makeFolder("/a", permissions: 0o755)
        try calls2.makeFolder("/b", permissions: 0o755)
        other.settle()
        try calls2.rename("/a", to: "/b/a")
        try calls2.rename("/b/a", to: "/a")
        try calls2.rename("/b", to: "/a/b")
        // Each of the two is in the other, and no path leads to them.
        other.cutPower(.losing(Set(other.pendingChanges[2...3].map(\.number))))
        #expect(other.paths == ["/d", "/d/old"])
    }

    @Test func bytesAreTornAtBlocks() throws {
        var contents: Set<String> = []
        for seed in 0..<200 as Range<UInt64> {
            let (disk, calls) = try disk(DiskTraits(blockSize: 2))
            try calls.write("abcde", to: "/d/new")
            try calls.synchronizeFolder("/d")
            disk.cutPower(.random(seed: seed))
            contents.insert(try #require(disk.text("/d/new")))
        }
        // A block that was lost before one that was not reads as zeros.
        #expect(contents == ["", "ab", "abcd", "abcde", "ab\0\0e", "\0\0cd", "\0\0cde", "\0\0\0\0e"])
    }

    @Test func aSeedGivesTheSameCut() throws {
        func tree(_ seed: UInt64) throws -> [TreeEntry] {
            let (disk, calls) = try disk()
            for name in 0..<20 { try calls.write("\(name)", to: FilePath("/d/\(name)")) }
            disk.cutPower(.random(seed: seed))
            return disk.tree()
        }
        for seed in 0..<20 as Range<UInt64> { #expect(try tree(seed) == tree(seed)) }
        #expect(try Set((0..<20).map { try tree($0) }).count > 10)
    }

    @Test func whatFailedToBeSynchronizedStaysLost() throws {
        let (disk, _) = try disk()
        let failing = disk.newCalls { (call) throws(Errno) in
            if case .file(_, .synchronize) = call, disk.text("/d/new") == "new" { throw .ioError }
        }
        let file = try failing.open("/d/new", .create(0o644))
        try failing.synchronizeFolder("/d")
        try file.write(Array("new".utf8))
        #expect(failure { () throws(Errno) in try file.synchronize() } == .ioError)
        try file.write(Array("er".utf8))
        try file.synchronize()
        #expect(disk.text("/d/new") == "newer")
        disk.cutPower(.losingEverything)
        #expect(disk.text("/d/new") == "\0\0\0er")
    }

    @Test func everybodyIsDeadAfterIt() throws {
        let (disk, calls) = try disk()
        let file = try calls.open("/d/old", .append(0o644))
        disk.cutPower(.keepingEverything)
        #expect(failure { () throws(Errno) in try file.write([1]) } == .ioError)
        #expect(failure { () throws(Errno) in try calls.unlink("/d/old") } == .ioError)
        #expect(disk.text("/d/old") == "old")
    }

    @Test func everySubsetOfAShortRecordingIsReplayed() throws {
        let disk = SimulatedDisk.still(DiskTraits(blockSize: 2))
        let calls = disk.newCalls()
        try calls.write("old", to: "/f")
        disk.settle()
        disk.startRecording()
        try calls.write("new", to: "/g")
        try calls.rename("/g", to: "/f")
        let recording = try #require(disk.recording)
        #expect(recording.replay(recording.calls.count).tree() == disk.tree())
        #expect(recording.replay(0).tree().map(\.path) == ["/f"])
        var states: Set<[TreeEntry]> = []
        recording.cutEverywhere(seeds: 0..<0) { count, cut, cutDisk in
            let tree = cutDisk.tree()
            states.insert(tree)
            if case .losing(let lost) = cut { #expect(recording.replay(count, losing: lost).tree() == tree) }
        }
        let found = states.map { state in state.map { "\($0.path)=\(String(decoding: $0.bytes, as: UTF8.self))" } }
        #expect(Set(found) == [["/f=old"], ["/f=old", "/g="], ["/f=old", "/g=new"], ["/f="], ["/f=new"]])
    }
}
