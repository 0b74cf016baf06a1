import Logging
import Synchronization
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// Every part of a farm is replaced by one of another program's own, through the public interface only.
@Suite struct SwappedPartsTests {
    /// A wiki that is described in the program itself.
    struct OwnWiki: Wiki {
        let name: WikiName
        let isPrivate = false
        let isClosed = false
        let directories: WikiDirectories
        let settings = WikiSettings()
        func contentSource() throws(DumpError) -> any ContentSource { OwnSource() }
    }

    /// Content that is computed.
    struct OwnSource: ContentSource {
        func openSnapshot() async throws(DumpError) -> any ContentSnapshot { OwnSnapshot() }
    }

    struct OwnSnapshot: ContentSnapshot {
        var facts: WikiFacts { InMemoryContent().facts }
        func counts() async throws(DumpError) -> ContentCounts {
            ContentCounts(
                pages: 3, revisions: 0, articles: 3, mainNamespacePages: 3, logEntries: 0, lastPageID: 3,
                lastRevisionID: 0, lastLogID: 0)
        }
        func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor { NoRevisions() }
        func logEntries() async throws(DumpError) -> any LogCursor { NoLog() }
        func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor { OwnTitles() }
        func tableNames() async throws(DumpError) -> [String] { [] }
        func close() async {}
    }

    struct NoRevisions: RevisionCursor {
        func next() async throws(DumpError) -> RevisionBatch? { nil }
    }

    struct NoLog: LogCursor {
        func next() async throws(DumpError) -> LogBatch? { nil }
    }

    final class OwnTitles: TitleCursor {
        let rest = Mutex(["One", "Two", "Three"])
        func next() async throws(DumpError) -> [PageTitle]? {
            rest.withLock { $0.popLast() }.map { [PageTitle(namespace: 0, title: Array($0.utf8))] }
        }
    }

    /// A job that counts titles.
    struct OwnJob: Job {
        let name = "counttitles"
        let title = "Number of titles"
        func fileNames(prefix: String) -> [String] { [prefix + "count.txt"] }
        func run(_ context: JobContext) async throws(DumpError) -> JobReport {
            let cursor = try await context.snapshot.titles(namespace: nil)
            var count = 0
            while let batch = try await cursor.next() { count += batch.count }
            let file = try OutputFile(context.path(context.prefix + "count.txt"))
            try file.write(Array("\(count)\n".utf8))
            return JobReport(files: [try file.commit()])
        }
    }

    struct OwnRenderer: IndexRenderer {
        func runPage(_ run: RunRecord, farm: FarmSettings) throws(DumpError) -> [UInt8] {
            Array("own page of \(run.wiki)".utf8)
        }
        func siteIndex(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) throws(DumpError) -> [UInt8] {
            Array("own index of \(site.entries.count)".utf8)
        }
    }

    /// A run that makes nothing but a record.
    struct OwnRun: DumpRun {
        let wiki: any Wiki
        let date: DumpDate
        func plan() throws(DumpError) -> [PlannedJob] {
            [PlannedJob(name: "own", willRun: true, reason: "always", files: [])]
        }
        func run(_ observer: any DumpObserver) async throws(DumpError) -> RunRecord {
            let record = RunRecord(
                wiki: wiki.name, date: date, updated: UTCTime(seconds: 0),
                jobs: [JobRecord(name: "own", title: "Own", status: .done)], isFinished: true)
            observer.observe(.runEnded(record))
            return record
        }
    }

    struct NoLocks: LockFinder {
        func locks(of wiki: any Wiki) throws(DumpError) -> [FoundLock] { [] }
        func whileUnlocked(_ wiki: any Wiki, _ body: () throws(DumpError) -> Void) throws(DumpError) -> Bool {
            try body()
            return true
        }
    }

