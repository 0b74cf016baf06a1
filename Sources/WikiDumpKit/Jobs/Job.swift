public import Logging
public import SystemPackage

/// A part of a dump run that makes some files, or none.
///
/// Conform a type of your own to add files to the dumps of a farm. It has to pass `JobConformance` of
/// WikiDumpKitTesting.
///
/// ### What a job has to keep to
/// - It writes only the files it lists, with ``OutputFile`` or in another way that never shows an incomplete file under
///   its final name.
/// - It is done when every file is complete and holds what it should; otherwise it throws.
/// - Doing it again gives the same bytes when the snapshot is the same.
/// - It passes on what the source could not read as it should, in ``JobReport/problems``.
/// - What the source throws, it throws.
/// - It stops within two seconds after its task is cancelled, and throws `cancelled`.
public protocol Job: Sendable {
    /// The name on the command line and in status files: ASCII letters, digits, `-` and `_`.
    var name: String { get }
    /// What the page of the run says about it.
    var title: String { get }
    /// A line of further explanation.
    var detail: String? { get }
    /// The names of jobs that have to be done before.
    var prerequisites: [String] { get }
    /// Whether nobody outside may see its files: they go into the private folder of the run, and no published file or
    /// page names the job.
    var isPrivate: Bool { get }
    /// The table it needs, without the prefix: where the source lacks it, the wiki does not have the job. nil for none.
    var table: String? { get }
    /// The parts of the content it reads: where one of them cannot be read, the job is not begun.
    var reads: Set<ContentPart> { get }
    /// The names of its files, without a folder.
    /// - Parameter prefix: `WIKI-DATE-`, what every name begins with.
    func fileNames(prefix: String) -> [String]
    /// The names of its files, for jobs that cannot know all of them before they run.
    /// - Parameters:
    ///   - prefix: `WIKI-DATE-`, what every name begins with.
    ///   - found: The names in the folder of the run.
    /// - Returns: the names of the files that it made, if it is done; else at least those that it found.
    func fileNames(prefix: String, among found: [String]) -> [String]
    /// The names of its files, for jobs that plan pieces of them while they run.
    /// - Parameters:
    ///   - prefix: `WIKI-DATE-`, what every name begins with.
    ///   - known: The pieces that the run has planned so far.
    ///   - found: The names in the folder of the run; nil to get only the names that are known without it.
    func fileNames(prefix: String, known: KnownRanges, among found: [String]?) -> [String]
    /// The names of those files that an invocation asks for, as far as they are known before the job runs.
    /// - Parameters:
    ///   - prefix: `WIKI-DATE-`, what every name begins with.
    ///   - known: The pieces that the run has planned so far.
    ///   - options: What the invocation asks for.
    /// - Throws: ``DumpError`` with code `usage` if it asks for a piece that there is not.
    func fileNames(prefix: String, known: KnownRanges, askedForBy options: RunOptions) throws(DumpError) -> [String]
    /// The files that can be made in pieces, by their names after the prefix as long as they are whole; a file and its index
    /// in one group. An invocation can ask for single pieces of these, see ``RunOptions/checkpoint``.
    var dividedFiles: [[String]] { get }
    /// How several processes share the job, each doing batches of it; nil if one process does the job.
    var sharing: JobSharing? { get }
    /// The commands that it starts, in order, as far as they are known before it runs. Starts none and touches no file.
    /// - Parameters:
    ///   - wiki: The wiki that would be dumped.
    ///   - date: The date of the run.
    ///   - options: What the invocation would ask of the job.
    /// - Throws: ``DumpError`` when the configuration lacks something that a command needs.
    func commands(for wiki: any Wiki, date: DumpDate, options: RunOptions) throws(DumpError) -> [Command]
    /// Makes the files.
    /// - Throws: ``DumpError``; `jobFailed`, `outputBad`, `cancelled` or what the source and the file system throw.
    func run(_ context: JobContext) async throws(DumpError) -> JobReport
}

