public import Logging
public import MWBzUtils
import Synchronization
import SystemPackage

/// Runs a list of jobs, in order, over one snapshot of the content.
///
/// What is done is on disk at every instant: each file complete under its name, each status in `dumpruninfo.txt`. A run
/// that was killed is simply run again; it keeps what is complete, and does the rest.
public struct JobRun: DumpRun {
    /// The wiki.
    public let wiki: any Wiki
    /// The date of the run.
    public let date: DumpDate
    /// All jobs of the wiki, in the order in which they run.
    public let jobs: [any Job]
    let selection: JobSelection
    let options: RunOptions
    private let notice: RunNotice.Change?
    private let epoch: Int64?
    let publisher: RunPublisher
    let stopFiles: StopFiles?
    let clock: any WallClock
    let timer: any Clock<Duration>
    let logger: Logger
    let width: Int

    /// Makes a run.
    ///
    /// - Parameters:
    ///   - wiki: The wiki.
    ///   - date: The date: the folder and part of every file name.
    ///   - jobs: All jobs of the wiki, in order.
    ///   - selection: Which of them to do.
    ///   - options: How they do their work.
    ///   - notice: What to do with the notice on the page of the run; nil to leave it as it is.
    ///   - epoch: The number of the claim on the wiki under which the run is made; nil if there is none.
    ///   - publisher: Writes status files and pages.
    ///   - stopFiles: The files by which an operator holds up the work; nil for none.
    ///   - clock: The clock for times in status files.
    ///   - timer: What pauses are waited by.
    ///   - logger: Where to tell what happens.
    ///   - width: How many cores to keep busy.
    public init(
        wiki: any Wiki, date: DumpDate, jobs: [any Job], selection: JobSelection = .all,
        options: RunOptions = RunOptions(), notice: RunNotice.Change? = nil, epoch: Int64? = nil,
        publisher: RunPublisher, stopFiles: StopFiles? = nil,
        clock: any WallClock = SystemWallClock(), timer: any Clock<Duration> = ContinuousClock(),
        logger: Logger, width: Int = Processors.count
    ) {
        self.wiki = wiki
        self.date = date
        self.jobs = jobs
        self.selection = selection
        self.options = options
        self.notice = notice
        self.epoch = epoch
        self.publisher = publisher
        self.stopFiles = stopFiles
        self.clock = clock
        self.timer = timer
        self.logger = logger
        self.width = max(1, width)
    }

    /// Runs the jobs that are to be run.
    public func run(_ observer: any DumpObserver) async throws(DumpError) -> RunRecord {
        try selection.check(against: jobs)
        let pseudo = try selection.pseudoJob()
        let wasInterrupted = try isInterrupted()
        var content = RunSnapshot(wiki: wiki, clock: clock, timer: timer, logger: logger)
        let prospect: Prospect
        do throws(DumpError) {
            try await ReadersCheck(wiki).check { () async throws(DumpError) in try await content.facts() }
            if let pseudo { return try await run(pseudo, observer) }
            prospect = try await self.prospect(&content)
        } catch {
            await content.close()
            if error.code != .nothingToDo { refuse(error, observer) }
            throw error
        }
        do throws(DumpError) {
            let record = try await run(prospect, &content, wasInterrupted: wasInterrupted, observer)
            await content.close()
            return record
        } catch {
            await content.close()
            throw error
        }
    }

    /// What a run has to do, as far as that is known before it begins.
    private struct Prospect {
        let tables: Set<String>?
        let jobs: [any Job]
        let record: RunRecord
        /// What the folders of the run held.
        let names: [FilePath: [String]]
        let decisions: [String: JobSelection.Decision]
        let todo: [any Job]
        let refused: [RefusedJobs]
    }

