/// What is known about one run of a wiki: the single source of every status file, page and feed around it.
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
    /// The jobs, in the order in which they run.
    public var jobs: [JobRecord]
    /// Whether the process that runs the jobs has ended its work.
    public var isFinished: Bool
    /// Whether that was before its time: the run has to go on.
    public var isAborted = false
    /// The run before this one, if its files are still there.
    public var previous: DumpDate?
    /// A text of the operator for the page of the run. Plain text.
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

    /// Whether no job is left to do: each is done, failed or skipped.
    public var isComplete: Bool { jobs.allSatisfy { $0.status != .waiting && $0.status != .inProgress } }

    /// How many jobs failed.
    public var failures: Int { jobs.count { $0.status == .failed } }

    /// How much is missing from the files that this process made because the source is damaged.
    public var damage: Int64 { jobs.reduce(0) { $0 + ($1.wasRunNow && $1.status == .done ? $1.problems.damage : 0) } }

    /// How many jobs are done whose files lack what is damaged in the source.
    public var lackingJobs: Int { jobs.count { $0.status == .done && $0.problems.damage > 0 } }

    /// The record as everybody may see it, without private jobs: what every published file and page is made from.
    public var published: RunRecord {
        var record = self
        record.jobs.removeAll(where: \.isPrivate)
        return record
    }

    /// The job of that name.
    public func job(_ name: String) -> JobRecord? { jobs.first { $0.name == name } }
}

/// What is known about one job of a run.
public struct JobRecord: Sendable, Hashable {
    /// The name on the command line and in status files.
    public var name: String
    /// What the page of the run says about it. Plain text.
    public var title: String
    /// A line of further explanation. Plain text.
    public var detail: String?
    /// Where it stands.
    public var status: JobStatus
    /// When the status changed last; nil if it never did.
    public var updated: UTCTime?
    /// Its files, in the order of their names in the job's list; those not made yet as well.
    public var files: [FileRecord]
    /// Why it failed, or what it has to report. Plain text that everybody may read: no path of this machine.
    public var message: String?
    /// The same with every detail, for the operator; never published.
    public var privateMessage: String?
    /// The class of the failure, if it failed in this process.
    public var failure: DumpError.Code?
    /// The jobs that failed together with it, for the same reason.
    public var failedAlong: [String] = []
    /// Whether an earlier job tells why this one failed: it is in ``failedAlong`` there.
    public var isToldAlong = false
    /// Whether its files lie in the private folder although the wiki is public: then nothing published names it.
    public var isPrivate = false
    /// Whether this process did it, or tried to.
    public var wasRunNow = false

    /// What was wrong with the content of the file that is worst off; the pieces of a file count as one.
    public var problems: ProblemTally {
        var tallies: [String: ProblemTally] = [:]
        for file in files {
            guard let problems = file.evidence?.problems else { continue }
            // The name of the wiki stays in the base, where it does no harm.
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

/// What is known about one file of a job.
public struct FileRecord: Sendable, Hashable {
    /// The file name, without a folder.
    public var name: String
    /// Bytes on disk now; nil if nothing is there, neither complete nor being written.
    public var size: Int64?
    /// Whether the file stands under its final name.
    public var isComplete: Bool
    /// The hashes of the complete file.
    public var hashes: FileHashes?
    /// What shows that the complete file holds what it should; nil if nothing is known.
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

/// Where a job of a run stands.
public enum JobStatus: String, Sendable, Hashable, CaseIterable {
    /// Not begun, or stopped before its end: the next run does it.
    case waiting
    /// Being done now; after a crash, what a dead process left.
    case inProgress = "in-progress"
    /// All its files are complete, and agree with what they were made from.
    case done
    /// It ended without all its files.
    case failed
    /// Left out on request.
    case skipped
}
