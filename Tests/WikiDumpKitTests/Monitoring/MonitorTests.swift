import Foundation
import Logging
import Synchronization
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// A wiki of which only name and folders matter.
private struct FolderWiki: Wiki {
    let name: WikiName
    let isPrivate: Bool
    var isClosed = false
    let directories: WikiDirectories
    var settings: WikiSettings { WikiSettings() }
    func contentSource() throws(DumpError) -> any ContentSource { throw DumpError(.source, "no content here") }
}

/// Locks that a test puts there.
private final class FakeLocks: Sendable {
    struct Entry { let date: DumpDate, isStale: Bool }
    let held: Mutex<[WikiName: [Entry]]>
    let asked = Mutex<[String]>([])

    init(_ held: [WikiName: [Entry]] = [:]) { self.held = Mutex(held) }

    func lock(of wiki: any Wiki) -> any Lock {
        asked.withLock { $0.append(wiki.name.description) }
        return FakeLock(wiki: wiki.name, locks: self)
    }
}

private struct FakeLock: Lock {
    let wiki: WikiName
    let locks: FakeLocks

    func acquire(_ date: DumpDate, force: Bool) async throws(DumpError) -> LockGrant {
        locks.held.withLock { $0[wiki] = [FakeLocks.Entry(date: date, isStale: false)] }
        return LockGrant(date: date, epoch: 1, token: "")
    }
    func refresh(_ grant: LockGrant) async throws(DumpError) {}
    func release(_ grant: LockGrant) async throws(DumpError) { locks.held.withLock { $0[wiki] = [] } }
    func holders() async throws(DumpError) -> [LockHolder] {
        (locks.held.withLock { $0[wiki] } ?? []).map {
            LockHolder(date: $0.date, host: "h", processID: 7, age: 9, isStale: $0.isStale)
        }
    }
}

private struct StoppedClock: WallClock {
    func now() -> UTCTime { Sample.time }
}

@Suite struct MonitorTests {
    private func wiki(_ farm: TemporaryFarm, _ name: String, isPrivate: Bool = false) -> FolderWiki {
        FolderWiki(
            name: Sample.wiki(name), isPrivate: isPrivate, directories: farm.directories(name, isPrivate: isPrivate))
    }

