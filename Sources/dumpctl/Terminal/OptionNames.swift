import WikiDumpKit

extension RequestedValue {
    var option: String {
        switch self {
        case .date: "--date"
        case .cutoff: "--cutoff"
        case .takesLock: "--force"
        case .jobs: "--job"
        case .skippedJobs: "--skipjobs"
        case .restart: "--restartfrom"
        case .prerequisites: "--prereqs"
        case .part: "--partnum"
        case .checkpoint: "--checkpoint"
        case .afterCheckpoint: "--aftercheckpoint"
        case .pageRange: "--pageidrange"
        case .cleanup: "--cleanup"
        case .prefetchDate: "--prefetchdate"
        case .prefetch: "--noprefetch"
        case .spawn: "--nospawn"
        case .batches: "--batches"
        case .batchCount: "--numbatches"
        case .noticeRemoval: "--delnotice"
        case .sevenZipPrograms: "--sevenzip"
        }
    }
}

extension String {
    /// The text of a library in the words of the command line: a property of a request is replaced by the option
    /// that sets it.
    var namingOptions: String {
        replacing(/`(?<name>[\w.]+)(?: = (?<value>[^`]*))?`/) { match in
            guard let value = RequestedValue(rawValue: String(match.name)) else { return String(match.output.0) }
            return match.value.map { "\(value.option) \($0)" } ?? value.option
        }
    }
}
