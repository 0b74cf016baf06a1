import Synchronization
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// A source that is lost while it is read, or away for a while.
@Suite struct LostSourceTests {
    /// What becomes of the source, try by try.
    final class Fate: Sendable {
        private let state: Mutex<(openings: Int, losses: Int, opened: Int)>

        /// - Parameters:
        ///   - openings: How many openings fail first.
        ///   - losses: In how many readings the connection is lost after the first batch.
        init(openings: Int = 0, losses: Int = 0) { state = Mutex((openings, losses, 0)) }

        /// How often the content was frozen.
        var opened: Int { state.withLock { $0.opened } }

        func open() throws(DumpError) -> Int {
            try state.withLock { (state) throws(DumpError) in
                if state.openings > 0 {
                    state.openings -= 1
                    throw .mariadb(code: 2002, message: "refused", address: MariaDBAddress(database: "testwiki"))
                }
                state.opened += 1
                return state.opened
            }
        }

        func read() throws(DumpError) {
            try state.withLock { (state) throws(DumpError) in
                guard state.losses > 0 else { return }
                state.losses -= 1
                throw .mariadb(code: 2013, message: "lost", address: MariaDBAddress(database: "testwiki"))
            }
        }
    }

    struct ShakyWiki: Wiki {
        let wiki: InMemoryWiki
        let fate: Fate
        var name: WikiName { wiki.name }
        var isPrivate: Bool { wiki.isPrivate }
        var isClosed: Bool { wiki.isClosed }
        var directories: WikiDirectories { wiki.directories }
        var settings: WikiSettings { wiki.settings }
        func contentSource() throws(DumpError) -> any ContentSource {
            ShakySource(source: try wiki.contentSource(), clock: FixedClock(Sample.time), fate: fate)
        }
    }

