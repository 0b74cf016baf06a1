import Logging
import Synchronization
import SystemPackage

/// The record of a running run, shared by the jobs and the code that publishes it.
final class RunLedger: Sendable {
    private let publisher: RunPublisher
    private let directory: FilePath
    private let fileSystem: FileSystem
    private let clock: any WallClock
    private let observer: any DumpObserver
    private let logger: Logger
    private let earlier: RunRecord
    private let shared: Mutex<RunRecord>
    private let latest = Mutex<[String: JobProgress]>([:])

    /// - Parameters:
    ///   - record: The run as this process starts it.
    ///   - earlier: The run as it was before.
    init(
        record: RunRecord, earlier: RunRecord, directory: FilePath, fileSystem: FileSystem, publisher: RunPublisher,
        clock: any WallClock, observer: any DumpObserver, logger: Logger
    ) {
        shared = Mutex(record)
        self.earlier = earlier
        self.directory = directory
        self.fileSystem = fileSystem
        self.publisher = publisher
        self.clock = clock
        self.observer = observer
        self.logger = logger
    }

    var record: RunRecord { shared.withLock { $0 } }

    func begin(_ jobs: [any Job]) throws(DumpError) {
        // The lists must not give the hashes of files that are about to be replaced.
        let isRedone = jobs.contains { job in earlier.job(job.name)?.status == .done }
        change { record in for job in jobs { record.set(job.name, .inProgress, at: clock.now()) } }
        try publish(atOnce: isRedone)
        for job in jobs { observer.observe(.jobStarted(job.name)) }
    }

    func end(_ jobs: [any Job], reports: [JobReport]) throws(DumpError) {
        change { record in
            for (job, report) in zip(jobs, reports) {
                let missing = report.missing.map { FileRecord(name: $0) }
                record.set(
                    job.name, missing.isEmpty ? .done : .waiting, at: clock.now(),
                    message: missing.isEmpty ? report.summary : "\(missing.count) of its files are still to be made",
                    isNow: true
                ) { $0 = report.files + missing }
            }
        }
        try publish()
        for problem in reports.first?.problems.examples ?? [] {
            observer.observe(.problem(job: jobs.first?.name ?? "", problem))
        }
        announceEnd(of: jobs)
    }

    func end(_ jobs: [any Job], failure: DumpError) throws(DumpError) {
        // A stopped job counts as not started; the next run does it.
        let status: JobStatus = failure.code == .cancelled || failure.code == .lockLost ? .waiting : .failed
        let others = jobs.dropFirst().map(\.name)
        change { record in
            for job in jobs {
                record.set(
                    job.name, status, at: clock.now(), message: failure.code.publicText, failure: failure,
                    isNow: true
                ) {
                    for index in $0.indices where !$0[index].isComplete { $0[index].size = nil }
                }
                record.share(job.name, with: others)
            }
        }
        // It is told at once, with what was done before, because nothing may follow. On a full disk, publishing may fail too. What
        // matters then is the failure of the job.
        if failure.code == .diskFull || failure.code == .lockLost {
            try? publish(atOnce: true)
        } else {
            try publish(atOnce: true)
        }
        announceEnd(of: jobs)
    }

    /// Restores the earlier status of all jobs that have not ended in this run.
    func withdraw() throws(DumpError) {
        change { record in
            for index in record.jobs.indices where !record.jobs[index].wasRunNow {
                if let known = earlier.job(record.jobs[index].name) { record.jobs[index] = known }
            }
        }
        try publish()
    }

    func progress(_ job: String, _ progress: JobProgress) {
        latest.withLock { $0[job] = progress }
        observer.observe(.jobProgress(job, progress))
    }

    /// Publishes the sizes of growing files regularly until the task is cancelled.
    func keepPublishing() async {
        while (try? await fileSystem.surroundings.timer.sleep(for: .seconds(5))) != nil {
            // A late status page does no harm; the next attempt may succeed.
            _ = try? publisher.publishProgress(measured(record))
        }
    }