extension Job {
    /// No further explanation.
    public var detail: String? { nil }
    /// Nothing has to be done before.
    public var prerequisites: [String] { [] }
    /// The names that are known anyway.
    public func fileNames(prefix: String, among found: [String]) -> [String] { fileNames(prefix: prefix) }
    /// The names that are known anyway, or those among what was found.
    public func fileNames(prefix: String, known: KnownRanges, among found: [String]?) -> [String] {
        if let found { fileNames(prefix: prefix, among: found) } else { fileNames(prefix: prefix) }
    }
    /// Those names that are known without a look at the folder, as far as they tell that they are asked for.
    public func fileNames(
        prefix: String, known: KnownRanges, askedForBy options: RunOptions
    ) throws(DumpError) -> [String] {
        let filter = FileFilter(options: options, prefix: prefix)
        return fileNames(prefix: prefix, known: known, among: nil).filter { filter.includes($0, of: self) }
    }
    /// No file is made in pieces.
    public var dividedFiles: [[String]] { [] }
    /// One process does the job.
    public var sharing: JobSharing? { nil }
    /// It does its work within the process.
    public func commands(for wiki: any Wiki, date: DumpDate, options: RunOptions) throws(DumpError) -> [Command] { [] }
    /// Published where everything of the wiki is.
    public var isPrivate: Bool { false }
    /// No table is needed.
    public var table: String? { nil }
    /// Nothing that could be missing by itself is read.
    public var reads: Set<ContentPart> { [] }

    /// The folder in which the files of the job are: the public one of the run, or the private one if the job is private.
    func folder(of wiki: any Wiki, date: DumpDate) -> FilePath {
        isPrivate ? wiki.directories.privateRun(date) : wiki.directories.run(date)
    }
}

/// How several processes share a job. The jobs of this library make it; a job of yours that wraps one of them passes it on.
public struct JobSharing: Sendable {
    /// What is shared.
    let export: ExportJob
}

/// A job that can be done together with others in one reading of the source.
public protocol PassJob: Job {
    /// Names the pass: jobs of one type and one pass are done together.
    var pass: String { get }
    /// Makes the files of several jobs at once.
    /// - Returns: a report for each job, in their order.
    static func run(_ jobs: [Self], _ context: JobContext) async throws(DumpError) -> [JobReport]
}

extension PassJob {
    /// Makes the files of this job alone.
    public func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        guard let report = try await Self.run([self], context).first else {
            throw DumpError(.jobFailed, "job \(name) gave no report")
        }
        return report
    }
}

/// What a job gets to work with.
public struct JobContext: Sendable {
    /// The wiki.
    public let wiki: any Wiki
    /// The date of the run.
    public let date: DumpDate
    /// The content, frozen for the whole run.
    public let snapshot: any ContentSnapshot
    /// What the invocation asks of the jobs.
    public let options: RunOptions
    /// How many cores to keep busy.
    public let width: Int
    /// Where to tell what happens.
    public let logger: Logger
    /// Told how far the job of a name is. May be called often and from any task.
    public var progress: @Sendable (String, JobProgress) -> Void
    /// Whether the job is private, so that its files go into the private folder of the run.
    public var isPrivate = false
    /// When the content was frozen, if that is known.
    public var snapshotTime: UTCTime?
    /// The jobs that were done before and are done again. Of others, pieces that are complete may stay: an earlier process
    /// began the job and did not end it.
    public var redoneJobs: Set<String> = []
    /// What the files of the job lack because the wiki hides it.
    var withheld = Withheld()
    /// Reads hashes and certificates.
    var smallFiles = SmallFiles()
    /// Tells what time it is.
    public var clock: any WallClock = SystemWallClock()
    /// What pauses are waited by.
    public var timer: any Clock<Duration> = ContinuousClock()
    /// Which try of the job this is, from 1: a source that was lost makes it begin anew.
    public var attempt = 1
    /// The number of the claim on the wiki under which the run is made, see ``LockGrant/epoch``; nil if there is none.
    public var epoch: Int64?

