import WikiDumpKit

extension RequestedValue {
    /// The option of the command line that gives it.
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
    /// The text of a library in the words of the command line: where it names what was asked of it, with the option for that.
    var namingOptions: String {
        replacing(/`(?<name>[\w.]+)(?: = (?<value>[^`]*))?`/) { match in
            guard let option = RequestedValue(rawValue: String(match.name))?.option else { return String(match.output.0) }
            return match.value.map { "\(option) \($0)" } ?? option
        }
    }
}