    func publish(atOnce: Bool = false) throws(DumpError) {
        change { $0.updated = clock.now() }
        // Publishing may fail for files that only people look at, but not for files that later runs and downloaders depend on.
        for failure in try publisher.publish(record, atOnce: atOnce) { logger.warning("\(failure)") }
    }

    /// Records that the run has ended or, after a failure that stopped it, that it was interrupted and can be continued.
    func finish(interruptedBy failure: DumpError?) throws(DumpError) {
        if let failure {
            // The process that took our lock now writes the status files. On a full disk nobody can.
            if failure.code != .lockLost { _ = try? publisher.publishAborted(record) }
        } else {
            change { $0.isFinished = true }
            try publish()
        }
        observer.observe(.runEnded(record))
    }

    /// The record with the current sizes of growing files and the progress of their jobs.
    private func measured(_ record: RunRecord) -> RunRecord {
        var record = record
        record.updated = clock.now()
        let growing = growing()
        for job in record.jobs.indices where record.jobs[job].status == .inProgress {
            record.jobs[job].message = latest.withLock { $0[record.jobs[job].name] }?.text
            for file in record.jobs[job].files.indices {
                // Some temporary names have a mark between the name and the suffix.
                let name = record.jobs[job].files[file].name + "."
                let sizes = growing.filter { $0.lastComponent?.string.hasPrefix(name) == true }.compactMap {
                    (try? fileSystem.status($0))?.size
                }
                record.jobs[job].files[file].size = sizes.max()
            }
        }
        return record
    }

    /// The files that this process and its helpers are writing.
    private func growing() -> [FilePath] {
        func files(in folder: FilePath) -> [FilePath] {
            ((try? fileSystem.list(folder)) ?? []).flatMap { name in
                if name.hasPrefix(WorkFolder.helperPrefix) { return files(in: folder.appending(name)) }
                return name.hasSuffix(OutputFile.suffix) ? [folder.appending(name)] : []
            }
        }
        return files(in: fileSystem.stagingFolder(of: directory.appending("file")))
    }

    private func change(_ body: (inout RunRecord) -> Void) { shared.withLock { body(&$0) } }

    private func announceEnd(of jobs: [any Job]) {
        let record = record
        for job in jobs { if let ended = record.job(job.name) { observer.observe(.jobEnded(ended)) } }
    }
}

extension RunRecord {
    /// Changes the status of a job and, if `files` is given, its files.
    mutating func set(
        _ name: String, _ status: JobStatus, at time: UTCTime, message: String? = nil, failure: DumpError? = nil,
        isNow: Bool = false, files: (inout [FileRecord]) -> Void = { _ in }
    ) {
        guard let index = jobs.firstIndex(where: { $0.name == name }) else { return }
        if jobs[index].status != status { jobs[index].updated = time }
        jobs[index].status = status
        jobs[index].message = message
        jobs[index].failure = failure?.code
        jobs[index].wasRunNow = isNow
        jobs[index].privateMessage = failure?.description
        (jobs[index].failedAlong, jobs[index].isToldAlong) = ([], false)
        files(&jobs[index].files)
    }

    /// Records the jobs with which a job failed. It is either the first of them or one of `others`.
    mutating func share(_ name: String, with others: [String]) {
        guard let index = jobs.firstIndex(where: { $0.name == name }), jobs[index].status == .failed else { return }
        jobs[index].isToldAlong = others.contains(name)
        jobs[index].failedAlong = jobs[index].isToldAlong ? [] : others
    }
}

extension JobReport {
    /// What was wrong with the worst file, in words; nil if nothing was.
    fileprivate var summary: String? {
        let known = files.compactMap { $0.evidence?.problems }
        return (known.isEmpty ? problems : JobRecord(name: "", title: "", files: files).problems).summary
    }
}

extension ProblemTally {
    /// The number of problems, in words; nil if there were none.
    var summary: String? {
        guard let first = examples.first(where: \.isDamage) ?? examples.first else { return nil }
        return "\(count) \(count == 1 ? "problem" : "problems") in the source"
            + (omissions > 0 ? ", \(omissions) left out" : "")
            + (incompleteItems > 0 ? ", \(incompleteItems) incomplete" : "") + "; the first: \(first)"
    }
}
