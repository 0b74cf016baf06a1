import Logging
import Synchronization
public import SystemPackage
public import WikiDumpKit

/// Checks that a job meets the requirements of the protocol `Job` of WikiDumpKit.
///
/// It runs the job on small wikis in memory: twice normally, then with a source that fails, and in a task that is cancelled.
///
/// ```swift
/// try await JobConformance(MyJob(), folder: FilePath(temporaryFolder)).check()
/// ```
public struct JobConformance: Sendable {
    private let job: any Job
    private let folder: FilePath
    private let content: InMemoryContent
    private let patience: Duration

    /// Creates the checks for a job.
    /// - Parameters:
    ///   - job: The job.
    ///   - folder: An empty folder to work in.
    ///   - content: The content of the wiki to run it on.
    ///   - patience: How long the job may continue after its task is cancelled. A job has two seconds.
    public init(
        _ job: any Job, folder: FilePath,
        content: InMemoryContent = InMemoryContent(pageCount: 10, revisionsPerPage: 3),
        patience: Duration = .seconds(2)
    ) {
        self.job = job
        self.folder = folder
        self.content = content
        self.patience = patience
    }

    /// Runs all checks.
    /// - Throws: ``ConformanceViolation``, or an unexpected error of the job.
    public func check() async throws {
        try checkNames()
        let first = try await checkFiles(try Attempt(job, in: folder.appending("first"), content, .plain, width: 2))
        let second = try await checkFiles(try Attempt(job, in: folder.appending("second"), content, .plain, width: 1))
        try require(first == second, "doing a job again with the same content gives the same bytes")
        for reading in 1...2 {
            let attempt = try Attempt(
                job, in: folder.appending("cut\(reading)"), content, .failing(at: reading), width: 2)
            try checkFailure(await attempt.run(), of: attempt, expected: .source, complete: first)
        }
        try await checkCancellation()
    }

    private func checkNames() throws {
        try require(
            !job.name.isEmpty
                && job.name.utf8.allSatisfy {
                    ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x5F
                },
            "a job name consists of ASCII letters, digits, - and _, but is '\(job.name)'")
        try require(!job.title.isEmpty, "a job has a title")
        try require(!job.prerequisites.contains(job.name), "a job does not need itself")
        let names = job.fileNames(prefix: Attempt.prefix)
        for file in names {
            try require(
                file.hasPrefix(Attempt.prefix) && !file.contains("/"),
                "a file name begins with the prefix and has no folder, but is '\(file)'")
        }
        try require(Set(names).count == names.count, "no two files have the same name, as in \(names)")
    }

    /// Runs the job and checks its files and its report.
    /// - Returns: The hashes of the files.
    private func checkFiles(_ attempt: Attempt) async throws -> [String: FileHashes] {
        let names = job.fileNames(prefix: Attempt.prefix)
        let report = try await attempt.run().get()
        try require(report.files.map(\.name) == names, "the report names the files that were announced, in their order")
        let found = try FileSystem.real.list(attempt.directory)
        try require(Set(found) == Set(names), "the job leaves its files and no others, but left \(found)")
        try require(
            job.fileNames(prefix: Attempt.prefix, known: [:], among: found) == names
                && job.fileNames(prefix: Attempt.prefix) == names,
            "the names of the files stay what they were when the job is done")
        let hashes = try attempt.hashes()
        for file in report.files {
            try require(file.isComplete, "\(file.name) is reported complete")
            try require(
                try FileSystem.real.status(attempt.directory.appending(file.name))?.size == file.size,
                "the size of \(file.name) is as reported")
            try require(file.hashes == hashes[file.name], "the hashes of \(file.name) are as reported")
        }
        for problem in attempt.probe.problems {
            try require(
                report.problems.examples.contains(problem),
                "the report passes on the problems of what was read, but not this one: \(problem)")
        }
        return hashes
    }

