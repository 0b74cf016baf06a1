public import Logging
public import MWBzUtils
import Synchronization
import SystemPackage

/// Runs a list of jobs, in order, over one snapshot of the content.
///
/// The results are on disk at every moment: each complete file under its name, each status in `dumpruninfo.txt`. A run that was
/// killed can simply be run again. It keeps what is complete and does the rest.
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

    /// Creates a run.
    ///
    /// - Parameters:
    ///   - wiki: The wiki.
    ///   - date: The date, which names the folder and is part of every file name.
    ///   - jobs: All jobs of the wiki, in order.
    ///   - selection: Which of the jobs to do.
    ///   - options: How the jobs do their work.
    ///   - notice: The change to the notice on the page of the run; nil to leave it as it is.
    ///   - epoch: The epoch of the claim on the wiki under which the run is made; nil if there is none.
    ///   - publisher: Writes status files and pages.
    ///   - stopFiles: The files with which an operator can hold up the work; nil for none.
    ///   - clock: The clock for times in status files.
    ///   - timer: The timer for pauses.
    ///   - logger: Where to log.
    ///   - width: How many cores to use.
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

    /// Runs the selected jobs.
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

    /// What a run has to do, as far as that is known before it starts.
    private struct Prospect {
        let tables: Set<String>?
        let jobs: [any Job]
        let record: RunRecord
        /// The names found in the folders of the run.
        let names: [FilePath: [String]]
        let decisions: [String: JobSelection.Decision]
        let todo: [any Job]
        let refused: [RefusedJobs]
    }

    /// Looks at the source and at what earlier processes left. Changes nothing.
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
                remedy: "ask for jobs of tables that exist")
        }
        var refused: [RefusedJobs] = []
        if !todo.isEmpty {
            refused = try await content.read("checking its tables again") {
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
        let observer = try JobTimer(
            in: wiki.directories.privateRun(date), on: wiki.fileSystem, before: observer, logger: logger)
        observer.observe(.runStarted(wiki: wiki.name, date: date, jobs: todo, isResumed: isResumed))

        let ledger = RunLedger(
            record: record, earlier: earlier, directory: wiki.directories.run(date), fileSystem: wiki.fileSystem,
            publisher: publisher, clock: clock, observer: observer, logger: logger)
        try ledger.publish()
        var failure: DumpError?
        do throws(DumpError) {
            for refused in prospect.refused {
                let names = Set(refused.jobs.map(\.name))
                todo.removeAll(where: names.contains)
                try ledger.end(refused.jobs, failure: refused.failure)
            }
            while let next = todo.first, let job = jobs.first(where: { $0.name == next }) {
                try stopFiles?.refuse("job \(next) of \(wiki.name) does not start")
                _ = try await content.open()
                let group = companions(of: job, among: todo)
                try await run(group, &content, redone, ledger)
                todo.removeAll { name in group.contains { $0.name == name } }
            }
        } catch {
            failure = error
        }
        observer.write()
        if failure?.code == .usage {
            // The request is impossible, so everything stays as it was.
            try ledger.withdraw()
            try ledger.finish(interruptedBy: wasInterrupted && !ledger.record.isComplete ? failure : nil)
        } else if let failure, failure.isOfSource {
            // The run counts as ended, not as interrupted. Otherwise a wiki that cannot be read would come before all others
            // forever.
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

    /// Records whether the run failed.
    private func countFailures(in record: RunRecord, _ failure: DumpError?) throws(DumpError) {
        var notes = try FailureNotes(wiki, date)
        let noted = notes
        notes.update(record, at: clock.now())
        if notes != noted { try notes.write(wiki, date) }
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

    /// Whether the run was interrupted, so that it must be continued.
    func isInterrupted() throws(DumpError) -> Bool {
        let line = try RunDirectories(wiki).statusLine(of: date)
        return line != nil && RunState(statusLine: line) == .interrupted
    }

    func makeFolders() throws(DumpError) {
        let directories = wiki.directories
        for folder in [directories.run(date), directories.privateRun(date), directories.temporary] {
            try directories.make(folder, on: wiki.fileSystem)
        }
    }

    /// Changes the notice on the page of the run if that was requested.
    func applyNotice() throws(DumpError) {
        if let notice { try RunNotice(wiki: wiki, date: date).apply(notice) }
    }

    /// The record of the run as it is on disk, without looking at the source.
    public func knownRecord() throws(DumpError) -> RunRecord? { try storedRecord() }

    func storedRecord() throws(DumpError) -> RunRecord {
        let known = jobs(with: try TableInfo(wiki: wiki, date: date).read())
        return try restore(known)
    }

    /// Restores the record of the run from what earlier processes left.
    func restore(_ jobs: [any Job]) throws(DumpError) -> RunRecord {
        var history = RunHistory(wiki: wiki, date: date, smallFiles: publisher.smallFiles)
        return try history.restore(jobs, at: clock.now())
    }

    /// The names of the tables in the source; nil if no job needs a table. The source is asked only once for each date.
    private func knownTables(_ content: inout RunSnapshot) async throws(DumpError) -> Set<String>? {
        guard jobs.contains(where: { $0.table != nil }) else { return nil }
        if let known = try TableInfo(wiki: wiki, date: date).read() { return known }
        return try await content.read("asking for its tables again") {
            snapshot, _, _ async throws(DumpError) in Set(try await snapshot.tableNames())
        }
    }

    /// The jobs, except those whose table the source lacks.
    func jobs(with tables: Set<String>?) -> [any Job] {
        guard let tables else { return jobs }
        return jobs.filter { job in job.table.map(tables.contains) ?? true }
    }

    /// A table that is missing from the source although its job was asked for by name.
    private func lackingTable(_ tables: Set<String>?, _ decisions: [String: JobSelection.Decision]) -> String? {
        guard let tables, selection.names != nil else { return nil }
        return jobs.first { job in
            guard let table = job.table, !tables.contains(table) else { return false }
            return decisions[job.name]?.isRun == true
        }?.table
    }

    /// The decision for each job, including jobs whose table the source lacks.
    func decisions(_ record: RunRecord) -> [String: JobSelection.Decision] {
        selection.decisions(for: jobs) { record.job($0)?.status == .done }
    }

    /// The jobs that run together with this one, itself included.
    private func companions(of job: any Job, among names: [String]) -> [any Job] {
        guard let pass = job.pass else { return [job] }
        return jobs.filter { other in
            names.contains(other.name) && type(of: other) == type(of: job) && other.pass == pass
                && other.prerequisites == job.prerequisites && other.isPrivate == job.isPrivate
        }
    }

    /// Runs some jobs together. Their failure is recorded; only what stops the whole run is thrown.
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
        let ticker = Task(executorPreference: wiki.fileSystem.surroundings.executor) { await ledger.keepPublishing() }
        let result: Result<[JobReport], DumpError>
        do throws(DumpError) {
            let consequence = "\(group.map(\.name).joined(separator: ", ")) of \(wiki.name): starting over"
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
                    return try await Self.reports(of: group[0], group, context).map { $0.certified(context) }
                })
        } catch {
            result = .failure(error)
        }
        // Wait, so that no progress is published after the end.
        ticker.cancel()
        await ticker.value
        switch result {
        case .success(let reports): try ledger.end(group, reports: reports)
        case .failure(let error) where [.outputBad, .damaged].contains(error.code) && group.count > 1:
            // One bad file is no reason to withhold the good files of the other jobs.
            logger.notice("\(error); now doing each job by itself")
            for job in group { try await run([job], &content, redone, ledger) }
        case .failure(let error) where error.code == .usage: throw error
        // All remaining jobs fail together.
        case .failure(let error) where error.isOfSource: throw error
        case .failure(let error):
            try ledger.end(group, failure: error)
            // Every other job would hit the same obstacle.
            if [.cancelled, .diskFull, .permission, .lockLost].contains(error.code) { throw error }
        }
    }

    var cleanup: RunCleanup { RunCleanup(wiki: wiki, date: date, options: options) }

    private func removeEarlierFiles(of group: [any Job]) throws(DumpError) {
        for job in group {
            for name in try cleanup.remove(filesOf: job) { logger.notice("removed the earlier \(name)") }
        }
    }

    /// Does jobs of the same type.
    private static func reports<J: Job>(
        of first: J, _ group: [any Job], _ context: JobContext
    ) async throws(DumpError) -> [JobReport] {
        try await J.run(group.compactMap { $0 as? J }, context)
    }
}

extension DumpError {
    /// Whether the content of the wiki cannot be read, so that no job can be done until somebody fixes that. `schema` is not
    /// included, because a problem with the tables of one job need not affect other jobs.
    fileprivate var isOfSource: Bool { [.source, .unavailable, .configuration].contains(code) }
}

extension JobReport {
    /// The report with evidence for every file. A job may have no evidence except that the file exists.
    fileprivate func certified(_ context: JobContext) -> JobReport {
        var report = self
        for index in report.files.indices where report.files[index].evidence == nil {
            report.files[index].evidence = context.evidence(problems: report.problems)
        }
        return report
    }
}
