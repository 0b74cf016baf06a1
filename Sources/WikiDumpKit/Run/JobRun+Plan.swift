extension JobRun {
    /// Checks that the requested jobs and pieces of files exist.
    public func check() throws(DumpError) {
        try selection.check(against: jobs)
        guard !filter.isEverything else { return }
        for job in jobs where selection.names?.contains(job.name) == true { _ = try files(of: job, askedFor: true) }
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
        var plan: [PlannedJob] = []
        for job in jobs {
            var planned = try planned(job, decisions[job.name], knowsTables: tables != nil)
            planned.estimate = try estimates.estimate(of: job)
            if planned.willRun {
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
