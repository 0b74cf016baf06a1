public import Logging

/// Makes the run of a wiki for a date, with the jobs and options of a request. Throws ``DumpError`` if the notes of an earlier
/// process about the run cannot be read.
public typealias RunFactory = @Sendable (any Wiki, DumpDate, RunRequest) throws(DumpError) -> any DumpRun

/// Dumps the wikis of a farm, one at a time: chooses a wiki, locks it, runs its jobs, and removes old runs.
public struct Worker: Sendable {
    let wikis: [any Wiki]
    private let fixedOrder: Bool
    let makeRun: RunFactory
    private let locks: LockFactory
    let stopFiles: StopFiles?
    let clock: any WallClock
    let logger: Logger

    /// Creates a worker from parts of your own.
    ///
    /// - Parameters:
    ///   - wikis: The wikis, in the order in which they are dumped if nothing else decides.
    ///   - fixedOrder: Keep that order. Otherwise the wiki that was dumped longest ago comes first.
    ///   - makeRun: Makes the run of a wiki.
    ///   - locks: Makes the lock of a wiki.
    ///   - stopFiles: The files with which an operator can hold up the work; nil for none.
    ///   - clock: The clock that determines dates.
    ///   - logger: Where to log.
    public init(
        wikis: [any Wiki], fixedOrder: Bool = false, makeRun: @escaping RunFactory, locks: @escaping LockFactory,
        stopFiles: StopFiles? = nil, clock: any WallClock = SystemWallClock(), logger: Logger
    ) {
        self.wikis = wikis
        self.fixedOrder = fixedOrder
        self.makeRun = makeRun
        self.locks = locks
        self.stopFiles = stopFiles
        self.clock = clock
        self.logger = logger
    }

    /// Creates a worker for the farm of a configuration.
    ///
    /// - Parameters:
    ///   - configuration: The contents of the configuration files. Read them afresh for every dump.
    ///   - jobs: Returns the jobs of a wiki, in the order in which they run.
    ///   - renderer: Makes the pages; nil to use the templates.
    ///   - contentSource: Opens the content of a wiki.
    ///   - locks: Makes the lock of a wiki; nil for a file in the wiki's private folder.
    ///   - stopFiles: The files with which an operator can hold up the work; nil for those in the private tree.
    ///   - clock: The clock that determines dates.
    ///   - logger: Where to log.
    /// - Throws: ``DumpError`` with code `configuration` if a template is damaged.
    public init(
        configuration: Configuration, jobs: @escaping @Sendable (WikiSettings) -> [any Job] = JobList.standard,
        renderer: (any IndexRenderer)? = nil, contentSource: @escaping ContentSourceFactory = ContentSources.open,
        locks: LockFactory? = nil, stopFiles: StopFiles? = nil, clock: any WallClock = SystemWallClock(), logger: Logger
    ) throws(DumpError) {
        let farm = configuration.farm
        let stopFiles = stopFiles ?? StopFiles(in: farm.privateTree, on: configuration.fileSystem)
        let pages: any IndexRenderer =
            if let renderer { renderer } else {
                try TemplateRenderer(templateDirectory: farm.templateDirectory, on: configuration.fileSystem)
            }
        self.init(
            wikis: WikiFarm(configuration, contentSource: contentSource).wikis, fixedOrder: farm.fixedDumpOrder,
            makeRun: { wiki, date, request throws(DumpError) in
                // A run that has been started continues with the parts it started with.
                var settings = wiki.settings
                settings.parts = try RunMemory(wiki, date).recall(settings.parts)
                if !settings.batches.isEnabled {
                    let folder = BatchFolder(wiki, date, job: JobList.metaHistory.name, clock: clock)
                    settings.batches.isEnabled = try folder.exists()
                }
                return JobRun(
                    wiki: wiki, date: date, jobs: jobs(settings), selection: request.jobs,
                    options: request.options, notice: request.notice, epoch: request.epoch,
                    publisher: RunPublisher(
                        directories: wiki.directories, farm: farm, renderer: pages, on: wiki.fileSystem),
                    stopFiles: stopFiles, clock: clock, timer: wiki.fileSystem.surroundings.timer, logger: logger)
            },
            locks: locks ?? FileLock.factory(staleAge: farm.staleAge, clock: clock),
            stopFiles: stopFiles, clock: clock, logger: logger)
    }

