import DumpSimulation
import MWBzUtils
import Synchronization
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
        var found: [Set<String>] = []
        for count in 0...recording.calls.count {
            let numbers = recording.replay(count).pendingChanges.map(\.number)
            var cuts: [PowerCut] = [.losingEverything, .keepingEverything]
            cuts += numbers.flatMap { [.losing([$0]), .keeping([$0])] }
            cuts += (0..<100).map { .random(seed: $0) }
            // Few changes have few subsets, and all of them are tried.
            if numbers.count <= 8 {
                cuts += (0..<1 << numbers.count).map { subset in
                    .losing(Set(numbers.enumerated().filter { subset >> $0.offset & 1 == 1 }.map(\.element)))
                }
            }
            found.append(
                Set(
                    cuts.map { cut in
                        let disk = recording.replay(count)
                        disk.cutPower(cut)
                        return disk.text("/d/file") ?? "nothing"
                    }))
        }
        return (found.reduce(into: []) { $0.formUnion($1) }, found.last ?? [])
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
            let count = Mutex(0)
            let calls = disk.newCalls { (_) throws(Errno) in
                let isNow = count.withLock { count in
                    count += 1
                    return count == number + 1
                }
                if isNow { disk.cutPower(.random(seed: UInt64(number))) }
            }
            let error = failure { () throws(Errno) in
                var file = try StagedFile("/file", .hidden, permissions: .exactly(0o644), calls: calls)
                try file.append(Array(Self.new.utf8))
                try file.place()
            }
            #expect([Self.old, Self.new].contains(disk.text("/file")), "cut at call \(number)")
            if error == nil {
                #expect(disk.text("/file") == Self.new)
                if count.withLock({ $0 }) <= number { return }
            }
        }
        Issue.record("the writer never ends")
    }
}
