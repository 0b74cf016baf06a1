import Logging

extension JobRun {
    /// Checks that the requested jobs and pieces of files exist.
    public func check() throws(DumpError) {
        try selection.check(against: jobs)
        try checkLengths()
        if options.batchCount != nil, let name = selection.names?.first { _ = try BatchHelp(self, job: name) }
        guard !filter.isEverything else { return }
        for job in jobs where selection.names?.contains(job.name) == true { _ = try files(of: job, askedFor: true) }
    }

    /// Throws if the name of a file would be longer than file systems allow, which otherwise shows in the middle of the run.
    private func checkLengths() throws(DumpError) {
        // A range of pages, a mark or `sha256sums-` may be added to a name.
        let longest = 255 - 35
        for job in jobs {
            for name in job.fileNames(prefix: "\(wiki.name)-\(date)-") where name.utf8.count > longest {
                throw DumpError(
                    .usage, "the file \(name) of job \(job.name) would have a name that is too long for file systems",
                    remedy: "give the wiki a shorter name")
            }
        }
    }

    /// The names of the jobs that a run would do now.
    public func remaining() throws(DumpError) -> [String] {
        try selection.check(against: jobs)
        let jobs = jobs(with: try TableInfo(wiki: wiki, date: date).read())
        var history = RunHistory(wiki: wiki, date: date, smallFiles: publisher.smallFiles)
        let decisions = try selection.decisions(for: jobs) { name throws(DumpError) in
            guard let job = jobs.first(where: { $0.name == name }) else { return false }
            return try history.isDone(job)
        }
        return jobs.map(\.name).filter { decisions[$0]?.isRun == true }
    }

    /// What a run would do now, and why. Changes nothing on disk.
    public func plan() throws(DumpError) -> [PlannedJob] {
        try check()
        let tables = try TableInfo(wiki: wiki, date: date).read()
        let jobs = jobs(with: tables)
        let record = try restore(jobs)
        let decisions = decisions(record)
        let estimates = try RunEstimates(wiki, upTo: date)
        let notes = try FailureNotes(wiki, date)
        var plan: [PlannedJob] = []
        for job in jobs {
            var planned = try planned(job, decisions[job.name], knowsTables: tables != nil)
            planned.estimate = try estimates.estimate(of: job)
            if planned.willRun {
                if record.job(job.name)?.status == .failed, let note = notes[job.name] {
                    let reason = note.reason.split(whereSeparator: \.isNewline).joined(separator: " ")
                    planned.reason += "; failed on \(DumpDate(note.time).dashed): \(reason)"
                }
                planned.commands = try job.commands(for: wiki, date: date, options: options)
                if options.cleanup { planned.removedFiles = try cleanup.files(of: job) }
            }
            plan.append(planned)
        }
        return plan
    }

    /// How long some jobs took in total when they were last done.
    public func expectedMilliseconds(of names: [String]) throws(DumpError) -> Int64? {
        try RunEstimates(wiki, upTo: date).milliseconds(of: jobs.filter { names.contains($0.name) })
    }

    /// Returns the help for the batches of a job.
    public func help(with job: String) throws(DumpError) -> any RunHelp { try BatchHelp(self, job: job) }

    private func planned(
        _ job: any Job, _ decision: JobSelection.Decision?, knowsTables: Bool
    ) throws(DumpError) -> PlannedJob {
        let files = try files(of: job, askedFor: decision?.isRun == true)
        switch decision ?? .keep("not asked for") {
        case .run(let why):
            let condition = knowsTables ? nil : job.table.map { ", if there is a table \($0)" }
            return PlannedJob(name: job.name, willRun: true, reason: why + (condition ?? ""), files: files)
        case .keep(let why), .skip(let why):
            return PlannedJob(name: job.name, willRun: false, reason: why, files: files)
        }
    }

    private var filter: FileFilter { FileFilter(options: options, prefix: "\(wiki.name)-\(date)-") }

    /// The names of the files of a job, as far as they are known: all of them, or only those that the options ask for.
    private func files(of job: any Job, askedFor isAskedFor: Bool) throws(DumpError) -> [String] {
        let prefix = "\(wiki.name)-\(date)-"
        let known = try RunMemory(wiki, date).ranges()
        return !filter.isEverything && isAskedFor
            ? try job.fileNames(prefix: prefix, known: known, askedForBy: options)
            : job.fileNames(prefix: prefix, known: known, among: nil)
    }
}

/// Jobs that cannot be done because of the content they would read, all for the same reason.
struct RefusedJobs {
    var jobs: [any Job]
    let failure: DumpError
}

extension JobRun {
    /// Determines before the first job starts which jobs cannot be done: those that read unreadable content, and those that
    /// depend on them.
    /// - Parameter todo: The jobs that are to be done, in order.
    /// - Throws: ``DumpError`` if the content cannot be read at all.
    func refused(
        of todo: [any Job], by snapshot: any ContentSnapshot
    ) async throws(DumpError) -> [RefusedJobs] {
        var refused: [RefusedJobs] = []
        var places: [String: Int] = [:]
        for part in ContentPart.allCases {
            let readers = todo.filter { $0.reads.contains(part) }
            guard !readers.isEmpty else { continue }
            do throws(DumpError) { try await snapshot.check(part) } catch {
                guard error.code == .schema else { throw error }
                let place = refused.firstIndex { $0.failure.description == error.description } ?? refused.count
                if place == refused.count { refused.append(RefusedJobs(jobs: [], failure: error)) }
                for job in readers where places[job.name] == nil { places[job.name] = place }
            }
        }
        for job in todo {
            let place = places[job.name] ?? job.prerequisites.lazy.compactMap { places[$0] }.first
            guard let place else { continue }
            places[job.name] = place
            refused[place].jobs.append(job)
        }
        return refused
    }

    /// Ends a run that has not started because none of it can be done. The public tree stays as it is.
    func refuse(_ failure: DumpError, _ observer: any DumpObserver) {
        // A stop or a lost lock is not the fault of the wiki.
        guard failure.code != .cancelled, failure.code != .lockLost else { return }
        do throws(DumpError) {
            // Nothing else records that the wiki had its turn.
            try wiki.fileSystem.makeDirectory(
                wiki.directories.privateRoot, permissions: WikiDirectories.privateDirectoryPermissions)
            let earlier = try FailedAttempts.read(wiki)
            try FailedAttempts(refused: date, failure, after: earlier, at: clock.now()).write(wiki)
        } catch {
            logger.warning("\(error)")
        }
        observer.observe(.runRefused(wiki: wiki.name, date: date, failure: failure))
    }
}

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
