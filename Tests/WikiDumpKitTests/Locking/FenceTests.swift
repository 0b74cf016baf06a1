import Foundation
import MWBzUtils
import Synchronization
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// A wiki of which only name and folders matter.
private struct FolderWiki: Wiki {
    let name = Sample.wiki("fencedwiki")
    var isPrivate = false
    let isClosed = false
    let directories: WikiDirectories
    var settings: WikiSettings { WikiSettings() }
    func contentSource() throws(DumpError) -> any ContentSource { throw DumpError(.source, "no content here") }
}

/// A lock during whose first confirmation another process takes the wiki over.
private final class SleepingLock: Lock {
    let base: FileLock
    let successor: @Sendable () async throws(DumpError) -> Fence
    let fence = Mutex<Fence?>(nil)

    init(_ base: FileLock, _ successor: @escaping @Sendable () async throws(DumpError) -> Fence) {
        (self.base, self.successor) = (base, successor)
    }

    var wiki: WikiName { base.wiki }
    func acquire(_ date: DumpDate, force: Bool) async throws(DumpError) -> LockGrant {
        try base.acquire(date, force: force)
    }
    func refresh(_ grant: LockGrant) async throws(DumpError) {
        try base.refresh(grant)
        if fence.withLock({ $0 == nil }) { try await takeOver() }
    }
    func release(_ grant: LockGrant) async throws(DumpError) { try base.release(grant) }
    func holders() async throws(DumpError) -> [LockHolder] { try base.holders() }

    func takeOver() async throws(DumpError) {
        let taken = try await successor()
        fence.withLock { $0 = taken }
    }
}

/// Whoever has taken a wiki over is the only one who can still change what others see of it.
@Suite struct FenceTests {
    private let fixture: FarmFixture
    private let wiki: FolderWiki

    init() throws {
        fixture = try FarmFixture()
        wiki = FolderWiki(
            directories: WikiDirectories(
                wiki: Sample.wiki("fencedwiki"), isPrivate: false, publicTree: fixture.path.appending("public"),
                privateTree: fixture.path.appending("private"), temporaryTree: fixture.path.appending("temp")))
    }

    private var root: FilePath { wiki.directories.publicRoot }
    private var privateRoot: FilePath { wiki.directories.privateRoot }
    private var folder: FilePath { root.appending("20261124") }

    private func enter(above floor: Int64 = 0) throws -> Fence { try Fence(taking: wiki, above: floor) }

    /// Everything that others see of the wiki, with its contents.
    private func visible() throws -> [String: String] {
        var found: [String: String] = [:]
        func look(_ path: FilePath) throws {
            for name in try fileSystem.list(path) {
                if path == root || path == privateRoot, name.hasPrefix(".work-") || name == ".fence" { continue }
                let other = path.appending(name)
                if let target = try fileSystem.linkTarget(other) {
                    found[other.string] = "-> \(target)"
                } else if try fileSystem.status(other)?.isDirectory == true {
                    found[other.string] = "folder"
                    try look(other)
                } else {
                    found[other.string] = try fileSystem.text(other)
                }
            }
        }
        try look(root)
        try look(privateRoot)
        return found
    }

    /// What a holder may do, each with the state that it needs.
    private static let acts: [(String, @Sendable (FileSystem, FilePath) throws -> Void)] = [
        ("write", { try $0.write(Array("new".utf8), to: $1.appending("file")) }),
        ("write another", { try $0.write([], to: $1.appending("other")) }),
        ("make a folder", { try $0.makeDirectory($1.appending("folder")) }),
        ("link", { try $0.link($1.appending("link"), to: "file") }),
        ("remove", { try $0.remove($1.appending("file")) }),
        ("remove a tree", { try $0.removeTree($1) }),
        ("move", { try $0.move($1.appending("file"), to: $1.appending("moved")) }),
        ("permissions", { try $0.setPermissions($1.appending("file"), 0o600) }),
        ("time", { try $0.setTime(of: $1.appending("file"), to: UTCTime(seconds: 1)) }),
        (
            "an output file",
            {
                let file = try OutputFile($1.appending("output"), on: $0)
                defer { file.discard() }
                try file.write([1])
                _ = try file.commit()
            }
        ),
        ("a new file", { try $0.calls.open($1.appending("made"), .createNew(0o600)).close() }),
        ("create", { try $0.calls.create($1.appending("created"), permissions: 0o600).close() }),
        ("hard link", { try $0.calls.link($1.appending("file"), as: $1.appending("second")) }),
        ("symbolic link", { try $0.calls.makeSymbolicLink($1.appending("soft"), to: "file") }),
        ("rmdir", { try $0.calls.removeFolder($1.appending("empty")) }),
    ]

