import SystemPackage
import WikiDumpKitTesting

@testable import WikiDumpKit

/// A wiki in memory, with everything that a run of its jobs needs, in a folder that goes away with the value.
final class RunFixture {
    let farm: TemporaryFarm
    let clock = FixedClock(Sample.time)
    let events = EventCapture()
    var wiki: InMemoryWiki

    init(
        _ content: InMemoryContent = InMemoryContent(pageCount: 12, revisionsPerPage: 3), isPrivate: Bool = false
    ) throws {
        farm = try TemporaryFarm()
        wiki = InMemoryWiki(name: Sample.wiki(), folder: farm.root, content: content, isPrivate: isPrivate)
        wiki.settings.source.mediaWiki.retryWait = 0
    }

    /// The folder of the run of a date.
    func folder(_ date: String = "20261124") -> FilePath { wiki.directories.run(Sample.date(date)) }

    /// The note that a run was refused.
    var refusal: FilePath { wiki.directories.privateRoot.appending("attempts.txt") }

    /// The names in that folder of everything but what the publisher writes and what the run remembers of its parts.
    func dumpFiles(_ date: String = "20261124") throws -> [String] {
        try fileSystem.list(folder(date)).filter {
            $0.hasPrefix("testwiki-") && !$0.contains("sums.") && !$0.hasSuffix(FileCertificate.suffix)
                && !$0.hasSuffix("-runsettings.txt")
                || $0.hasSuffix(OutputFile.suffix)
        }
    }

    func text(_ name: String, _ date: String = "20261124") throws -> String {
        try fileSystem.text(folder(date).appending(name)) ?? ""
    }

    /// Which file is there, and when it was changed.
    func identity(_ name: String) throws -> FileSystem.Status? { try fileSystem.status(folder().appending(name)) }

    func jobRun(
        _ jobs: [any Job], _ selection: JobSelection = .all, date: String = "20261124", of other: (any Wiki)? = nil,
        options: RunOptions = RunOptions()
    ) throws -> JobRun {
        JobRun(
            wiki: other ?? wiki, date: Sample.date(date), jobs: jobs, selection: selection, options: options,
            publisher: RunPublisher(
                directories: wiki.directories, farm: farm.settings, renderer: PlainPages()),
            clock: clock, logger: LogCapture().logger, width: 2)
    }

    @discardableResult
    func run(
        _ jobs: [any Job], _ selection: JobSelection = .all, date: String = "20261124", of other: (any Wiki)? = nil,
        options: RunOptions = RunOptions()
    ) async throws -> RunRecord {
        try await jobRun(jobs, selection, date: date, of: other, options: options).run(events)
    }

    /// The jobs that every wiki gets.
    var standardJobs: [any Job] {
        var settings = wiki.settings
        settings.multistream = true
        settings.tools.sevenZip = ""
        return JobList.standard(for: settings)
    }

    /// The names of the jobs that began, in order.
    var begun: [String] {
        events.events.compactMap { if case .jobStarted(let name) = $0 { name } else { nil } }
    }
}

/// Pages that are quickly made: what the jobs have to say.
struct PlainPages: IndexRenderer {
    func runPage(_ run: RunRecord, farm: FarmSettings) throws(DumpError) -> [UInt8] {
        Array(run.jobs.map { "\($0.name) \($0.status.rawValue) \($0.message ?? "")\n" }.joined().utf8)
    }
    func siteIndex(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) throws(DumpError) -> [UInt8] { [] }
}

/// A job of one small file that does what a test wants.
struct TestJob: Job {
    let name: String
    var title: String { "Test job \(name)" }
    var prerequisites: [String] = []
    var failure: DumpError?
    var isPrivate = false
    var table: String?
    var body: @Sendable (JobContext) async throws(DumpError) -> Void = { (_) async throws(DumpError) in }

    func fileNames(prefix: String) -> [String] { ["\(prefix)\(name).txt"] }

    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        let file = try context.create("\(name).txt")
        defer { file.discard() }
        try file.write(Array("half of ".utf8))
        try await body(context)
        if let failure { throw failure }
        try file.write(Array("\(name)\n".utf8))
        return JobReport(files: [try file.commit()])
    }
}

extension RunRecord {
    var statuses: [String: JobStatus] { Dictionary(uniqueKeysWithValues: jobs.map { ($0.name, $0.status) }) }
}

/// The error that a body throws, or nil.
func dumpError(_ body: () async throws -> Void) async -> DumpError? {
    do { try await body() } catch { return error as? DumpError }
    return nil
}
