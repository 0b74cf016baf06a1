public import Logging
public import SystemPackage

/// One step of a dump run. It may make files.
///
/// Conform a type of your own to add files to the dumps of a farm. It must pass `JobConformance` of WikiDumpKitTesting.
///
/// ### What a job must do
/// - It writes only the files it lists. It uses ``OutputFile``, or another way that never shows an incomplete file under its
///   final name.
/// - It returns only when every file is complete and holds what it should; otherwise it throws.
/// - Running it again on the same snapshot gives the same bytes.
/// - It reports whatever the source could not read properly in ``JobReport/problems``.
/// - It rethrows the errors of the source.
/// - It stops within two seconds after its task is cancelled, and throws `cancelled`.
public protocol Job: Sendable {
    /// The name on the command line and in status files: ASCII letters, digits, `-` and `_`.
    var name: String { get }
    /// The title on the page of the run.
    var title: String { get }
    /// A line of further explanation, if any.
    var detail: String? { get }
    /// The names of the jobs that must be done before this one.
    var prerequisites: [String] { get }
    /// Whether its files are kept from the public. They then go into the private folder of the run, and no published file or
    /// page names the job.
    var isPrivate: Bool { get }
    /// The table it needs, without the prefix; nil for none. If the source lacks the table, the wiki does not have the job.
    var table: String? { get }
    /// The parts of the content that it reads. If one of them cannot be read, the job does not start.
    var reads: Set<ContentPart> { get }
    /// The names of its files, without a folder.
    /// - Parameter prefix: `WIKI-DATE-`, which begins every file name.
    func fileNames(prefix: String) -> [String]
    /// The names of its files. For jobs that cannot know all of them before they run, or plan pieces while they run.
    /// - Parameters:
    ///   - prefix: `WIKI-DATE-`, which begins every file name.
    ///   - known: The pieces that the run has planned so far.
    ///   - found: The names in the folder of the run; nil to get only the names that are known without looking there.
    /// - Returns: The names of the files that it made, if the job is done; otherwise at least those that it found.
    func fileNames(prefix: String, known: KnownRanges, among found: [String]?) -> [String]
    /// The names of the files that an invocation asks for, as far as they are known before the job runs.
    /// - Parameters:
    ///   - prefix: `WIKI-DATE-`, which begins every file name.
    ///   - known: The pieces that the run has planned so far.
    ///   - options: What the invocation asks for.
    /// - Throws: ``DumpError`` with code `usage` if the invocation asks for a piece that does not exist.
    func fileNames(prefix: String, known: KnownRanges, askedForBy options: RunOptions) throws(DumpError) -> [String]
    /// The files that can be made in pieces, under the names that the whole files have after the prefix. A file and its index
    /// form one group. An invocation can ask for single pieces of these files, see ``RunOptions/checkpoint``.
    var dividedFiles: [[String]] { get }
    /// The name of the pass in which the job is done; nil if it is done by itself. Jobs of the same type, pass, prerequisites and
    /// privacy are done together, in one reading of the source.
    var pass: String? { get }
    /// How several processes share the job, each of them doing batches; nil if one process does the job.
    var sharing: JobSharing? { get }
    /// The commands that it will start, in order, as far as they are known before it runs. Calling this starts no command and
    /// touches no file.
    /// - Parameters:
    ///   - wiki: The wiki that would be dumped.
    ///   - date: The date of the run.
    ///   - options: What the invocation would ask of the job.
    /// - Throws: ``DumpError`` if the configuration lacks something that a command needs.
    func commands(for wiki: any Wiki, date: DumpDate, options: RunOptions) throws(DumpError) -> [Command]
    /// Makes the files.
    /// - Throws: ``DumpError`` with code `jobFailed`, `outputBad` or `cancelled`, or what the source and the file system throw.
    func run(_ context: JobContext) async throws(DumpError) -> JobReport
    /// Makes the files of all jobs of a pass, or of one job that is done by itself.
    /// - Returns: A report for each job, in the same order.
    static func run(_ jobs: [Self], _ context: JobContext) async throws(DumpError) -> [JobReport]
}