    /// Dumps the requested wiki, or the next one in the queue.
    ///
    /// - Returns: The record of the run at its end.
    /// - Throws: ``DumpError`` with code `usage` if the request contradicts itself, before anything is touched; `nothingToDo`
    ///   if every wiki has its dump; `lockHeld` if another process is working; or what ``DumpRun/run(_:)`` throws.
    public func run(_ request: RunRequest, _ observer: any DumpObserver) async throws(DumpError) -> RunRecord {
        try check(request)
        guard !request.options.batches else {
            throw DumpError(.usage, "a process that helps with batches cannot do a run", remedy: "call help instead")
        }
        try stopFiles?.refuse("no dump begins")
        let claim = try await claim(request)
        let (wiki, grant) = (claim.wiki, claim.grant)
        let keeper = LockKeeper(in: wiki.fileSystem.surroundings)
        return try await keeper.keep(grant, of: claim.lock) { () async throws(DumpError) in
            try await Fence.hold(wiki, grant, claim.lock) { wiki, epoch async throws(DumpError) in
                try await run(request, of: wiki, grant.date, epoch, observer)
            }
        }
    }

    /// Makes a run and does it. The wiki is fenced.
    private func run(
        _ request: RunRequest, of wiki: any Wiki, _ date: DumpDate, _ epoch: Int64, _ observer: any DumpObserver
    ) async throws(DumpError) -> RunRecord {
        var request = request
        request.epoch = epoch
        let run = try makeRun(wiki, date, request)
        let isPseudo = try request.jobs.pseudoJob() != nil
        let hasWork = request.notice != nil ? true : try hasWork(wiki, date, request)
        guard hasWork else {
            throw DumpError(
                .nothingToDo, "the run of \(wiki.name) of \(run.date.dashed) has nothing left to do",
                remedy: "name jobs with \(RequestedValue.jobs) to do them again")
        }
        tellIdleOptions(request.options, wiki)
        let wasComplete = try isComplete(wiki, run.date)
        let record = try await run.run(observer)
        // Redoing a job does not make the run newer.
        if record.isComplete, record.failures == 0, !isPseudo, !wasComplete {
            try removeOldRuns(of: wiki, beside: run.date)
        }
        return record
    }

    /// What ``run(_:_:)`` would do. Takes no lock and changes nothing on disk.
    /// - Throws: ``DumpError``, also if the run would refuse to publish the wiki.
    public func plan(_ request: RunRequest) async throws(DumpError) -> RunPlan {
        try check(request)
        if request.options.batches { return try helpPlan(request) }
        let wiki: any Wiki
        if let name = request.wiki {
            wiki = try self.wiki(name)
            try checkCutoff(wiki, request)
        } else {
            let queue = queue(request)
            guard let first = try firstWithWork(queue, request) else { throw Self.nothingDue(queue) }
            wiki = first
        }
        try await checkReaders(of: wiki)
        let date = try date(of: wiki, request)
        let run = try makeRun(wiki, date, request)
        var plan = RunPlan(wiki: wiki.name, date: date, jobs: try run.plan())
        plan.expectedMilliseconds = try run.expectedMilliseconds(of: plan.jobsToRun.map(\.name))
        plan.holder = try await locks(wiki).holders().first { !$0.isStale }
        plan.notice = request.notice
        if try !isComplete(wiki, date), try wouldComplete(plan, run, request) {
            plan.removedRuns = try RunPurge(wiki: wiki, keep: wiki.settings.keep).candidates(beside: date)
        }
        return plan
    }

    /// Asks a wiki whether everybody may read it, as its run would.
    private func checkReaders(of wiki: any Wiki) async throws(DumpError) {
        let answer = try await ReadersCheck(wiki).check { () async throws(DumpError) in
            try await wiki.contentSource().facts()
        }
        guard case .silent(let reason) = answer else { return }
        logger.notice("\(wiki.name) did not say whether everybody may read it: \(reason)")
    }

    /// A wiki that is ours until the claim is released.
    private struct Claim {
        let wiki: any Wiki
        let lock: any Lock
        let grant: LockGrant
    }

    /// Takes the lock of the requested wiki, or of the first one that is due and free.
    private func claim(_ request: RunRequest) async throws(DumpError) -> Claim {
        if let name = request.wiki {
            let wiki = try wiki(name)
            let lock = try locks(wiki)
            try checkCutoff(wiki, request)
            while true {
                let date = try date(of: wiki, request)
                try checkJobs(of: wiki, date, request)
                let ousted = request.takesLock ? try await lock.holders().first { !$0.isStale } : nil
                let grant = try await lock.acquire(date, force: request.takesLock)
                if let ousted {
                    logger.warning(
                        "took the lock of \(wiki.name) from process \(ousted.processID) on \(ousted.host), which stops")
                }
                if try await isCurrent(grant, of: lock, wiki, request) {
                    return Claim(wiki: wiki, lock: lock, grant: grant)
                }
            }
        }
        let queue = queue(request)
        for problem in queue.problems { logger.warning("\(problem)") }
        if let first = queue.candidates.first { try checkJobs(of: first.wiki, queue.criteria.date, request) }
        while true {
            let claim = try await queue.claimNext { candidate throws(DumpError) in
                try isWorthIt(candidate.wiki, request)
            } date: { candidate throws(DumpError) in
                try date(of: candidate.wiki, request)
            } locks: { wiki throws(DumpError) in
                try locks(wiki)
            }
            switch claim {
            case .claimed(let candidate, let lock, let grant):
                if try await isCurrent(grant, of: lock, candidate.wiki, request) {
                    return Claim(wiki: candidate.wiki, lock: lock, grant: grant)
                }
            case .nothingDue: throw Self.nothingDue(queue)
            case .allHeld(let count):
                throw DumpError(
                    .lockHeld, "other processes are at work on all \(count) wikis that are due",
                    remedy: "run again when they are done")
            }
        }
    }