    /// Makes a context.
    public init(
        wiki: any Wiki, date: DumpDate, snapshot: any ContentSnapshot, options: RunOptions = RunOptions(),
        width: Int, logger: Logger, progress: @escaping @Sendable (String, JobProgress) -> Void
    ) {
        self.wiki = wiki
        self.date = date
        self.snapshot = snapshot
        self.options = options
        self.width = width
        self.logger = logger
        self.progress = progress
    }

    /// What the name of every file of the run begins with: `WIKI-DATE-`.
    public var prefix: String { "\(wiki.name)-\(date)-" }

    /// Where a file of the job goes: the public folder of the run, or the private one if the job is private.
    public func path(_ fileName: String) -> FilePath {
        let directories = wiki.directories
        return (isPrivate ? directories.privateRun(date) : directories.run(date)).appending(fileName)
    }

    /// The permission bits of a file of the job.
    public var filePermissions: UInt16 {
        isPrivate ? WikiDirectories.privateFilePermissions : wiki.directories.filePermissions
    }

    /// Permission bits of the certificates and checksums of the job.
    var statusPermissions: UInt16 {
        isPrivate ? WikiDirectories.privateFilePermissions : wiki.directories.statusPermissions
    }

    /// Whether nothing stays that an earlier process made of a job.
    func beginsAnew(_ job: String) -> Bool { options.cleanup || redoneJobs.contains(job) }

    /// Begins a file of the job. Nobody but its owner and group may read a file of a private wiki or job.
    /// - Parameter name: The name after the prefix.
    /// - Parameter mark: See ``OutputFile/init(_:permissions:mark:)``.
    /// - Throws: ``DumpError`` with code `permission`, `diskFull` or `fileSystem`.
    public func create(_ name: String, mark: String? = nil) throws(DumpError) -> OutputFile {
        try OutputFile(path(prefix + name), permissions: filePermissions, mark: mark)
    }
}

/// How far a job is.
public struct JobProgress: Sendable, Hashable {
    /// Pages written.
    public var pages: Int64
    /// Revisions, log entries or lines written.
    public var items: Int64
    /// How many items there will be, if that is known.
    public var expectedItems: Int64?
    /// Bytes before compression.
    public var bytesIn: Int64
    /// Bytes of the files so far.
    public var bytesOut: Int64

    /// Makes a statement of progress.
    public init(
        pages: Int64 = 0, items: Int64 = 0, expectedItems: Int64? = nil, bytesIn: Int64 = 0, bytesOut: Int64 = 0
    ) {
        self.pages = pages
        self.items = items
        self.expectedItems = expectedItems
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
    }

    static func + (a: JobProgress, b: JobProgress) -> JobProgress {
        JobProgress(
            pages: a.pages + b.pages, items: a.items + b.items, expectedItems: a.expectedItems ?? b.expectedItems,
            bytesIn: a.bytesIn + b.bytesIn, bytesOut: a.bytesOut + b.bytesOut)
    }

    /// In words, for a page: `1200 of 5000, 30.1 MB read, 4.0 MB written`.
    public var text: String {
        let done = expectedItems.map { "\(items) of \($0)" } ?? "\(items)"
        return "\(done), \(sizeText(bytesIn)) read, \(sizeText(bytesOut)) written"
    }
}

/// What a job that is done has to say.
public struct JobReport: Sendable, Hashable {
    /// The complete files with sizes and hashes.
    public var files: [FileRecord]
    /// What in the source could not be read as it should be.
    public var problems: ProblemTally
    /// The names of files that are still to be made, because the invocation asked for others only: the job is not done.
    public var missing: [String]

    /// Makes a report.
    public init(files: [FileRecord], problems: ProblemTally = ProblemTally(), missing: [String] = []) {
        self.files = files
        self.problems = problems
        self.missing = missing
    }
}