extension Job {
    /// No further explanation.
    public var detail: String? { nil }
    /// No job must be done before.
    public var prerequisites: [String] { [] }
    /// The names that are known before the job runs.
    public func fileNames(prefix: String, known: KnownRanges, among found: [String]?) -> [String] {
        fileNames(prefix: prefix)
    }
    /// The known names that the options ask for, as far as the names themselves show it.
    public func fileNames(
        prefix: String, known: KnownRanges, askedForBy options: RunOptions
    ) throws(DumpError) -> [String] {
        let filter = FileFilter(options: options, prefix: prefix)
        return fileNames(prefix: prefix, known: known, among: nil).filter { filter.includes($0, of: self) }
    }
    /// No file is made in pieces.
    public var dividedFiles: [[String]] { [] }
    /// The job is done by itself.
    public var pass: String? { nil }
    /// Does one job after the other.
    public static func run(_ jobs: [Self], _ context: JobContext) async throws(DumpError) -> [JobReport] {
        var reports: [JobReport] = []
        for job in jobs { reports.append(try await job.run(context)) }
        return reports
    }
    /// One process does the job.
    public var sharing: JobSharing? { nil }
    /// The job starts no command.
    public func commands(for wiki: any Wiki, date: DumpDate, options: RunOptions) throws(DumpError) -> [Command] { [] }
    /// The files are published with the rest of the dump.
    public var isPrivate: Bool { false }
    /// No table is needed.
    public var table: String? { nil }
    /// The job reads nothing that could be missing on its own.
    public var reads: Set<ContentPart> { [] }

    /// The folder for the files of the job: the public one of the run, or the private one if the job is private.
    func folder(of wiki: any Wiki, date: DumpDate) -> FilePath {
        isPrivate ? wiki.directories.privateRun(date) : wiki.directories.run(date)
    }
}

/// How several processes share a job. Only the jobs of this library create it; a job of yours that wraps one of them passes it
/// on.
public struct JobSharing: Sendable {
    let job: String
    /// The name of the undivided file, without the prefix.
    let file: String
    /// The name under which the run remembers the ranges of the file.
    let subset: String
    let parts: PartSettings
    let batches: BatchSettings
    /// Writes the ranges of a batch while the claim on it holds.
    let write: Write

    package typealias Write =
        @Sendable (_ pieces: [DumpPiece], JobContext, BatchClaim) async throws(DumpError) -> ProblemTally

    init(
        job: String, file: String, subset: String, parts: PartSettings, batches: BatchSettings,
        write: @escaping Write
    ) {
        (self.job, self.file, self.subset) = (job, file, subset)
        (self.parts, self.batches) = (parts, batches)
        self.write = write
    }

    /// A job whose batches are single ranges.
    package init(job: String, file: String, subset: String, write: @escaping Write) {
        self.init(
            job: job, file: file, subset: subset, parts: PartSettings(), batches: BatchSettings(rangesPerBatch: 1),
            write: write)
    }
}

