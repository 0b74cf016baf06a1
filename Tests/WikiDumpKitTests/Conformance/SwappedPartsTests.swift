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

    /// A lock that is asked for in another way than our own, such as over a network.
    struct OwnLock: Lock {
        let base: InMemoryLock
        var wiki: WikiName { base.wiki }
        func acquire(_ date: DumpDate, force: Bool) async throws(DumpError) -> LockGrant {
            await Task.yield()
            return try base.acquire(date, force: force)
        }
        func refresh(_ grant: LockGrant) async throws(DumpError) { try base.refresh(grant) }
        func release(_ grant: LockGrant) async throws(DumpError) { try base.release(grant) }
        func holders() async throws(DumpError) -> [LockHolder] {
            await Task.yield()
            return try base.holders()
        }
    }

    @Test func aRunOfOwnParts() async throws {
        let farm = try TemporaryFarm()
        let wiki = OwnWiki(name: Sample.wiki("ownwiki"), directories: farm.directories("ownwiki"))
        let run = JobRun(
            wiki: wiki, date: Sample.date(), jobs: [OwnJob()],
            publisher: RunPublisher(directories: wiki.directories, farm: farm.settings, renderer: OwnRenderer()),
            logger: LogCapture().logger)
        let table = LockTable()
        let lock = OwnLock(base: InMemoryLock(wiki: wiki.name, table: table))
        let record = try await LockKeeper().withLock(lock, for: Sample.date()) { grant async throws(DumpError) in
            #expect(try await lock.holders().map(\.date) == [grant.date])
            return try await run.run(EventCapture())
        }
        #expect(try await lock.holders().isEmpty)
        #expect(record.job("counttitles")?.status == .done)
        let folder = wiki.directories.run(Sample.date())
        #expect(farm.text(folder.appending("ownwiki-20261124-count.txt")) == "3\n")
        #expect(farm.text(folder.appending("index.html")) == "own page of ownwiki")

        let monitor = Monitor(
            farm: farm.settings, wikis: [wiki], renderer: OwnRenderer(),
            locks: { OwnLock(base: InMemoryLock(wiki: $0.name, table: table)) },
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
            locks: { OwnLock(base: InMemoryLock(wiki: $0.name, table: table)) },
            clock: FixedClock(Sample.time), logger: LogCapture().logger)
        let blocker = InMemoryLock(wiki: Sample.wiki("awiki"), table: table)
        let grant = try blocker.acquire(Sample.date(), force: false)
        let first = try await worker.run(RunRequest(), EventCapture())
        #expect(first.wiki == Sample.wiki("bwiki"), "the lock of awiki is held")
        let held = await dumpError { _ = try await worker.run(RunRequest(), EventCapture()) }
        #expect(held?.code == .lockHeld)
        try blocker.release(grant)
        #expect(try await worker.run(RunRequest(), EventCapture()).wiki == Sample.wiki("awiki"))
        let idle = await dumpError { _ = try await worker.run(RunRequest(), EventCapture()) }
        #expect(idle?.code == .nothingToDo)
        let names = try fileSystem.list(farm.settings.privateTree.appending("awiki"))
        #expect(names == [".fence", "20261124"], "no lock files")
    }

    @Test func aRunOfOnesOwn() async throws {
        let farm = try TemporaryFarm()
        let wiki = OwnWiki(name: Sample.wiki("ownwiki"), directories: farm.directories("ownwiki"))
        let table = LockTable()
        let epochs = Mutex<[Int64]>([])
        let worker = Worker(
            wikis: [wiki],
            makeRun: { wiki, date, request in
                if let epoch = request.epoch { epochs.withLock { $0.append(epoch) } }
                return OwnRun(wiki: wiki, date: date)
            },
            locks: table.factory(),
            clock: FixedClock(Sample.time), logger: LogCapture().logger)
        #expect(try await worker.plan(RunRequest()).jobs.map(\.name) == ["own"])
        let events = EventCapture()
        let record = try await worker.run(RunRequest(wiki: wiki.name), events)
        #expect(record.isComplete && record.date == Sample.date())
        #expect(events.events.count == 1)
        #expect(Set(epochs.withLock { $0 }).count == 1, "the run knows under which claim it is made")
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
        try fileSystem.write(Array(text.utf8), to: farm.root.appending("wikidump.conf"), durable: false)
        try fileSystem.write(Array("awiki\nbwiki\n".utf8), to: farm.root.appending("all.dblist"), durable: false)
        return try ConfigurationLoader(
            systemFile: nil, homeDirectory: nil, programDirectory: nil, workingDirectory: farm.root
        ).load("wikidump.conf")
    }
}
