import Synchronization
import SystemPackage
import WikiDumpKitTesting

@testable import WikiDumpKit

/// A wiki whose history is written in ranges of five pages, two in a batch, and shared.
final class BatchFixture {
    static let job = JobList.metaHistory.name
    let run: RunFixture
    let log = LogCapture()
    /// What the signs of life are measured by. It stands still unless it is told otherwise.
    var clock: FixedClock { run.clock }
    /// What the reading of texts waits for, or fails by.
    var trouble: @Sendable (RevisionSelection) async throws(DumpError) -> Void = { (_) async throws(DumpError) in }

    init(pages: Int = 40, isShared: Bool = true) throws {
        run = try RunFixture(InMemoryContent(pageCount: pages, revisionsPerPage: 3))
        run.wiki.settings.tools.sevenZip = ""
        run.wiki.settings.parts.usesRanges = true
        run.wiki.settings.parts.revisionsPerRange = 15
        run.wiki.settings.batches.isEnabled = isShared
        run.wiki.settings.batches.rangesPerBatch = 2
        run.wiki.settings.maximumRetries = 1
    }

    /// A run, or the view of a process that helps with it.
    func jobRun(
        _ selection: JobSelection = .all, options: RunOptions = RunOptions(), fence: Fence? = nil
    ) -> JobRun {
        let troubled = TroubledWiki(wiki: run.wiki, trouble: trouble)
        let wiki: any Wiki = fence.map { FencedWiki(troubled, $0) } ?? troubled
        return JobRun(
            wiki: wiki, date: Sample.date(),
            jobs: JobList.standard(for: run.wiki.settings).filter { $0.name == Self.job },
            selection: selection, options: options,
            publisher: RunPublisher(
                directories: wiki.directories, farm: run.farm.settings, renderer: PlainPages()),
            clock: clock, logger: log.logger, width: 2)
    }

    func help(_ options: RunOptions = RunOptions(batches: true)) throws -> BatchHelp {
        try BatchHelp(jobRun(options: options), job: Self.job)
    }

    var folder: BatchFolder {
        BatchFolder(run.wiki, Sample.date(), job: Self.job, clock: clock)
    }

    func batches() throws -> [Batch] { try folder.read()?.batches ?? [] }

    /// The dump files and what they hold.
    func contents() throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for name in try run.dumpFiles() { found[name] = try fileSystem.read(run.folder().appending(name)) }
        return found
    }

    func identities() throws -> [String: [UInt64]] {
        var found: [String: [UInt64]] = [:]
        for name in try run.dumpFiles() { found[name] = try run.identity(name)?.identity }
        return found
    }

    /// Waits until something is so.
    func until(_ condition: () throws -> Bool) async throws {
        for _ in 0..<2_000 {
            if try condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw DumpError(.jobFailed, "it did not come true within twenty seconds")
    }
}

/// A wiki in memory whose texts can be hard to get.
private struct TroubledWiki: Wiki {
    let wiki: InMemoryWiki
    let trouble: @Sendable (RevisionSelection) async throws(DumpError) -> Void
    var name: WikiName { wiki.name }
    var isPrivate: Bool { wiki.isPrivate }
    var isClosed: Bool { wiki.isClosed }
    var directories: WikiDirectories { wiki.directories }
    var settings: WikiSettings { wiki.settings }
    func contentSource() throws(DumpError) -> any ContentSource {
        Source(base: try wiki.contentSource(), trouble: trouble)
    }

    struct Source: ContentSource {
        let base: any ContentSource
        let trouble: @Sendable (RevisionSelection) async throws(DumpError) -> Void
        func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
            Snapshot(base: try await base.openSnapshot(), trouble: trouble)
        }
    }

    struct Snapshot: ContentSnapshot {
        let base: any ContentSnapshot
        let trouble: @Sendable (RevisionSelection) async throws(DumpError) -> Void
        var facts: WikiFacts { base.facts }
        func counts() async throws(DumpError) -> ContentCounts { try await base.counts() }
        func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor {
            if selection.includesText { try await trouble(selection) }
            return try await base.revisions(selection)
        }
        func logEntries() async throws(DumpError) -> any LogCursor { try await base.logEntries() }
        func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor {
            try await base.titles(namespace: namespace)
        }
        func tableNames() async throws(DumpError) -> [String] { [] }
        func close() async { await base.close() }
    }
}