/// Everything a job gets to work with.
public struct JobContext: Sendable {
    /// The wiki.
    public let wiki: any Wiki
    /// The date of the run.
    public let date: DumpDate
    /// The content, frozen for the whole run.
    public let snapshot: any ContentSnapshot
    /// What the invocation asks of the jobs.
    public let options: RunOptions
    /// How many cores to use.
    public let width: Int
    /// Where to log.
    public let logger: Logger
    /// Receives the progress of the job with the given name. May be called often and from any task.
    public var progress: @Sendable (String, JobProgress) -> Void
    /// Whether the job is private, so that its files go into the private folder of the run.
    public var isPrivate = false
    /// When the content was frozen, if that is known.
    public var snapshotTime: UTCTime?
    /// Jobs that were done before and are now redone from scratch. For other jobs, complete pieces may stay: an earlier process
    /// started such a job and did not finish it.
    public var redoneJobs: Set<String> = []
    /// What is missing from the files of the job because the wiki hides it.
    var withheld = Withheld()
    /// Reads hashes and certificates.
    var smallFiles: SmallFiles
    /// Tells the time.
    public var clock: any WallClock = SystemWallClock()
    /// The timer for pauses.
    public var timer: any Clock<Duration> = ContinuousClock()
    /// The number of this attempt at the job, from 1. A lost source makes the job start over.
    public var attempt = 1
    /// The number under which the run may change the folders of the wiki, greater than every earlier one and than that of the
    /// claim (``LockGrant/epoch``); nil if there is none.
    public var epoch: Int64?

    /// Creates a context.
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
        smallFiles = SmallFiles(wiki.fileSystem)
        self.progress = progress
    }

    /// The beginning of every file name of the run: `WIKI-DATE-`.
    public var prefix: String { "\(wiki.name)-\(date)-" }

    /// Where a file of the job goes: the public folder of the run, or the private one if the job is private.
    public func path(_ fileName: String) -> FilePath {
        let directories = wiki.directories
        return (isPrivate ? directories.privateRun(date) : directories.run(date)).appending(fileName)
    }

    /// The permission bits for the files of the job.
    public var filePermissions: UInt16 {
        isPrivate ? WikiDirectories.privateFilePermissions : wiki.directories.filePermissions
    }

    /// The permission bits for the certificates and checksums of the job.
    var statusPermissions: UInt16 {
        isPrivate ? WikiDirectories.privateFilePermissions : wiki.directories.statusPermissions
    }

    /// Whether a job starts over and discards what an earlier process made of it.
    func beginsAnew(_ job: String) -> Bool { options.cleanup || redoneJobs.contains(job) }

    /// Creates a file of the job. A file of a private wiki or job can be read only by its owner and group.
    /// - Parameters:
    ///   - name: The name after the prefix.
    ///   - mark: See ``OutputFile/init(_:permissions:mark:on:)``.
    /// - Throws: ``DumpError`` with code `permission`, `diskFull` or `fileSystem`.
    public func create(_ name: String, mark: String? = nil) throws(DumpError) -> OutputFile {
        let path = path(prefix + name)
        let file = try OutputFile(path, permissions: filePermissions, mark: mark, on: wiki.fileSystem)
        file.companions = ChecksumFiles.companions(of: path)
        return file
    }
}

/// The progress of a job.
public struct JobProgress: Sendable, Hashable {
    /// Pages written.
    public var pages: Int64
    /// Revisions, log entries or lines written.
    public var items: Int64
    /// How many items there will be, if that is known.
    public var expectedItems: Int64?
    /// Bytes before compression.
    public var bytesIn: Int64
    /// Bytes written to files so far.
    public var bytesOut: Int64

    /// Creates a progress value.
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

    /// The progress in words, for a page: `1200 of 5000, 30.1 MB read, 4.0 MB written`.
    public var text: String {
        let done = expectedItems.map { "\(items) of \($0)" } ?? "\(items)"
        return "\(done), \(sizeText(bytesIn)) read, \(sizeText(bytesOut)) written"
    }
}

/// The result of a job.
public struct JobReport: Sendable, Hashable {
    /// The complete files with sizes and hashes.
    public var files: [FileRecord]
    /// What could not be read properly in the source.
    public var problems: ProblemTally
    /// The names of files that still have to be made because the invocation asked only for others. While there are any, the job
    /// is not done.
    public var missing: [String]

    /// Creates a report.
    public init(files: [FileRecord], problems: ProblemTally = ProblemTally(), missing: [String] = []) {
        self.files = files
        self.problems = problems
        self.missing = missing
    }
}
