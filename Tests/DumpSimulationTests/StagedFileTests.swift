import DumpSimulation
import MWBzUtils
import SystemPackage
import Testing

/// A power cut at every call of a writer, with all that can be lost of it. Under the final name is the old content or the new
/// one; when the writer has said that it is done, it is the new one.
@Suite struct StagedFileTests {
    private static let (old, new) = ("old content", "new text, longer than a block")
    private typealias Writer = (any FileCalls) throws(Errno) -> Void

    /// The contents that a power cut can leave under the final name: while the writer writes, and after it has ended.
    private func contents(_ write: Writer) throws -> (during: Set<String>, after: Set<String>) {
        let disk = SimulatedDisk.still(DiskTraits(blockSize: 8))
        let calls = disk.newCalls()
        try calls.makeFolder("/d", permissions: 0o755)
        try calls.write(Self.old, to: "/d/file")
        disk.settle()
        disk.startRecording()
        try write(calls)
        let recording = try #require(disk.recording)
        var (during, after): (Set<String>, Set<String>) = ([], [])
        recording.cutEverywhere { count, _, disk in
            let text = disk.text("/d/file") ?? "nothing"
            during.insert(text)
            if count == recording.calls.count { after.insert(text) }
        }
        return (during, after)
    }

    private static let stagings: [(String, StagedFile.Staging)] = [
        ("unnamed", .unnamed), ("hidden", .hidden), ("claimed", .claimed("/d/file.inprog")),
    ]

    @Test(arguments: ["unnamed", "hidden", "claimed"]) func leavesTheOldOrTheNew(staging: String) throws {
        let staging = try #require(Self.stagings.first { $0.0 == staging }?.1)
        let (during, after) = try contents { (calls) throws(Errno) in
            var file = try StagedFile("/d/file", staging, permissions: .exactly(0o644), calls: calls)
            try file.append(Array(Self.new.utf8.prefix(10)))
            try file.append(Array(Self.new.utf8.dropFirst(10)))
            try file.place()
        }
        #expect(during == [Self.old, Self.new])
        #expect(after == [Self.new])
    }

    /// The check finds a writer that does not synchronize the file.
    @Test func findsAFileThatIsNotSynchronized() throws {
        let (during, after) = try contents { (calls) throws(Errno) in
            try calls.write(Self.new, to: "/d/new")
            try calls.rename("/d/new", to: "/d/file")
            try calls.synchronizeFolder("/d")
        }
        #expect(during.contains(""))
        #expect(after.count > 1)
    }

    /// The check finds a writer that does not synchronize the folder.
    @Test func findsAFolderThatIsNotSynchronized() throws {
        let (during, after) = try contents { (calls) throws(Errno) in
            try calls.write(Self.new, to: "/d/new", durably: true)
            try calls.rename("/d/new", to: "/d/file")
        }
        #expect(during == [Self.old, Self.new])
        #expect(after == [Self.old, Self.new])
    }

    /// The check finds a writer that writes in place.
    @Test func findsAFileThatIsWrittenInPlace() throws {
        let (during, _) = try contents { (calls) throws(Errno) in
            try calls.write(Self.new, to: "/d/file", durably: true)
        }
        #expect(during.contains(""))
    }

    /// As above, with the process itself at work when the power goes.
    @Test func leavesTheOldOrTheNewWhereverItIsCutOff() throws {
        for number in 0..<100 {
            let disk = SimulatedDisk.still()
            try disk.newCalls().write(Self.old, to: "/file")
            disk.settle()
            let count = CallCount()
            let calls = disk.newCalls { (_) throws(Errno) in
                if count.next() == number { disk.cutPower(.random(seed: UInt64(number))) }
            }
            let error = failure { () throws(Errno) in
                var file = try StagedFile("/file", .hidden, permissions: .exactly(0o644), calls: calls)
                try file.append(Array(Self.new.utf8))
                try file.place()
            }
            #expect([Self.old, Self.new].contains(disk.text("/file")), "cut at call \(number)")
            if error == nil {
                #expect(disk.text("/file") == Self.new)
                if count.value <= number { return }
            }
        }
        Issue.record("the writer never ends")
    }
}