    struct ShakySource: ContentSource {
        let source: any ContentSource
        let clock: FixedClock
        let fate: Fate
        func facts() async throws(DumpError) -> WikiFacts { try await source.facts() }
        func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
            _ = try fate.open()
            return ShakySnapshot(snapshot: try await source.openSnapshot(), fate: fate)
        }
    }

    struct ShakySnapshot: ContentSnapshot {
        let snapshot: any ContentSnapshot
        let fate: Fate
        var facts: WikiFacts { snapshot.facts }
        func counts() async throws(DumpError) -> ContentCounts { try await snapshot.counts() }
        func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor {
            ShakyCursor(cursor: try await snapshot.revisions(selection), fate: fate)
        }
        func pageWeights(_ pages: Range<Int64>?) async throws(DumpError) -> any PageWeightCursor {
            try await snapshot.pageWeights(pages)
        }
        func logEntries() async throws(DumpError) -> any LogCursor { try await snapshot.logEntries() }
        func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor {
            try await snapshot.titles(namespace: namespace)
        }
        func tableNames() async throws(DumpError) -> [String] { try await snapshot.tableNames() }
        func count(table name: String, for audience: TableAudience) async throws(DumpError) -> TableCount {
            try await snapshot.count(table: name, for: audience)
        }
        func close() async { await snapshot.close() }
    }

    final class ShakyCursor: RevisionCursor {
        let cursor: any RevisionCursor
        let fate: Fate
        private let isBegun = Atomic(false)

        init(cursor: any RevisionCursor, fate: Fate) {
            self.cursor = cursor
            self.fate = fate
        }

        func next() async throws(DumpError) -> RevisionBatch? {
            if isBegun.exchange(true, ordering: .relaxed) { try fate.read() }
            return try await cursor.next()
        }
    }

    private static let jobs = ["pagetitlesdump", "xmlstubsdump", "articlesdump"]

    /// Runs some jobs over a source with a fate.
    private func run(
        _ fate: Fate, retries: Int = 3, wait: Int = 30, in fixture: RunFixture, log: LogCapture = LogCapture()
    ) async throws -> (record: RunRecord?, error: DumpError?, pauses: [Duration]) {
        fixture.wiki.settings.maximumRetries = retries
        fixture.wiki.settings.source.mediaWiki.retryWait = wait
        let timer = SkippingTimer()
        let run = JobRun(
            wiki: ShakyWiki(wiki: fixture.wiki, fate: fate), date: Sample.date("20261124"), jobs: fixture.standardJobs,
            selection: JobSelection(names: Self.jobs),
            publisher: RunPublisher(
                directories: fixture.wiki.directories, farm: fixture.farm.settings, renderer: PlainPages()),
            clock: fixture.clock, timer: timer, logger: log.logger, width: 2)
        do { return (try await run.run(fixture.events), nil, timer.pauses) } catch {
            return (nil, error, timer.pauses)
        }
    }

    private func files(_ fixture: RunFixture) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try fixture.dumpFiles() { files[name] = try fileSystem.read(fixture.folder().appending(name)) }
        return files
    }

    @Test func aLostConnectionMakesTheFileBeginAnewInANewSnapshot() async throws {
        let (undisturbed, fixture) = (try RunFixture(), try RunFixture())
        _ = try await run(Fate(), in: undisturbed)
        let fate = Fate(losses: 2)
        let log = LogCapture()
        let ended = try await run(fate, in: fixture, log: log)
        #expect(ended.record?.failures == 0, "\(ended)")
        #expect(fate.opened == 3)
        #expect(ended.pauses == [.seconds(30), .seconds(60)])
        #expect(try files(fixture) == files(undisturbed))
        let text = log.messages.joined(separator: "\n")
        #expect(text.contains("went away"))
        #expect(text.contains("xmlstubsdump of testwiki: starting over in 30.0 seconds, try 2 of 4"), "\(text)")
        #expect(text.contains("what was done before is from"))
        // What was done before the loss is kept, and not begun again.
        #expect(fixture.begun.count { $0 == "pagetitlesdump" } == 1)
    }

    @Test func aSourceThatIsAwayIsWaitedForAndNotForEver() async throws {
        let fixture = try RunFixture()
        let back = try await run(Fate(openings: 3), in: fixture)
        #expect(back.record?.failures == 0)
        #expect(back.pauses == [.seconds(30), .seconds(60), .seconds(120)])
        let other = try RunFixture()
        let away = try await run(Fate(openings: 4), in: other)
        #expect(away.error?.code == .unavailable && away.error?.message.contains("cannot reach") == true)
        #expect(away.pauses.count == 3)
        let lost = try await run(Fate(losses: 9), retries: 2, in: try RunFixture())
        #expect(lost.error?.code == .unavailable)
        #expect(lost.pauses.count == 2)
    }

    @Test func aRunThatFailedIsRememberedUntilItGoesWell() async throws {
        let fixture = try RunFixture()
        _ = try await run(Fate(openings: 4), in: fixture)
        let failed = try #require(try FailedAttempts.read(fixture.wiki))
        #expect(failed.count == 1 && failed.mayPass)
        #expect(failed.failures["run"]?.contains("cannot reach") == true, "\(failed)")
        _ = try await run(Fate(openings: 4), in: fixture)
        #expect(try FailedAttempts.read(fixture.wiki)?.count == 2)
        _ = try await run(Fate(), in: fixture)
        #expect(try FailedAttempts.read(fixture.wiki) == nil)
    }

    /// A source that says what holds up its readers.
    struct LockedSource: ContentSource {
        func openSnapshot() async throws(DumpError) -> any ContentSnapshot { throw DumpError(.source, "none") }
        func obstacle() async -> String? {
            "testwiki on db1: waiting for table metadata lock: SELECT 1"
        }
    }

    @Test func whatIsWaitedForIsToldOnce() async throws {
        let log = LogCapture()
        let watch = ObstacleWatch(LockedSource(), every: .milliseconds(5), logger: log.logger)
        while log.messages.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(60))
        withExtendedLifetime(watch) {}
        #expect(
            log.messages == [
                "warning waiting for the database: testwiki on db1: waiting for table metadata lock: SELECT 1"
            ])
    }

    @Test func whatCannotPassIsNotTriedAgain() async throws {
        for code: UInt32 in [1045, 1049, 1142, 1146, 2005] {
            let error = DumpError.mariadb(code: code, message: "no", address: MariaDBAddress(database: "testwiki"))
            #expect(error.code == .source || error.code == .schema, "\(code)")
        }
        for code: UInt32 in [1040, 1053, 1205, 1213, 1317, 1412, 1927, 2002, 2003, 2006, 2013] {
            let error = DumpError.mariadb(code: code, message: "no", address: MariaDBAddress(database: "testwiki"))
            #expect(error.code == .unavailable, "\(code)")
        }
    }
}
