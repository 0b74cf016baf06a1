import Logging

extension JobSelection {
    /// The pseudo job that is asked for, if any.
    /// - Throws: ``DumpError`` with code `usage` if it is asked for together with jobs.
    package func pseudoJob() throws(DumpError) -> PseudoJob? {
        guard let pseudo = (names ?? []).lazy.compactMap({ PseudoJob(rawValue: $0) }).first else { return nil }
        guard names?.count == 1 else {
            throw DumpError(
                .usage, "\(pseudo.rawValue) cannot be asked for together with jobs",
                remedy: "run it by itself, before the jobs or after them")
        }
        return pseudo
    }
}

extension JobRun {
    /// Does a pseudo job.
    func run(_ pseudo: PseudoJob, _ observer: any DumpObserver) async throws(DumpError) -> RunRecord {
        let directories = wiki.directories
        if pseudo == .createdirs {
            try makeFolders()
        } else if try wiki.fileSystem.status(directories.run(date))?.isDirectory != true {
            throw DumpError(
                .nothingToDo, "there is no run of \(wiki.name) of \(date.dashed)",
                remedy: "name the date of a run with \(RequestedValue.date), or \(RequestedValue.date.set(to: "last"))")
        }
        try applyNotice()
        let wasInterrupted = try isInterrupted()
        var record = try storedRecord()
        record.isFinished = true
        observer.observe(.runStarted(wiki: wiki.name, date: date, jobs: [], isResumed: true))
        let problems =
            pseudo == .latestlinks ? try publisher.publishLinks(record) : try publisher.publish(record)
        for problem in problems { logger.warning("\(problem)") }
        // An interrupted run stays interrupted, so that it will be continued.
        if wasInterrupted, !record.isComplete, pseudo != .latestlinks { try publisher.publishAborted(record) }
        observer.observe(.runEnded(record))
        return record
    }
}