    /// Looks at the source and at what earlier processes left, and changes nothing.
    /// - Throws: ``DumpError`` if no job can be done.
    private func prospect(_ content: inout RunSnapshot) async throws(DumpError) -> Prospect {
        let tables = try await knownTables(&content)
        let jobs = jobs(with: tables)
        var history = RunHistory(wiki: wiki, date: date, smallFiles: publisher.smallFiles)
        let record = try history.restore(jobs, at: clock.now())
        let decisions = decisions(record)
        let todo = jobs.filter { decisions[$0.name]?.isRun == true }
        if todo.isEmpty, let lacking = lackingTable(tables, decisions) {
            throw DumpError(
                .nothingToDo, "\(wiki.name) has no table \(lacking), so it has none of the jobs asked for",
                remedy: "ask for jobs of tables that are there")
        }
        var refused: [RefusedJobs] = []
        if !todo.isEmpty {
            refused = try await content.read("its tables are looked at again") {
                snapshot, _, _ async throws(DumpError) in try await self.refused(of: todo, by: snapshot)
            }
        }
        if let first = refused.first, refused.reduce(0, { $0 + $1.jobs.count }) == todo.count { throw first.failure }
        return Prospect(
            tables: tables, jobs: jobs, record: record, names: history.names, decisions: decisions, todo: todo,
            refused: refused)
    }

    private func run(
        _ prospect: Prospect, _ content: inout RunSnapshot, wasInterrupted: Bool, _ observer: any DumpObserver
    ) async throws(DumpError) -> RunRecord {
        let jobs = prospect.jobs
        var earlier = prospect.record
        try makeFolders()
        try applyNotice()
        earlier.notice = try RunNotice(wiki: wiki, date: date).text()
        if try FailedAttempts.read(wiki)?.isRefusal == true { try FailedAttempts.forget(wiki) }
        let memory = RunMemory(wiki, date)
        if try !memory.hasSettings() { try memory.keep(PieceJobs(wiki.settings).parts) }
        if let tables = prospect.tables { try TableInfo(wiki: wiki, date: date).write(tables, jobs: self.jobs) }
        try DeadRunCleaner(wiki: wiki, date: date, clock: clock).run(knowing: prospect.names)
        var record = earlier
        let isResumed = selection.names == nil && record.jobs.contains { $0.status == .done }
        let redone = Set(record.jobs.filter { $0.status == .done }.map(\.name))
        for job in jobs {
            switch prospect.decisions[job.name] {
            case .run: record.set(job.name, .waiting, at: clock.now())
            case .skip: record.set(job.name, .skipped, at: clock.now())
            case .keep, nil: break
            }
        }
        var todo = prospect.todo.map(\.name)
        let observer = try JobTimer(in: wiki.directories.privateRun(date), before: observer, logger: logger)
        observer.observe(.runStarted(wiki: wiki.name, date: date, jobs: todo, isResumed: isResumed))

        let ledger = RunLedger(
            record: record, earlier: earlier, directory: wiki.directories.run(date), publisher: publisher, clock: clock,
            observer: observer, logger: logger)
        try ledger.publish()
        var failure: DumpError?
        do throws(DumpError) {
            for refused in prospect.refused {
                let names = Set(refused.jobs.map(\.name))
                todo.removeAll(where: names.contains)
                try ledger.end(refused.jobs, failure: refused.failure)
            }
            while let next = todo.first, let job = jobs.first(where: { $0.name == next }) {
                try stopFiles?.refuse("job \(next) of \(wiki.name) does not begin")
                _ = try await content.open()
                let group = companions(of: job, among: todo)
                try await run(group, &content, redone, ledger)
                todo.removeAll { name in group.contains { $0.name == name } }
            }
        } catch {
            failure = error
        }
        if failure?.code == .usage {
            // What was asked for cannot be: everything stays as it was.
            try ledger.withdraw()
            try ledger.finish(interruptedBy: wasInterrupted && !ledger.record.isComplete ? failure : nil)
        } else if let failure, failure.isOfSource {
            // The run is over, not cut off: a wiki that cannot be read must not stand before all others for ever.
            let rest = jobs.filter { job in
                todo.contains(job.name) && [.waiting, .inProgress].contains(ledger.record.job(job.name)?.status)
            }
            if !rest.isEmpty { try ledger.end(rest, failure: failure) }
            try ledger.finish(interruptedBy: nil)
        } else {
            try ledger.finish(interruptedBy: failure)
        }
        try countFailures(in: ledger.record, failure)
        if let failure { throw failure }
        return ledger.record
    }