    @Test func aRunOfOwnParts() async throws {
        let farm = try TemporaryFarm()
        let wiki = OwnWiki(name: Sample.wiki("ownwiki"), directories: farm.directories("ownwiki"))
        let run = JobRun(
            wiki: wiki, date: Sample.date(), jobs: [OwnJob()],
            publisher: RunPublisher(directories: wiki.directories, farm: farm.settings, renderer: OwnRenderer()),
            logger: LogCapture().logger)
        let lock = InMemoryLock(wiki: wiki.name, date: Sample.date(), table: LockTable())
        let record = try await LockKeeper().keep(try acquired(lock)) { () async throws(DumpError) in
            #expect(try lock.holder() != nil)
            return try await run.run(EventCapture())
        }
        #expect(try lock.holder() == nil)
        #expect(record.job("counttitles")?.status == .done)
        let folder = wiki.directories.run(Sample.date())
        #expect(farm.text(folder.appending("ownwiki-20261124-count.txt")) == "3\n")
        #expect(farm.text(folder.appending("index.html")) == "own page of ownwiki")

        let monitor = Monitor(
            farm: farm.settings, wikis: [wiki], renderer: OwnRenderer(), locks: NoLocks(),
            logger: LogCapture().logger)
        try await monitor.sweep()
        #expect(farm.text(farm.settings.publicTree.appending("index.html")) == "own index of 1")
    }

    @Test func aWorkerOfOwnParts() async throws {
        let farm = try TemporaryFarm()
        let configuration = try Self.configuration(farm)
        let table = LockTable()
        let worker = try Worker(
            configuration: configuration, jobs: { _ in [OwnJob()] }, renderer: OwnRenderer(),
            contentSource: { _, _ in OwnSource() },
            lock: { wiki, date in InMemoryLock(wiki: wiki.name, date: date, table: table) },
            clock: FixedClock(Sample.time), logger: LogCapture().logger)
        let blocker = InMemoryLock(wiki: Sample.wiki("awiki"), date: Sample.date(), table: table)
        try blocker.acquire(force: false)
        let first = try await worker.run(RunRequest(), EventCapture())
        #expect(first.wiki == Sample.wiki("bwiki"), "the lock of awiki is held")
        let held = await dumpError { _ = try await worker.run(RunRequest(), EventCapture()) }
        #expect(held?.code == .lockHeld)
        try blocker.release()
        #expect(try await worker.run(RunRequest(), EventCapture()).wiki == Sample.wiki("awiki"))
        let idle = await dumpError { _ = try await worker.run(RunRequest(), EventCapture()) }
        #expect(idle?.code == .nothingToDo)
        #expect(try FileSystem.list(farm.settings.privateTree.appending("awiki")) == ["20261124"], "no lock files")
    }

    @Test func aRunOfOnesOwn() async throws {
        let farm = try TemporaryFarm()
        let wiki = OwnWiki(name: Sample.wiki("ownwiki"), directories: farm.directories("ownwiki"))
        let table = LockTable()
        let worker = Worker(
            wikis: [wiki], makeRun: { wiki, date, _ in OwnRun(wiki: wiki, date: date) },
            makeLock: { wiki, date in InMemoryLock(wiki: wiki.name, date: date, table: table) },
            clock: FixedClock(Sample.time), logger: LogCapture().logger)
        #expect(try await worker.plan(RunRequest()).jobs.map(\.name) == ["own"])
        let events = EventCapture()
        let record = try await worker.run(RunRequest(wiki: wiki.name), events)
        #expect(record.isComplete && record.date == Sample.date())
        #expect(events.events.count == 1)
        let unknown = await dumpError { _ = try await worker.run(RunRequest(wiki: Sample.wiki("other")), events) }
        #expect(unknown?.code == .unknownWiki)
    }

    static func configuration(_ farm: TemporaryFarm) throws -> Configuration {
        let text = """
            [wiki]
            dblist=all.dblist
            [output]
            public=public
            private=private
            temp=temp
            [source]
            databasepath=none
            siteinfo=none
            """
        try FileSystem.write(Array(text.utf8), to: farm.root.appending("wikidump.conf"), durable: false)
        try FileSystem.write(Array("awiki\nbwiki\n".utf8), to: farm.root.appending("all.dblist"), durable: false)
        return try ConfigurationLoader(
            systemFile: nil, homeDirectory: nil, programDirectory: nil, workingDirectory: farm.root
        ).load("wikidump.conf")
    }

    private func acquired(_ lock: any Lock) throws -> any Lock {
        try lock.acquire(force: false)
        return lock
    }
}