    private func monitor(
        _ farm: TemporaryFarm, _ wikis: [FolderWiki], locks: FakeLocks = FakeLocks(), index: String = "index.html",
        on system: FileSystem = fileSystem
    ) throws -> Monitor {
        var settings = farm.settings
        settings.indexName = index
        return Monitor(
            farm: settings, wikis: wikis, renderer: try TemporaryFarm.makeRenderer(), locks: locks.lock,
            clock: StoppedClock(), on: system,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func writesTheIndexes() async throws {
        let farm = try TemporaryFarm()
        let run = Sample.run([Sample.job("a", .done, files: ["1.gz"])])
        try farm.publish(run)
        try farm.publish(
            Sample.run([Sample.job("a", .done, files: ["1.gz"], wiki: "older")], wiki: "older", date: "20261101"))
        let site = try await monitor(farm, [wiki(farm, "older"), wiki(farm, "fresh"), wiki(farm, "testwiki")]).sweep()
        #expect(site.entries.map(\.wiki.description) == ["testwiki", "older", "fresh"])
        #expect(site.status == "Dump process is idle.")
        let page = try #require(farm.text(farm.settings.publicTree.appending("index.html")))
        #expect(page.contains("<a href=\"testwiki/20261124\">testwiki</a>: <span class='done'>Dump complete</span>"))
        #expect(page.contains("has not yet been dumped"))
        #expect(page.contains("<a href=\"index-bydb.html\">wiki name</a>"))
        let twin = try #require(farm.text(farm.settings.publicTree.appending("index-bydb.html")))
        #expect(twin.contains("<a href=\"index.html\">dump date</a>"))
        #expect(twin.range(of: "older")!.lowerBound < twin.range(of: ">testwiki")!.lowerBound)
        let json = farm.text(farm.settings.publicTree.appending("index.json"))
        var expected = #"{"wikis": {"fresh": {}, "older": "#
        expected += farm.text(farm.directories("older").run(Sample.date("20261101")).appending("dumpstatus.json"))!
            .dropLast()
        expected += #", "testwiki": "# + text(DumpStatusFile.json(run, farm: farm.settings)).dropLast() + "}}"
        #expect(json == expected)
    }

    @Test func theIndexesAreReplaced() async throws {
        let farm = try TemporaryFarm()
        let monitor = try monitor(farm, [wiki(farm, "testwiki")])
        try await monitor.sweep()
        let (tree, aside) = (farm.settings.publicTree, farm.root.appending("aside"))
        try fileSystem.makeDirectory(aside)
        let names = ["index.html", "index-bydb.html", "index.json"]
        let before = try names.map { try fileSystem.read(tree.appending($0)) }
        for name in names {
            try FileManager.default.linkItem(atPath: tree.appending(name).string, toPath: aside.appending(name).string)
        }
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["1.gz"])]))
        try await monitor.sweep()
        for (name, bytes) in zip(names, before) {
            #expect(try fileSystem.read(tree.appending(name)) != bytes, "\(name)")
            #expect(try fileSystem.read(aside.appending(name)) == bytes, "\(name) was written in place")
        }
    }

    @Test func tellsNothingOfPrivateWikisButNameAndState() async throws {
        let farm = try TemporaryFarm()
        try farm.publish(
            Sample.run(
                [
                    Sample.job("hushjob", .inProgress, files: ["hush.gz"], wiki: "secret", message: "hush"),
                    Sample.job("b", .done, files: ["1.gz"], wiki: "secret"),
                ], wiki: "secret", isPrivate: true, isFinished: false))
        let locks = FakeLocks([Sample.wiki("secret"): [.init(date: Sample.date(), isStale: false)]])
        let site = try await monitor(farm, [wiki(farm, "secret", isPrivate: true)], locks: locks).sweep()
        for name in ["index.html", "index-bydb.html", "index.json"] {
            let page = try #require(farm.text(farm.settings.publicTree.appending(name)))
            #expect(!page.contains("hush"), "\(name)")
            #expect(!page.contains("20261124"), "\(name)")
            #expect(!page.contains("secret/"), "\(name)")
            #expect(page.contains("Dump in progress") == (name != "index.json"))
        }
        #expect(farm.text(farm.settings.publicTree.appending("index.json")) == #"{"wikis": {}}"#)
        #expect(site.entries[0].date == nil)
        #expect(site.entries[0].updated == nil)
    }

    @Test(arguments: ["zh_min_nan", "be-x-old", "wiki_20260101"])
    func marksTheRunOfADeadProcess(_ name: String) async throws {
        let farm = try TemporaryFarm()
        let jobs = [
            Sample.job("a", .done, files: ["1.gz"], wiki: name),
            Sample.job("b", .inProgress, files: ["2.gz"], wiki: name),
        ]
        try farm.publish(Sample.run(jobs, wiki: name, isFinished: false))
        let folder = farm.directories(name).run(Sample.date())
        let info = farm.text(folder.appending("dumpruninfo.txt"))
        let locks = FakeLocks([Sample.wiki(name): [.init(date: Sample.date(), isStale: true)]])
        let site = try await monitor(farm, [wiki(farm, name)], locks: locks).sweep()
        #expect(site.entries[0].statusText == "dump aborted")
        #expect(site.status == "Dump process is idle.")
        #expect(locks.held.withLock { $0[Sample.wiki(name)]?.isEmpty } == true)
        #expect(
            farm.text(folder.appending("status.html"))?.contains(#"<span class="failed">dump aborted</span>"#) == true)
        #expect(farm.text(folder.appending("dumpruninfo.txt")) == info)
        for file in ["dumpstatus.json", "index.html", "status.html"] {
            #expect(farm.text(folder.appending(file))?.contains("in-progress'") == false)
            #expect(farm.text(folder.appending(file))?.contains("\"in-progress\"") == false)
        }
        #expect(farm.text(folder.appending("dumpstatus.json"))?.contains("interrupted: its process died") == true)
        #expect(farm.text(farm.settings.publicTree.appending("index.json"))?.contains("in-progress") == false)
        // The file of the job that was done is still offered.
        #expect(farm.text(folder.appending("index.html"))?.contains("href=\"\(name)-20261124-1.gz\"") == true)
    }

    @Test func aFinishedRunStaysFinishedWhenOnlyItsLockWasLeft() async throws {
        let farm = try TemporaryFarm()
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["1.gz"])]))
        let locks = FakeLocks([
            Sample.wiki(): [
                .init(date: Sample.date(), isStale: true), .init(date: Sample.date("20261130"), isStale: true),
            ]
        ])
        let site = try await monitor(farm, [wiki(farm, "testwiki")], locks: locks).sweep()
        #expect(site.entries[0].statusText == "Dump complete")
        #expect(locks.held.withLock { $0[Sample.wiki()]?.isEmpty } == true)
        #expect(
            try fileSystem.list(farm.directories().publicRoot) == [
                "20261124", "atom.xml", "feed.json", "index.html", "latest",
            ])
    }

    @Test func warnsOfAPrivateWikiWithPublicRuns() async throws {
        let (farm, log) = (try TemporaryFarm(), LogCapture())
        try fileSystem.makeDirectory(farm.settings.publicTree.appending("secret").appending("20260101"))
        let monitor = Monitor(
            farm: farm.settings, wikis: [wiki(farm, "secret", isPrivate: true), wiki(farm, "testwiki")],
            renderer: try TemporaryFarm.makeRenderer(), locks: FakeLocks().lock, clock: StoppedClock(),
            logger: log.logger)
        try await monitor.sweep()
        #expect(log.messages.count == 1)
        #expect(log.messages.first?.hasPrefix("warning the private wiki secret has runs in the public tree") == true)
    }

    @Test func aRunInProgressWithoutALockIsAborted() async throws {
        let farm = try TemporaryFarm()
        let old = Sample.run([Sample.job("a", .inProgress, date: "20261101")], date: "20261101", isFinished: false)
        for run in [old, Sample.three] { try farm.publish(run) }
        let locks = FileLock.factory(staleAge: 3600, clock: StoppedClock())
        let monitor = Monitor(
            farm: farm.settings, wikis: [wiki(farm, "testwiki")], renderer: try TemporaryFarm.makeRenderer(),
            locks: locks, clock: StoppedClock(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        func statuses() -> [Bool] {
            ["20261101", "20261124"].map {
                farm.text(farm.directories().run(Sample.date($0)).appending("status.html"))?.contains("aborted") == true
            }
        }
        let lock = try locks(wiki(farm, "testwiki"))
        let grant = try await lock.acquire(Sample.date())
        #expect(try await monitor.sweep().entries[0].statusText == "Dump in progress")
        #expect(statuses() == [false, false])
        try await lock.release(grant)
        #expect(try await monitor.sweep().entries[0].statusText == "dump aborted")
        #expect(statuses() == [true, true])
        #expect(try await lock.holders().isEmpty, "the monitor gives the wiki back")
        #expect(try await lock.acquire(Sample.date()).epoch > grant.epoch + 1, "the monitor's own claim is numbered")
    }

    @Test func tellsWhatIsGoingOn() async throws {
        let farm = try TemporaryFarm()
        try farm.publish(Sample.three)
        let locks = FakeLocks([Sample.wiki(): [.init(date: Sample.date(), isStale: false)]])
        let wikis = [wiki(farm, "testwiki")]
        try fileSystem.write(Array("Back <soon>\n".utf8), to: farm.settings.privateTree.appending("maintenance.txt"))
        var site = try await monitor(farm, wikis, locks: locks).sweep()
        #expect(site.status == "Dumps are in progress...")
        #expect(site.entries[0].activeJobs.map(\.message) == ["12 pages"])
        #expect(farm.text(farm.settings.publicTree.appending("index.html"))?.contains("12 pages") == true)
        site = try await monitor(farm, wikis).sweep()
        #expect(site.status == "Back <soon>")
        #expect(farm.text(farm.settings.publicTree.appending("index.html"))?.contains("Back &lt;soon&gt;") == true)
    }

    @Test func oneBadWikiDoesNotStopTheOthers() async throws {
        let farm = try TemporaryFarm()
        try fileSystem.write([], to: farm.settings.publicTree.appending("broken"))
        try farm.publish(Sample.run([Sample.job("a", .done)]))
        for (name, content) in [("cut", "{\"jobs\": "), ("nofile", nil)] {
            try farm.publish(Sample.run([Sample.job("a", .done, wiki: name)], wiki: name))
            let path = farm.directories(name).run(Sample.date()).appending("dumpstatus.json")
            if let content { try fileSystem.write(Array(content.utf8), to: path) } else { try fileSystem.remove(path) }
        }
        try fileSystem.remove(farm.directories("nofile").run(Sample.date()).appending("status.html"))
        let names = ["broken", "cut", "nofile", "testwiki"]
        let monitor = try monitor(farm, names.map { wiki(farm, $0) })
        for _ in 0..<2 {
            let site = try await monitor.sweep()
            let words = Dictionary(uniqueKeysWithValues: site.entries.map { ($0.wiki.description, $0.statusText) })
            #expect(words["broken"]?.hasPrefix("cannot be read") == true)
            #expect(words["broken"]?.contains("/") == false)
            #expect(words["nofile"] == "missing status record")
            #expect(words["testwiki"] == "Dump complete")
            let bytes = try fileSystem.read(farm.settings.publicTree.appending("index.json"))
            #expect(try JSONValue(parsing: bytes)["wikis"]?.members?.map(\.key) == ["testwiki"])
        }
    }

    @Test(arguments: [
        ("index.html", "index-bydb.html"), ("backup.index.html", "backup.index-bydb.html"), ("index", "index-bydb"),
        (".index", ".index-bydb"),
    ])
    func namesOfTheTwin(_ name: String, _ twin: String) async throws {
        let farm = try TemporaryFarm()
        try await monitor(farm, [], index: name).sweep()
        #expect(Set(try fileSystem.list(farm.settings.publicTree)) == Self.files.union([name, twin]))
    }

    /// What the monitor writes besides the pages.
    private static let files: Set = [
        "index.json", "status.json", "atom.xml", "feed.json", "robots.txt", "sitemap.xml", "favicon.svg",
    ]

    /// A sweep that began later has written the pages: what this one saw is older.
    @Test func anOlderSweepWritesNothing() async throws {
        let farm = try TemporaryFarm()
        let newest = farm.settings.privateTree.appending(".newest-sweep")
        try fileSystem.write(Array("9000000000000".utf8), to: newest)
        try await monitor(farm, []).sweep()
        #expect(try fileSystem.list(farm.settings.publicTree).isEmpty)
        try fileSystem.remove(newest)
        try await monitor(farm, []).sweep()
        #expect(
            Set(try fileSystem.list(farm.settings.publicTree)) == Self.files.union(["index-bydb.html", "index.html"]))
    }

    /// A sweep that takes the pages from a later one, which was writing them, writes what it sees then.
    @Test func whoTakesThePagesFromALaterSweepLooksAgain() async throws {
        let farm = try TemporaryFarm()
        let tree = farm.settings.privateTree
        let newest = tree.appending(".newest-sweep")
        let later = Mutex<Int64?>(nil)
        let watched = WatchedCalls { (call, path) throws(Errno) in
            // It is about to take the pages, and has looked at who wrote them.
            guard call == .makeFolder, path.lastComponent?.string.hasPrefix(".work-") == true else { return }
            let marker = (try? fileSystem.list(tree.appending(".fence")).first).flatMap { $0 }
            guard later.withLock({ $0 == nil }), let number = marker.flatMap({ Int64($0.prefix { $0 != "~" }) }) else {
                return
            }
            later.withLock { $0 = number + 1 }
            try? fileSystem.write(Array("\(number + 1)".utf8), to: newest)
        }
        let locks = FakeLocks()
        try await monitor(farm, [wiki(farm, "testwiki")], locks: locks, on: FileSystem(watched)).sweep()
        #expect(locks.asked.withLock { $0 } == ["testwiki", "testwiki"])
        let number = try #require(later.withLock { $0 })
        #expect(try fileSystem.text(newest).flatMap(Int64.init).map { $0 > number } == true)
        #expect(try fileSystem.text(farm.settings.publicTree.appending("index.html"))?.contains("testwiki") == true)
    }

    @Test func looksAtEachWikiOnce() async throws {
        let farm = try TemporaryFarm()
        let names = (0..<70).map { "wiki\($0)" }
        let locks = FakeLocks()
        let site = try await monitor(farm, names.map { wiki(farm, $0) }, locks: locks).sweep()
        #expect(site.entries.map(\.wiki.description) == names.sorted())
        #expect(locks.asked.withLock { $0 } == names)
    }

    /// Stale markers go, in every run of a wiki, and their batches are to be had again. Living ones stay.
    @Test func batchesOfTheDeadAreAborted() async throws {
        let farm = try TemporaryFarm()
        let wiki = wiki(farm, "testwiki")
        let old = Sample.date("20261101")
        for date in [Sample.date(), old] {
            try fileSystem.makeDirectory(wiki.directories.privateRun(date))
            for (host, age, pages) in [("a.example", Int64(3_601), Int64(1)...9), ("b.example", 3_599, 10...19)] {
                let clock = FixedClock(UTCTime(seconds: Sample.time.seconds - age))
                var folder = BatchFolder(wiki, date, job: "historyjob", clock: clock)
                folder.owner = ProcessIdentity(host: host, processID: 1, startTicks: nil, table: nil)
                try folder.update { list throws(DumpError) in
                    list = BatchList((list?.batches ?? []) + [Batch(pages)])
                }
                _ = try folder.claimNext { _ in true }
            }
        }
        // The monitor helps the process that does the run; without one, the next one sees to the batches.
        try fileSystem.makeDirectory(wiki.directories.publicRoot)
        let fence = try Fence(taking: wiki, above: 0)
        defer { fence.leave() }
        try await monitor(farm, [wiki]).sweep()
        for date in [Sample.date(), old] {
            let folder = BatchFolder(wiki, date, job: "historyjob", clock: StoppedClock())
            #expect(try folder.read()?.batches.map(\.status) == [.aborted, .claimed])
            let markers = try fileSystem.list(wiki.directories.privateRun(date)).filter { $0.hasSuffix("-running.txt") }
            #expect(markers == ["job-historyjob-batch-p10p19-running.txt"])
        }
    }

    @Test func aStoppedSweepWritesNothing() async throws {
        let farm = try TemporaryFarm()
        let monitor = try monitor(farm, [wiki(farm, "testwiki")])
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await monitor.sweep()
        }
        task.cancel()
        let error = await #expect(throws: DumpError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(try fileSystem.list(farm.settings.publicTree).isEmpty)
    }

    /// Whoever runs a sweep learns that it could not do everything.
    @Test func problemsAreCounted() async throws {
        let farm = try TemporaryFarm()
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["1.gz"])]))
        #expect(try await monitor(farm, [wiki(farm, "testwiki")]).sweep().problems == 0)
        let line = farm.directories().run(Sample.date()).appending(StatusLine.fileName)
        try fileSystem.remove(line)
        try fileSystem.makeDirectory(line)
        #expect(try await monitor(farm, [wiki(farm, "testwiki")]).sweep().problems > 0)
    }
}