    /// Notes that the run failed, or that it did not.
    private func countFailures(in record: RunRecord, _ failure: DumpError?) throws(DumpError) {
        guard record.isFinished else { return }
        let failed = record.jobs.filter { $0.status == .failed }
        if failed.isEmpty { return try FailedAttempts.forget(wiki) }
        let names = Set(failed.map(\.name))
        let known = failed.compactMap { job -> (job: String, code: DumpError.Code, text: String)? in
            let waitedFor = jobs.first { $0.name == job.name }?.prerequisites ?? []
            guard let code = job.failure, waitedFor.allSatisfy({ !names.contains($0) }) else { return nil }
            return (job.name, code, job.privateMessage ?? "")
        }
        if known.isEmpty { return }
        let earlier = try FailedAttempts.read(wiki)
        try FailedAttempts(date, known, after: earlier, at: clock.now()).write(wiki)
    }

    /// Whether the run was cut off, so that it has to go on.
    func isInterrupted() throws(DumpError) -> Bool {
        let line = try RunDirectories(wiki.directories).statusLine(of: date)
        return line != nil && RunState(statusLine: line) == .interrupted
    }

    func makeFolders() throws(DumpError) {
        let directories = wiki.directories
        for folder in [directories.run(date), directories.privateRun(date), directories.temporary] {
            try directories.make(folder)
        }
    }

    /// Changes the notice on the page of the run as was asked for.
    func applyNotice() throws(DumpError) {
        if let notice { try RunNotice(wiki: wiki, date: date).apply(notice) }
    }

    /// What is on disk about the run, without a look at the source.
    public func knownRecord() throws(DumpError) -> RunRecord? { try storedRecord() }

    func storedRecord() throws(DumpError) -> RunRecord {
        let known = jobs(with: try TableInfo(wiki: wiki, date: date).read())
        return try restore(known)
    }

    /// What earlier processes left of the run.
    func restore(_ jobs: [any Job]) throws(DumpError) -> RunRecord {
        var history = RunHistory(wiki: wiki, date: date, smallFiles: publisher.smallFiles)
        return try history.restore(jobs, at: clock.now())
    }

    /// The names of the tables of the source; nil if no job needs one. Asked for once in a run of a date.
    private func knownTables(_ content: inout RunSnapshot) async throws(DumpError) -> Set<String>? {
        guard jobs.contains(where: { $0.table != nil }) else { return nil }
        if let known = try TableInfo(wiki: wiki, date: date).read() { return known }
        return try await content.read("its tables are asked for again") {
            snapshot, _, _ async throws(DumpError) in Set(try await snapshot.tableNames())
        }
    }

    /// The jobs, without those whose table the source lacks.
    func jobs(with tables: Set<String>?) -> [any Job] {
        guard let tables else { return jobs }
        return jobs.filter { job in job.table.map(tables.contains) ?? true }
    }

    /// A table that the source lacks and whose job was asked for by name.
    private func lackingTable(_ tables: Set<String>?, _ decisions: [String: JobSelection.Decision]) -> String? {
        guard let tables, selection.names != nil else { return nil }
        return jobs.first { job in
            guard let table = job.table, !tables.contains(table) else { return false }
            return decisions[job.name]?.isRun == true
        }?.table
    }

    /// What to do with each job, those whose table the source lacks among them.
    func decisions(_ record: RunRecord) -> [String: JobSelection.Decision] {
        selection.decisions(for: jobs) { record.job($0)?.status == .done }
    }

    /// The jobs that are done together with this one.
    private func companions(of job: any Job, among names: [String]) -> [any Job] {
        guard let passJob = job as? any PassJob else { return [job] }
        return jobs.filter { other in
            guard names.contains(other.name), let other = other as? any PassJob else { return false }
            return type(of: other) == type(of: passJob) && other.pass == passJob.pass
                && other.prerequisites == passJob.prerequisites && other.isPrivate == passJob.isPrivate
        }
    }