    /// The wikis whose run failed today or since the cutoff, so that the request would not choose them.
    public func failedWikis(_ request: RunRequest) -> [WikiName] {
        let queue = queue(request)
        return (queue.failedToday + queue.failedSinceCutoff + queue.waiting.keys).sorted()
    }

    /// The time of the next retry of a failed run; nil if there is none.
    public func nextRetry(_ request: RunRequest) -> UTCTime? { queue(request).waiting.values.min() }

    /// Checks a request against the rules for combining options.
    /// - Throws: ``DumpError`` with code `usage` or `unknownWiki`.
    public func check(_ request: RunRequest) throws(DumpError) {
        if let name = request.wiki { _ = try wiki(name) }
        try RunRules(request, today: DumpDate(clock.now())).check()
    }

    /// Throws if a named wiki was dumped since the cutoff.
    private func checkCutoff(_ wiki: any Wiki, _ request: RunRequest) throws(DumpError) {
        guard let cutoff = request.cutoff else { return }
        let queue = WikiQueue([wiki], criteria: criteria(request), clock: clock)
        if let problem = queue.problems.first(where: { $0.code != .clock }) { throw problem }
        guard queue.candidates.isEmpty, queue.failedToday.isEmpty, queue.waiting.isEmpty else { return }
        throw DumpError(
            .nothingToDo, "\(wiki.name) was dumped on \(cutoff.dashed) or later",
            remedy: "leave \(RequestedValue.cutoff) out to dump it anyway")
    }

    /// Logs which options have no effect with this source of content.
    private func tellIdleOptions(_ options: RunOptions, _ wiki: any Wiki) {
        let given: [RequestedValue] = [
            options.prefetchDate != nil ? .prefetchDate : nil, options.prefetch ? nil : .prefetch,
            options.spawn ? nil : .spawn,
        ].compactMap { $0 }
        guard !given.isEmpty, wiki.settings.source.producer == .native else { return }
        logger.notice(
            "the texts of \(wiki.name) are all read from its database, so \(given.map(\.description).joined(separator: ", ")) changes nothing"
        )
    }

    /// The first wiki of a queue in which the request finds something to do.
    private func firstWithWork(_ queue: WikiQueue, _ request: RunRequest) throws(DumpError) -> (any Wiki)? {
        for candidate in queue.candidates where try isWorthIt(candidate.wiki, request) { return candidate.wiki }
        return nil
    }

    /// Whether to take a wiki that is due. If only some jobs are wanted and finished ones are left out, there may be nothing to
    /// do in it, and the next wiki must not wait because of that.
    private func isWorthIt(_ wiki: any Wiki, _ request: RunRequest) throws(DumpError) -> Bool {
        let mayBeIdle = request.date == .last || request.jobs.names != nil && request.jobs.skipsDone
        guard mayBeIdle, request.notice == nil else { return true }
        return try hasWork(wiki, try date(of: wiki, request), request)
    }

    private func hasWork(_ wiki: any Wiki, _ date: DumpDate, _ request: RunRequest) throws(DumpError) -> Bool {
        if try request.jobs.pseudoJob() != nil { return true }
        if try !makeRun(wiki, date, request).remaining().isEmpty { return true }
        // A process may die after the last job but before writing the last status file. In that case, only that file is left to
        // do.
        return try isInterrupted(wiki, date)
    }

    /// Throws if the request is impossible, before anything is created on disk. The run itself meets any other obstacles.
    private func checkJobs(of wiki: any Wiki, _ date: DumpDate, _ request: RunRequest) throws(DumpError) {
        do throws(DumpError) { try makeRun(wiki, date, request).check() } catch {
            if error.code == .usage { throw error }
        }
    }

