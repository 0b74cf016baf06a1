import Logging
import Synchronization
import SystemPackage

/// The record of a running run, shared by the jobs and by whoever publishes it.
final class RunLedger: Sendable {
    private let publisher: RunPublisher
    private let directory: FilePath
    private let clock: any WallClock
    private let observer: any DumpObserver
    private let logger: Logger
    private let earlier: RunRecord
    private let shared: Mutex<RunRecord>
    private let latest = Mutex<[String: JobProgress]>([:])

    /// - Parameters:
    ///   - record: The run as this process begins it.
    ///   - earlier: The run as it was before.
    init(
        record: RunRecord, earlier: RunRecord, directory: FilePath, publisher: RunPublisher, clock: any WallClock,
        observer: any DumpObserver, logger: Logger
    ) {
        shared = Mutex(record)
        self.earlier = earlier
        self.directory = directory
        self.publisher = publisher
        self.clock = clock
        self.observer = observer
        self.logger = logger
    }

    var record: RunRecord { shared.withLock { $0 } }

    func begin(_ jobs: [any Job]) throws(DumpError) {
        change { record in for job in jobs { record.set(job.name, .inProgress, at: clock.now()) } }
        try publish()
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
        // A job that was stopped is as if it had never begun; the next run does it.
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
        // When the disk is full even this may fail; the failure of the job is what counts then.
        if failure.code == .diskFull || failure.code == .lockLost { try? publish() } else { try publish() }
        announceEnd(of: jobs)
    }

    /// Takes back that jobs were to be done, but for those that have come to an end.
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

    /// Keeps the sizes of growing files up to date for those who watch, until the task is cancelled.
    func keepPublishing() async {
        while (try? await Task.sleep(for: .seconds(5))) != nil {
            // A status page that is late does no harm; the next one may succeed.
            _ = try? publisher.publishProgress(measured(record))
        }
    }

    func publish() throws(DumpError) {
        change { $0.updated = clock.now() }
        // What only people look at may fail; what later runs and downloaders depend on may not.
        for failure in try publisher.publish(record) { logger.warning("\(failure)") }
    }

    /// Says that the run is over; after a failure that stopped it, that it was cut off and can go on.
    func finish(interruptedBy failure: DumpError?) throws(DumpError) {
        if let failure {
            // Whoever took the lock from us writes the status files now. On a full disk nobody can.
            if failure.code != .lockLost { _ = try? publisher.publishAborted(record) }
        } else {
            change { $0.isFinished = true }
            try publish()
        }
        observer.observe(.runEnded(record))
    }

    /// The record with the sizes that growing files have now, and how far their jobs are.
    private func measured(_ record: RunRecord) -> RunRecord {
        var record = record
        record.updated = clock.now()
        for job in record.jobs.indices where record.jobs[job].status == .inProgress {
            record.jobs[job].message = latest.withLock { $0[record.jobs[job].name] }?.text
            let growing = (try? FileSystem.list(directory))?.filter { $0.hasSuffix(OutputFile.suffix) } ?? []
            for file in record.jobs[job].files.indices {
                // Some have a mark between the name and the ending.
                let name = record.jobs[job].files[file].name + "."
                let sizes = growing.filter { $0.hasPrefix(name) }.compactMap {
                    (try? FileSystem.status(directory.appending($0)))?.size
                }
                record.jobs[job].files[file].size = sizes.max()
            }
        }
        return record
    }

    private func change(_ body: (inout RunRecord) -> Void) { shared.withLock { body(&$0) } }

    private func announceEnd(of jobs: [any Job]) {
        let record = record
        for job in jobs { if let ended = record.job(job.name) { observer.observe(.jobEnded(ended)) } }
    }
}

extension RunRecord {
    /// Changes the status of a job, and its files if it says so.
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

    /// Says of a job with which others it failed: it is the first of all, or one of those others.
    mutating func share(_ name: String, with others: [String]) {
        guard let index = jobs.firstIndex(where: { $0.name == name }), jobs[index].status == .failed else { return }
        jobs[index].isToldAlong = others.contains(name)
        jobs[index].failedAlong = jobs[index].isToldAlong ? [] : others
    }
}

extension JobReport {
    /// What was wrong with the file that is worst off, in words; nil for nothing.
    fileprivate var summary: String? {
        let known = files.compactMap { $0.evidence?.problems }
        return (known.isEmpty ? problems : JobRecord(name: "", title: "", files: files).problems).summary
    }
}

extension ProblemTally {
    /// How many problems there were, in words; nil for none.
    var summary: String? {
        guard let first = examples.first(where: \.isDamage) ?? examples.first else { return nil }
        return "\(count) \(count == 1 ? "problem" : "problems") in the source"
            + (omissions > 0 ? ", \(omissions) left out" : "")
            + (incompleteItems > 0 ? ", \(incompleteItems) incomplete" : "") + "; the first: \(first)"
    }
}