    /// Does some jobs together. A failure of theirs is recorded; only what stops the whole run is thrown.
    private func run(
        _ group: [any Job], _ content: inout RunSnapshot, _ redone: Set<String>, _ ledger: RunLedger
    ) async throws(DumpError) {
        for job in group {
            if let missing = job.prerequisites.first(where: { ledger.record.job($0)?.status != .done }) {
                return try ledger.end(
                    group,
                    failure: DumpError(
                        .jobFailed, "job \(missing) is not done, so job \(job.name) was not started",
                        remedy: "add \(RequestedValue.prerequisites), or run it with "
                            + RequestedValue.jobs.set(to: "\(missing),\(job.name)")))
            }
        }
        if options.cleanup { try removeEarlierFiles(of: group) }
        try ledger.begin(group)
        let ticker = Task { await ledger.keepPublishing() }
        let result: Result<[JobReport], DumpError>
        do throws(DumpError) {
            let consequence = "\(group.map(\.name).joined(separator: ", ")) of \(wiki.name): begun anew"
            result = .success(
                try await content.read(consequence) { snapshot, time, attempt async throws(DumpError) in
                    var context = JobContext(
                        wiki: wiki, date: date, snapshot: snapshot, options: options, width: width, logger: logger,
                        progress: { ledger.progress($0, $1) })
                    context.isPrivate = group.contains(where: \.isPrivate)
                    context.snapshotTime = time
                    context.redoneJobs = redone
                    context.clock = clock
                    context.timer = timer
                    context.attempt = attempt
                    context.epoch = epoch
                    context.smallFiles = publisher.smallFiles
                    return try await reports(of: group, context).map { $0.certified(context) }
                })
        } catch {
            result = .failure(error)
        }
        // Waited for, so that no progress is published after the end.
        ticker.cancel()
        await ticker.value
        switch result {
        case .success(let reports): try ledger.end(group, reports: reports)
        case .failure(let error) where [.outputBad, .damaged].contains(error.code) && group.count > 1:
            // A file that has to be withheld is no reason to withhold its healthy neighbours.
            logger.notice("\(error); each job is done alone now")
            for job in group { try await run([job], &content, redone, ledger) }
        case .failure(let error) where error.code == .usage: throw error
        // All jobs that are left fail together.
        case .failure(let error) where error.isOfSource: throw error
        case .failure(let error):
            try ledger.end(group, failure: error)
            // What one job hits every other would hit too.
            if [.cancelled, .diskFull, .permission, .lockLost].contains(error.code) { throw error }
        }
    }

    var cleanup: RunCleanup { RunCleanup(wiki: wiki, date: date, options: options) }

    private func removeEarlierFiles(of group: [any Job]) throws(DumpError) {
        for job in group {
            for name in try cleanup.remove(filesOf: job) { logger.notice("removed the earlier \(name)") }
        }
    }

    private func reports(of group: [any Job], _ context: JobContext) async throws(DumpError) -> [JobReport] {
        if let first = group.first as? any PassJob { return try await Self.runPass(first, group, context) }
        return [try await group[0].run(context)]
    }

    private static func runPass<J: PassJob>(_ first: J, _ group: [any Job], _ context: JobContext)
        async throws(DumpError) -> [JobReport]
    {
        try await J.run(group.compactMap { $0 as? J }, context)
    }
}

extension DumpError {
    /// Whether the content of the wiki cannot be read, so that no job can be done before somebody puts that right. What is
    /// the matter with the tables of one job need not be with those of another.
    fileprivate var isOfSource: Bool { [.source, .unavailable, .configuration].contains(code) }
}

extension JobReport {
    /// The report with a word about every file: a job may have nothing to show but that the file is there.
    fileprivate func certified(_ context: JobContext) -> JobReport {
        var report = self
        for index in report.files.indices where report.files[index].evidence == nil {
            report.files[index].evidence = context.evidence(problems: report.problems)
        }
        return report
    }
}