    /// Whether a claim is for the date that the run gets now. Another worker may have started or ended a run just before we got
    /// the lock, or midnight may have passed. In that case the claim is released.
    private func isCurrent(
        _ grant: LockGrant, of lock: any Lock, _ wiki: any Wiki, _ request: RunRequest
    ) async throws(DumpError) -> Bool {
        try await lock.confirm(grant, in: wiki.fileSystem.surroundings) { () throws(DumpError) in
            try date(of: wiki, request) == grant.date
        }
    }

    func wiki(_ name: WikiName) throws(DumpError) -> any Wiki {
        if let wiki = wikis.first(where: { $0.name == name }) { return wiki }
        throw WikiFarm.unknown(name.description, among: wikis.map(\.name))
    }

    private static func nothingDue(_ queue: WikiQueue) -> DumpError {
        if !queue.waiting.isEmpty {
            let list = queue.waiting.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map { name, time in
                "\(name) at \(time.statusText)"
            }
            return DumpError(
                .nothingToDo,
                "every other wiki has its dump; these failed and will be tried again: "
                    + list.joined(separator: ", "), remedy: "run again then, or name the wiki")
        }
        let failed = queue.failedToday.map(\.description).joined(separator: ", ")
        if failed.isEmpty {
            return DumpError(.nothingToDo, "every wiki has its dump", remedy: "name a wiki and jobs to do them again")
        }
        return DumpError(
            .nothingToDo, "every other wiki has its dump; these failed today: \(failed)",
            remedy: "fix the cause and name the wiki to try it again")
    }

    private func queue(_ request: RunRequest) -> WikiQueue {
        WikiQueue(wikis, criteria: criteria(request), clock: clock)
    }

    private func criteria(_ request: RunRequest) -> WikiQueue.Criteria {
        var criteria = WikiQueue.Criteria(date: DumpDate(clock.now()))
        if case .day(let date) = request.date { criteria.date = date }
        criteria.fixedOrder = fixedOrder
        criteria.cutoff = request.cutoff
        criteria.byStatusTime = request.jobs.names != nil
        criteria.includesComplete = request.jobs.names != nil && !request.jobs.skipsDone
        return criteria
    }

    /// The date for a run of a wiki.
    private func date(of wiki: any Wiki, _ request: RunRequest) throws(DumpError) -> DumpDate {
        let today = DumpDate(clock.now())
        // The clock of another machine may be a little ahead around midnight.
        let limit = DumpDate(UTCTime(seconds: clock.now().seconds + 86_400))
        let runs = RunDirectories(wiki)
        switch request.date {
        case .day(let date):
            guard date <= limit else {
                throw DumpError(
                    .usage, "the date \(date.dashed) lies in the future, today is \(today.dashed)",
                    remedy: "give today or an earlier date")
            }
            return date
        case .last: return try runs.latest() ?? today
        case .automatic:
            guard let latest = try runs.latest() else { return today }
            guard latest <= limit else {
                throw DumpError(
                    .clock, "\(wiki.name) has a run dated in the future, \(latest.dashed); today is \(today.dashed)",
                    remedy: "set the clock of this machine, or name the date with \(RequestedValue.date)")
            }
            if try isInterrupted(wiki, latest) { return latest }
            // A run that failed tonight is finished under its own date, even after midnight.
            var ignored: [DumpError] = []
            let seen = try WikiObservation.look(at: wiki, now: clock.now(), problems: &ignored)
            if seen.state == .failed, seen.retryTime(clock.now(), wiki.settings) != nil { return latest }
            return max(today, latest)
        }
    }

    /// Whether the process that made the run died before it could record an end.
    private func isInterrupted(_ wiki: any Wiki, _ date: DumpDate) throws(DumpError) -> Bool {
        RunState(statusLine: try RunDirectories(wiki).statusLine(of: date)) == .interrupted
    }

    private func isComplete(_ wiki: any Wiki, _ date: DumpDate) throws(DumpError) -> Bool {
        RunState(statusLine: try RunDirectories(wiki).statusLine(of: date)) == .complete
    }

    /// Whether a run is complete once the jobs of a plan are done.
    private func wouldComplete(
        _ plan: RunPlan, _ run: any DumpRun, _ request: RunRequest
    ) throws(DumpError) -> Bool {
        // A run of all jobs counts what it leaves out as left out on request.
        if request.jobs.names == nil { return true }
        guard let known = try run.knownRecord() else { return plan.jobs.allSatisfy(\.willRun) }
        return plan.jobs.allSatisfy { job in
            job.willRun || known.job(job.name).map { [.done, .skipped].contains($0.status) } ?? false
        }
    }

    private func removeOldRuns(of wiki: any Wiki, beside date: DumpDate) throws(DumpError) {
        let removed = try RunPurge(wiki: wiki, keep: wiki.settings.keep).run(beside: date)
        for date in removed { logger.notice("removed the old run of \(wiki.name) of \(date.dashed)") }
    }
}
