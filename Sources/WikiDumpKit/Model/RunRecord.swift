/// What is known about a run of a wiki. Every status file, page and feed is made from it.
public struct RunRecord: Sendable, Hashable {
    /// The wiki.
    public var wiki: WikiName
    /// The date of the run.
    public var date: DumpDate
    /// Whether the wiki is private.
    public var isPrivate: Bool
    /// Whether the wiki is closed.
    public var isClosed: Bool
    /// When this record was made.
    public var updated: UTCTime
    /// The jobs, in execution order.
    public var jobs: [JobRecord]
    /// Whether the process that runs the jobs has finished.
    public var isFinished: Bool
    /// Whether the process ended early, so that the run must be continued.
    public var isAborted = false
    /// The previous run, if its files still exist.
    public var previous: DumpDate?
    /// A notice by the operator for the page of the run, as plain text.
    public var notice: String?

    /// Makes a record.
    public init(
        wiki: WikiName, date: DumpDate, isPrivate: Bool = false, isClosed: Bool = false, updated: UTCTime,
        jobs: [JobRecord], isFinished: Bool = false, previous: DumpDate? = nil, notice: String? = nil
    ) {
        self.wiki = wiki
        self.date = date
        self.isPrivate = isPrivate
        self.isClosed = isClosed
        self.updated = updated
        self.jobs = jobs
        self.isFinished = isFinished
        self.previous = previous
        self.notice = notice
    }

    /// Whether every job is done, failed or skipped.
    public var isComplete: Bool { jobs.allSatisfy { $0.status != .waiting && $0.status != .inProgress } }

    /// The number of failed jobs.
    public var failures: Int { jobs.count { $0.status == .failed } }

    /// How much is missing from the files that this process made, because of damage in the source.
    public var damage: Int64 { jobs.reduce(0) { $0 + ($1.wasRunNow && $1.status == .done ? $1.problems.damage : 0) } }

    /// The number of finished jobs whose files lack content that is damaged in the source.
    public var lackingJobs: Int { jobs.count { $0.status == .done && $0.problems.damage > 0 } }

    /// The public version of the record, without private jobs. Everything published is made from it.
    public var published: RunRecord {
        var record = self
        record.jobs.removeAll(where: \.isPrivate)
        return record
    }

    /// The job with a name; nil if there is none.
    public func job(_ name: String) -> JobRecord? { jobs.first { $0.name == name } }
}

/// What is known about a job of a run.
public struct JobRecord: Sendable, Hashable {
    /// The name on the command line and in status files.
    public var name: String
    /// The description on the page of the run, as plain text.
    public var title: String
    /// A line of further explanation, as plain text.
    public var detail: String?
    /// The state of the job.
    public var status: JobStatus
    /// When the state last changed; nil if it never did.
    public var updated: UTCTime?
    /// The files of the job, sorted as in the job's list. Files that are not made yet are included.
    public var files: [FileRecord]
    /// Why the job failed, or what it reports. This is public plain text, without local paths.
    public var message: String?
    /// The message with all details for the operator. It is never published.
    public var privateMessage: String?
    /// The class of the failure; nil if the job did not fail in this process.
    public var failure: DumpError.Code?
    /// The jobs that failed together with this one for the same reason.
    public var failedAlong: [String] = []
    /// Whether an earlier job's ``failedAlong`` already reports this failure.
    public var isToldAlong = false
    /// Whether its files are in the private folder of a public wiki. Then nothing published mentions the job.
    public var isPrivate = false
    /// Whether this process ran the job.
    public var wasRunNow = false

    /// The content problems of the worst file. Pieces of a file count as one file.
    public var problems: ProblemTally {
        var tallies: [String: ProblemTally] = [:]
        for file in files {
            guard let problems = file.evidence?.problems else { continue }
            // The wiki's name becomes part of the base, which does no harm here.
            let name = DumpFileName(file.name)
            tallies["\(name.base).\(name.type)", default: ProblemTally()].add(problems)
        }
        return tallies.values.max { ($0.damage, $0.count) < ($1.damage, $1.count) } ?? ProblemTally()
    }

    /// Makes a record.
    public init(
        name: String, title: String, detail: String? = nil, status: JobStatus = .waiting, updated: UTCTime? = nil,
        files: [FileRecord] = [], message: String? = nil, failure: DumpError.Code? = nil
    ) {
        self.name = name
        self.title = title
        self.detail = detail
        self.status = status
        self.updated = updated
        self.files = files
        self.message = message
        self.failure = failure
    }
}

/// What is known about a file of a job.
public struct FileRecord: Sendable, Hashable {
    /// The file name, without a folder.
    public var name: String
    /// The current size in bytes; nil if the file does not exist, neither complete nor unfinished.
    public var size: Int64?
    /// Whether the file has its final name.
    public var isComplete: Bool
    /// The hashes of the complete file.
    public var hashes: FileHashes?
    /// The evidence that the complete file holds what it should; nil if there is none.
    public var evidence: FileEvidence?

    /// Makes a record.
    public init(
        name: String, size: Int64? = nil, isComplete: Bool = false, hashes: FileHashes? = nil,
        evidence: FileEvidence? = nil
    ) {
        self.name = name
        self.size = size
        self.isComplete = isComplete
        self.hashes = hashes
        self.evidence = evidence
    }
}

/// The hashes of a file, in lower-case hexadecimal.
public struct FileHashes: Sendable, Hashable {
    /// MD5, 32 digits.
    public var md5: String
    /// SHA-1, 40 digits.
    public var sha1: String
    /// SHA-256, 64 digits.
    public var sha256: String

    /// Makes a set of hashes.
    public init(md5: String, sha1: String, sha256: String) {
        self.md5 = md5
        self.sha1 = sha1
        self.sha256 = sha256
    }
}

/// The state of a job.
public enum JobStatus: String, Sendable, Hashable, CaseIterable {
    /// Not started, or stopped before its end. The next run does it.
    case waiting
    /// In progress. After a crash, this is the state that a dead process left.
    case inProgress = "in-progress"
    /// All its files are complete and agree with their source.
    case done
    /// It ended without all of its files.
    case failed
    /// Skipped on request.
    case skipped
}