    /// Checks how a job ended that could not be completed.
    /// - Parameter complete: The files of a successful run. A job may succeed if it had already read everything it needs.
    private func checkFailure(
        _ result: Result<JobReport, DumpError>, of attempt: Attempt, expected: DumpError.Code,
        complete: [String: FileHashes]
    ) throws {
        let left = try attempt.hashes()
        for (name, hashes) in left {
            try require(
                complete[name] == hashes,
                "nothing incomplete stands under its final name when a job failed, but \(name) does")
        }
        switch result {
        case .success:
            try require(left == complete, "a job that lacks something fails, and says why")
        case .failure(let error):
            try require(error.code == expected, "a job fails with \(expected) here, but threw \(error.code): \(error)")
        }
    }

    private func checkCancellation() async throws {
        var content = content
        content.pages = InMemoryContent(pageCount: 2_000).pages
        content.log = (1...2_000).map { id in
            LogEntry(
                id: id, timestamp: "20260102030405", contributor: Contributor(id: 1, name: Array("Admin".utf8)),
                comment: [], type: Array("delete".utf8), action: Array("delete".utf8),
                title: PageTitle(namespace: 0, title: Array("Page".utf8)), parameters: [], hidden: [])
        }
        let whole = try Attempt(job, in: folder.appending("whole"), content, .plain, width: 2)
        _ = try await whole.run().get()
        let attempt = try Attempt(job, in: folder.appending("cancelled"), content, .slow, width: 2)
        let ended = Mutex<Result<JobReport, DumpError>?>(nil)
        let task = Task {
            let result = await attempt.run()
            ended.withLock { $0 = result }
        }
        while !attempt.probe.hasBeenRead, ended.withLock({ $0 == nil }) {
            try await Task.sleep(for: .milliseconds(1))
        }
        task.cancel()
        let start = ContinuousClock.now
        while ended.withLock({ $0 == nil }), ContinuousClock.now - start < patience {
            try await Task.sleep(for: .milliseconds(5))
        }
        // Anything that is still running ends now.
        attempt.probe.end()
        guard let result = ended.withLock({ $0 }) else {
            throw ConformanceViolation("a job stops within \(patience) after its task was cancelled")
        }
        try checkFailure(result, of: attempt, expected: .cancelled, complete: try whole.hashes())
    }
}

/// A run of a job in a folder.
private struct Attempt {
    static let prefix = "check-wiki_1-20260102-"
    let job: any Job
    let directory: FilePath
    let probe: Probe
    private let wiki: ProbedWiki
    private let date: DumpDate
    private let width: Int

    init(
        _ job: any Job, in folder: FilePath, _ content: InMemoryContent, _ behaviour: Probe.Behaviour, width: Int
    ) throws {
        guard let name = WikiName("check-wiki_1"), let date = DumpDate("20260102") else {
            throw ConformanceViolation("the names of the check are sound")
        }
        self.job = job
        self.date = date
        self.width = width
        probe = Probe(behaviour)
        wiki = ProbedWiki(base: InMemoryWiki(name: name, folder: folder, content: content), probe: probe)
        directory = job.isPrivate ? wiki.directories.privateRun(date) : wiki.directories.run(date)
        try FileSystem.real.makeDirectory(directory)
    }

    func run() async -> Result<JobReport, DumpError> {
        do throws(DumpError) {
            let snapshot = try await wiki.contentSource().openSnapshot()
            var context = JobContext(
                wiki: wiki, date: date, snapshot: snapshot, width: width, logger: LogCapture().logger,
                progress: { _, _ in })
            context.isPrivate = job.isPrivate
            return .success(try await job.run(context))
        } catch {
            return .failure(error)
        }
    }

    /// The hashes of the existing files of the job.
    func hashes() throws -> [String: FileHashes] {
        var hashes: [String: FileHashes] = [:]
        let names = Set(job.fileNames(prefix: Self.prefix))
        for name in try FileSystem.real.list(directory) where names.contains(name) {
            hashes[name] = try FileHashes(of: directory.appending(name))
        }
        return hashes
    }
}