    private func prepare() throws {
        try fileSystem.makeDirectory(folder.appending("empty"))
        try fileSystem.write(Array("old".utf8), to: folder.appending("file"))
    }

    @Test(arguments: acts.indices) func theHolderCanDoEverything(index: Int) throws {
        try prepare()
        let before = try visible()
        let fence = try enter()
        let (name, act) = Self.acts[index]
        #expect(throws: Never.self) { try act(fence.fileSystem, folder) }
        if name != "permissions", name != "time" { #expect(try visible() != before, "\(name)") }
        fence.leave()
        #expect(try fileSystem.list(root).filter { $0.hasPrefix(".") } == [])
        #expect(try fileSystem.list(privateRoot) == [".fence"])
    }

    @Test(arguments: acts.indices) func anOvertakenHolderCanDoNothing(index: Int) throws {
        try prepare()
        let old = try enter()
        let new = try enter()
        let before = try visible()
        let times = try fileSystem.status(folder.appending("file"))
        let (name, act) = Self.acts[index]
        do {
            try act(old.fileSystem, folder)
            Issue.record("\(name) succeeded")
        } catch let error as DumpError {
            #expect(error.code == .lockLost, "\(name): \(error)")
        } catch {
            #expect(error as? Errno == .fenced, "\(name): \(error)")
        }
        #expect(try visible() == before, "\(name)")
        #expect(try fileSystem.status(folder.appending("file")) == times, "\(name)")
        // Nor can it do any harm by leaving.
        old.leave()
        #expect(throws: Never.self) { try act(new.fileSystem, folder) }
    }

    @Test func aFileBegunBeforeTheEndIsNotPublished() throws {
        try prepare()
        let old = try enter()
        let file = try OutputFile(folder.appending("file"), on: old.fileSystem)
        try file.write(Array("late".utf8))
        try file.seal()
        let new = try enter()
        #expect(dumpError { _ = try file.commit() }?.code == .lockLost)
        #expect(try fileSystem.text(folder.appending("file")) == "old")
        #expect(new.epoch > old.epoch)
        file.discard()
        new.leave()
        #expect(try fileSystem.list(root) == ["20261124"])
    }

    /// The name of a wiki that must not be published never stands in the public tree.
    @Test func thePublicFolderIsMadeForTheFirstPublicFile() throws {
        let fence = try enter()
        try fence.fileSystem.write([], to: privateRoot.appending("note"))
        #expect(try fileSystem.status(root) == nil)
        try fence.fileSystem.makeDirectory(folder)
        #expect(try fileSystem.list(root).contains("20261124"))
        fence.leave()
        #expect(try fileSystem.list(root) == ["20261124"])

        try fileSystem.removeTree(root)
        let (old, new) = (try enter(), try enter())
        #expect(dumpError { try old.fileSystem.makeDirectory(folder) }?.code == .lockLost)
        #expect(try fileSystem.status(root) == nil)
        try new.fileSystem.makeDirectory(folder)
        #expect(dumpError { try old.fileSystem.makeDirectory(folder.appending("x")) }?.code == .lockLost)
        #expect(try fileSystem.list(folder) == [])
    }

    @Test func thePublicFolderOfNothingGoesAway() throws {
        let fence = try enter()
        try fence.fileSystem.makeDirectory(folder)
        try fence.fileSystem.removeTree(folder)
        fence.leave()
        #expect(try fileSystem.status(root) == nil)
    }

    @Test func theEpochRisesWhateverIsLeft() throws {
        let first = try enter()
        #expect(try enter(above: first.epoch + 50).epoch == first.epoch + 51)
        // A folder of somebody who died before the number was raised.
        try fileSystem.makeDirectory(root.appending(".work-\(first.epoch + 70)~x"))
        #expect(try enter().epoch == first.epoch + 71)
        // Without its marker, the number is at least the time.
        try fileSystem.removeTree(privateRoot.appending(".fence"))
        #expect(try enter().epoch > first.epoch + 71)
        try fileSystem.removeTree(privateRoot)
        let time = SystemWallClock().now().seconds
        #expect(try enter().epoch > time)
    }

    /// An exchange in several steps was cut off or failed in the middle, and somebody's own file is in the old set.
    @Test(arguments: [true, false]) func whatOnlyAWorkFolderHoldsIsTakenBack(isDead: Bool) throws {
        let fence = try enter()
        try fence.fileSystem.makeDirectory(root)
        let work = fence.fileSystem.stagingFolder(of: root.appending("latest"))
        try fileSystem.makeDirectory(work.appending("latest.aside"))
        try fileSystem.link(work.appending("latest.aside/fencedwiki-latest-x"), to: "../20261124/x")
        try fileSystem.makeDirectory(work.appending(".latest.new"))
        try fileSystem.write(Array("mine".utf8), to: work.appending(".latest.new/news-rss.xml"))
        try fileSystem.write([], to: work.appending(".latest.new/fencedwiki-latest-x-rss.xml"))
        if isDead { try enter().leave() } else { fence.leave() }
        #expect(try fileSystem.list(root.appending("latest")) == ["fencedwiki-latest-x", "news-rss.xml"])
        #expect(try fileSystem.list(root) == ["latest"])
    }

    /// What a command leaves in which not even its owner may write does not keep the next holder out.
    @Test func lockedFoldersAreRemoved() throws {
        let old = try enter()
        try old.fileSystem.makeDirectory(folder)
        let locked = old.fileSystem.stagingFolder(of: folder).appending("locked")
        try fileSystem.makeDirectory(locked)
        try fileSystem.write([], to: locked.appending("file"))
        try fileSystem.setPermissions(locked, 0o555)
        try enter().leave()
        #expect(try fileSystem.list(root) == ["20261124"])
    }

    /// A command that has its working directory there can still write, but nobody can see it.
    @Test func aRemovedFolderTakesNothingMore() async throws {
        let old = try enter()
        try old.fileSystem.makeDirectory(folder)
        let work = old.fileSystem.stagingFolder(of: folder)
        // A folder that is removed has no name left.
        let script = "echo begun >first; while [ $(stat -c %h .) != 0 ]; do sleep 0.01; done; echo late >second"
        let command = Command("/bin/sh", ["-c", script], workingDirectory: work)
        let child = Task { await CommandRunner().result(of: Invocation("child", command)) }
        while try fileSystem.status(work.appending("first")) == nil { try await Task.sleep(for: .milliseconds(5)) }
        let new = try enter()
        #expect(await child.value.isFailure)
        new.leave()
        #expect(try visible() == [folder.string: "folder"])
        #expect(try fileSystem.list(root) == ["20261124"])
    }

    @Test func aHelperEndsWithItsHolder() throws {
        #expect(try Fence(joining: wiki) == nil)
        try prepare()
        let holder = try enter()
        let helper = try #require(try Fence(joining: wiki))
        #expect(helper.epoch == holder.epoch)
        // A claim that was given back raises the number as well, and changes nothing for them.
        _ = try EpochMarker(in: privateRoot, on: fileSystem).raise()
        try #require(try Fence(joining: wiki)).leave()
        try helper.fileSystem.write(Array("helped".utf8), to: folder.appending("piece"))
        #expect(try fileSystem.text(folder.appending("piece")) == "helped")
        let other = try #require(try Fence(joining: wiki))
        helper.leave()
        #expect(dumpError { try helper.fileSystem.write([], to: folder.appending("piece")) }?.code == .lockLost)
        try other.fileSystem.write(Array("again".utf8), to: folder.appending("piece"))
        holder.leave()
        #expect(dumpError { try other.fileSystem.write([], to: folder.appending("piece")) }?.code == .lockLost)
        #expect(try Fence(joining: wiki) == nil)
        #expect(try fileSystem.text(folder.appending("piece")) == "again")
    }

    /// Many processes that take the wiki from each other: whoever is not the last can do nothing.
    @Test(arguments: [1, 2, 3, 20_261_130] as [UInt64]) func onlyTheLastHolderActs(seed: UInt64) throws {
        var random = SeededRandom(state: seed)
        try fileSystem.makeDirectory(folder)
        var fences: [Fence] = []
        var written = 0
        for step in 0..<200 {
            if fences.isEmpty || Int.random(in: 0..<6, using: &random) == 0 { fences.append(try enter()) }
            let index = Int.random(in: max(0, fences.count - 3)..<fences.count, using: &random)
            let before = try visible()
            let (name, act) = try #require(Self.acts.randomElement(using: &random))
            let result = Result { try act(fences[index].fileSystem, folder) }
            if index < fences.count - 1 {
                #expect(result.isFailure, "step \(step): \(name)")
                #expect(try visible() == before, "step \(step): \(name)")
            } else if !result.isFailure {
                written += 1
            }
            try prepareAgain(after: name)
        }
        #expect(written > 20)
        #expect(Set(fences.map(\.epoch)).count == fences.count)
    }

    private func prepareAgain(after name: String) throws {
        try fileSystem.removeTree(folder)
        try prepare()
    }

    /// A process may sleep between its claim and its fence, before or after its claim was confirmed.
    @Test(arguments: [true, false]) func whoLostItsClaimTakesNothing(isConfirmed: Bool) async throws {
        let clock = FixedClock(SystemWallClock().now())
        @Sendable func lock(_ host: String) -> FileLock {
            FileLock(
                wiki: wiki.name, privateRoot: privateRoot, on: fileSystem, staleAge: 3600, clock: clock,
                owner: ProcessIdentity(host: host, processID: 1, startTicks: 1, table: nil))
        }
        let claim = try lock("one").acquire(Sample.date(), force: false)
        let successor = SleepingLock(lock("one")) { () async throws(DumpError) in
            clock.advance(by: 3601)
            let claim = try lock("two").acquire(Sample.date(), force: false)
            return try await Fence(taking: wiki, claim, of: lock("two"))
        }
        if !isConfirmed { try await successor.takeOver() }
        let error = await #expect(throws: DumpError.self) { _ = try await Fence(taking: wiki, claim, of: successor) }
        #expect(error?.code == .lockLost)
        let fence = try #require(successor.fence.withLock { $0 })
        try fence.fileSystem.write([1], to: privateRoot.appending("file"))
        fence.leave()
        #expect(try fileSystem.list(privateRoot).filter { $0.hasPrefix(".work-") } == [])
    }

    /// A process may die while it makes the first marker.
    @Test func anUnfinishedMarkerIsRemoved() throws {
        let left = privateRoot.appending(".fence~dead")
        try fileSystem.makeDirectory(left)
        try fileSystem.write([], to: left.appending("1~dead"))
        try enter().leave()
        #expect(try fileSystem.list(privateRoot) == [".fence"])
    }

    @Test func manyTasksTakeItAtOnce() async throws {
        try fileSystem.makeDirectory(root)
        let epochs = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    // Whoever finds itself overtaken while it enters says so.
                    (0..<25).compactMap { _ in try? enter().epoch }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(epochs).count == epochs.count && !epochs.isEmpty)
        let last = try enter()
        #expect(epochs.allSatisfy { $0 < last.epoch })
        last.leave()
        #expect(try fileSystem.list(root) == [])
        #expect(try fileSystem.list(privateRoot) == [".fence"])
    }
}

extension Result {
    fileprivate var isFailure: Bool { if case .failure = self { true } else { false } }
}
