public import Logging

/// Makes the lock of a wiki for a run of a date. Nothing is claimed by that.
public typealias LockFactory = @Sendable (any Wiki, DumpDate) throws(DumpError) -> any Lock

/// Dumps the wikis of a farm, one at a time: chooses, locks, runs the jobs, removes old runs.
public struct Worker: Sendable {
    private let farm: WikiFarm
    private let jobs: @Sendable (WikiSettings) -> [any Job]
    private let renderer: any IndexRenderer
    private let makeLock: LockFactory
    private let clock: any WallClock
    private let logger: Logger

    /// Makes a worker.
    ///
    /// - Parameters:
    ///   - configuration: What the configuration files say. Read them afresh for every dump.
    ///   - jobs: Gives the jobs of a wiki, in the order in which they run.
    ///   - renderer: Makes the pages; nil for those of the templates.
    ///   - contentSource: Opens the content of a wiki.
    ///   - lock: Makes the lock of a wiki; nil for a file in the wiki's private folder.
    ///   - clock: The clock that dates come from.
    ///   - logger: Where to tell what happens.
    /// - Throws: ``DumpError`` with code `configuration` when a template is damaged.
    public init(
        configuration: Configuration, jobs: @escaping @Sendable (WikiSettings) -> [any Job] = JobList.standard,
        renderer: (any IndexRenderer)? = nil, contentSource: @escaping ContentSourceFactory = ContentSources.open,
        lock: LockFactory? = nil, clock: any WallClock = SystemWallClock(), logger: Logger
    ) throws(DumpError) {
        self.jobs = jobs
        self.clock = clock
        self.logger = logger
        farm = WikiFarm(configuration, contentSource: contentSource)
        if let renderer {
            self.renderer = renderer
        } else {
            self.renderer = try TemplateRenderer(templateDirectory: configuration.farm.templateDirectory)
        }
        let staleAge = configuration.farm.staleAge
        makeLock =
            lock ?? { wiki, date in
                FileLock(
                    wiki: wiki.name, date: date, privateRoot: wiki.directories.privateRoot, staleAge: staleAge,
                    clock: clock)
            }
    }

    /// Dumps the wiki that is asked for, or the one whose turn it is.
    ///
    /// - Returns: what is known about the run at its end.
    /// - Throws: ``DumpError``; `nothingToDo` when every wiki has its dump, `lockHeld` when somebody else is at work,
    ///   and what ``DumpRun/run(_:)`` throws.
    public func run(_ request: RunRequest, _ observer: any DumpObserver) async throws(DumpError) -> RunRecord {
        let (wiki, lock) = try claim(request)
        return try await LockKeeper().keep(lock) { () async throws(DumpError) in
            // Looked up under the lock: another worker may have begun or ended a run just before.
            let run = jobRun(wiki, try date(of: wiki, request), request)
            // A process may die between the end of the last job and the last status file; then only that is left to do.
            let hasWork = try run.plan().contains(where: \.willRun)
            let isInterrupted = try isInterrupted(wiki, run.date)
            guard hasWork || isInterrupted else {
                throw DumpError(
                    .nothingToDo, "the run of \(wiki.name) of \(run.date.dashed) has nothing left to do",
                    remedy: "name jobs with --job to do them again")
            }
            let record = try await run.run(observer)
            if record.isComplete && record.failures == 0 { try removeOldRuns(of: wiki, beside: run.date) }
            return record
        }
    }

    /// What ``run(_:_:)`` would do. Takes no lock and changes nothing on disk.
    public func plan(_ request: RunRequest) throws(DumpError) -> RunPlan {
        let wiki: any Wiki
        if let name = request.wiki {
            wiki = try farm.wiki(name.description)
        } else {
            guard let first = queue(request).candidates.first else { throw Self.nothingDue }
            wiki = first.wiki
        }
        let date = try date(of: wiki, request)
        return RunPlan(wiki: wiki.name, date: date, jobs: try jobRun(wiki, date, request).plan())
    }

    /// Takes the lock of the wiki asked for, or of the first one that is due and free.
    private func claim(_ request: RunRequest) throws(DumpError) -> (any Wiki, any Lock) {
        if let name = request.wiki {
            let wiki = try farm.wiki(name.description)
            // Wrong names of jobs are told before anything is made on disk.
            try request.jobs.check(against: jobs(wiki.settings))
            let lock = try makeLock(wiki, try date(of: wiki, request))
            try lock.acquire(force: false)
            return (wiki, lock)
        }
        let queue = queue(request)
        for problem in queue.problems { logger.warning("\(problem)") }
        if let first = queue.candidates.first { try request.jobs.check(against: jobs(first.wiki.settings)) }
        let claim = try queue.claimNext { candidate throws(DumpError) in
            try makeLock(candidate.wiki, try date(of: candidate.wiki, request))
        }
        switch claim {
        case .claimed(let candidate, let lock): return (candidate.wiki, lock)
        case .nothingDue: throw Self.nothingDue
        case .allHeld(let count):
            throw DumpError(
                .lockHeld, "somebody else is at work on each of the \(count) wikis that are due",
                remedy: "run again when they are done")
        }
    }

    private static let nothingDue = DumpError(
        .nothingToDo, "every wiki has its dump", remedy: "name a wiki and jobs to do them again")

    private func queue(_ request: RunRequest) -> WikiQueue {
        let today = DumpDate(clock.now())
        var criteria = WikiQueue.Criteria(date: today)
        if case .day(let date) = request.date { criteria.date = date }
        criteria.fixedOrder = farm.configuration.farm.fixedDumpOrder
        criteria.byStatusTime = request.jobs.names != nil
        criteria.includesComplete = request.jobs.names != nil && !request.jobs.skipsDone
        return WikiQueue(farm.wikis, criteria: criteria, clock: clock)
    }

    /// The date that a run of a wiki gets.
    private func date(of wiki: any Wiki, _ request: RunRequest) throws(DumpError) -> DumpDate {
        let today = DumpDate(clock.now())
        let runs = RunDirectories(wiki.directories)
        switch request.date {
        case .day(let date): return date
        case .last: return try runs.latest() ?? today
        case .automatic:
            guard let latest = try runs.latest() else { return today }
            if latest > today {
                throw DumpError(
                    .clock, "\(wiki.name) has a run of \(latest.dashed), and today is \(today.dashed)",
                    remedy: "set the clock of this machine, or name the date with --date")
            }
            return try isInterrupted(wiki, latest) ? latest : today
        }
    }

    /// Whether the process that made the run of a date died before it could say so.
    private func isInterrupted(_ wiki: any Wiki, _ date: DumpDate) throws(DumpError) -> Bool {
        RunState(statusLine: try RunDirectories(wiki.directories).statusLine(of: date)) == .interrupted
    }

    private func jobRun(_ wiki: any Wiki, _ date: DumpDate, _ request: RunRequest) -> JobRun {
        JobRun(
            wiki: wiki, date: date, jobs: jobs(wiki.settings), selection: request.jobs,
            publisher: RunPublisher(
                directories: wiki.directories, farm: farm.configuration.farm, renderer: renderer),
            clock: clock, logger: logger)
    }

    private func removeOldRuns(of wiki: any Wiki, beside date: DumpDate) throws(DumpError) {
        for removed in try RunPurge(wiki: wiki, keep: wiki.settings.keep).run(beside: date) {
            logger.notice("removed the old run of \(wiki.name) of \(removed.dashed)")
        }
    }
}
