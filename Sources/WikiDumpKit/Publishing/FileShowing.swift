/// What pages and status files say about a file of a job.
///
/// A file is offered only when its job is done, because only then has it been compared with its source.
package enum FileShowing: Sendable, Hashable {
    /// The file can be downloaded; the size in bytes.
    case offered(Int64)
    /// The file is being written; the size in bytes so far.
    case growing(Int64)
    /// There is nothing to offer.
    case missing

    package init(_ file: FileRecord, of job: JobRecord) {
        switch (job.status, file.size) {
        case (.done, let size?) where file.isComplete: self = .offered(size)
        case (.inProgress, let size?): self = .growing(size)
        default: self = .missing
        }
    }
}

extension RunRecord {
    /// The files that are offered, in the order of the jobs.
    var offeredFiles: [(job: JobRecord, file: FileRecord)] {
        jobs.flatMap { job in
            job.files.compactMap { file in
                if case .offered = FileShowing(file, of: job) { (job, file) } else { nil }
            }
        }
    }
}
