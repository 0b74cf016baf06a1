import Logging
import Synchronization

/// What a process did with the batches of a job.
public struct BatchTally: Sendable, Hashable {
    /// The wiki.
    public let wiki: WikiName
    /// The date of the run.
    public let date: DumpDate
    /// The job.
    public let job: String
    /// Batches that were done.
    public var done = 0
    /// Attempts that failed.
    public var failures = 0
    /// Batches that were lost to another process.
    public var lost = 0

    /// Makes a tally of nothing.
    public init(wiki: WikiName, date: DumpDate, job: String) {
        self.wiki = wiki
        self.date = date
        self.job = job
    }

    /// How many batches were begun.
    public var begun: Int { done + failures + lost }
}

/// Does batches of a job, one after the other, as long as there are any.
///
/// A failure costs the batch it hits, and no other. One that may pass, such as that of a file server, leaves the batch to
/// whoever comes next, up to `maxretries` times; others fail it at once. A process that cannot do any batch, because its disk
/// is full or it cannot read the wiki, stops.
final class BatchWorker: Sendable {
    let job: ExportJob
    let context: JobContext
    let folder: BatchFolder
    /// The ranges of the run.
    let tile: [DumpPiece]
    /// Whether to wait until the batches that others do are done.
    let waits: Bool
    /// Refuses to begin another batch.
    let mayBegin: @Sendable () throws(DumpError) -> Void
    /// How often to look whether others are done.
    private static let poll = Duration.seconds(1)
    fileprivate let state: Mutex<State>

    fileprivate struct State {
        var tally: BatchTally
        var problems = ProblemTally()
        var firstFailure: DumpError?
        /// When a batch that failed may be tried again by this process.
        var resting: [ClosedRange<Int64>: ContinuousClock.Instant] = [:]
        /// What is done, for the progress of the whole.
        var finished = JobProgress()
        var counted: Set<ClosedRange<Int64>> = []
        var waitingFor: [Batch] = []
    }

    init(
        job: ExportJob, context: JobContext, folder: BatchFolder, tile: [DumpPiece], waits: Bool,
        mayBegin: @escaping @Sendable () throws(DumpError) -> Void = { () throws(DumpError) in }
    ) {
        self.job = job
        self.context = context
        self.folder = folder
        self.tile = tile
        self.waits = waits
        self.mayBegin = mayBegin
        state = Mutex(State(tally: BatchTally(wiki: context.wiki.name, date: context.date, job: job.name)))
    }
}

extension BatchWorker {
    var tally: BatchTally { state.withLock { $0.tally } }
    var problems: ProblemTally { state.withLock { $0.problems } }
    var firstFailure: DumpError? { state.withLock { $0.firstFailure } }

    private var files: BatchFiles { BatchFiles(job: job, context: context) }

    /// A process that is silent for so long may have lost its batch to another.
    private var keeper: LockKeeper {
        LockKeeper(
            interval: .seconds(min(10, max(1, folder.staleAge / 6))), patience: .seconds(min(600, folder.staleAge / 2)))
    }

    /// Does batches until none is left for this process, or until it has begun as many as were asked for.
    /// - Throws: ``DumpError`` for what keeps this process from doing any.
    func run() async throws(DumpError) {
        while context.options.batchCount.map({ tally.begun < $0 }) ?? true {
            if Task.isCancelled { throw DumpError(.cancelled, "job \(job.name) was stopped between two batches") }
            if let pause = job.batches?.pause, pause > 0, tally.begun > 0 { try await sleep(.seconds(pause)) }
            try mayBegin()
            guard let offer = try nextOffer() else {
                try await sleep(Self.poll)
                continue
            }
            switch offer {
            case .claimed(let claim): try await carryOut(claim)
            case .busy(let batches):
                let isOurs = batches.contains { batch in
                    batch.status.isOpen && state.withLock { $0.resting[batch.pages] != nil }
                }
                guard waits || isOurs else { return }
                tellWaiting(for: batches)
                try countDone()
                try await sleep(Self.poll)
            case .nothingLeft, .noBatches: return
            }
        }
    }

    /// A look for a batch to do; nil if a process that was stopped in the middle of a change keeps all others out.
    private func nextOffer() throws(DumpError) -> BatchFolder.Offer? {
        let now = ContinuousClock.now
        do throws(DumpError) {
            return try folder.claimNext { batch in
                hasRanges(batch) && state.withLock { $0.resting[batch.pages].map { $0 <= now } ?? true }
            }
        } catch {
            guard error.code == .lockHeld else { throw error }
            context.logger.warning("\(error)")
            return nil
        }
    }

    /// Whether a batch is made of ranges that the run has: without them nobody knows which files to make.
    private func hasRanges(_ batch: Batch) -> Bool { pieces(of: batch.pages).map(\.ids).covers(batch.pages) }

    private func pieces(of pages: ClosedRange<Int64>) -> [DumpPiece] { tile.filter { pages.contains($0.ids) } }

    private func sleep(_ time: Duration) async throws(DumpError) {
        do { try await Task.sleep(for: time) } catch {
            throw DumpError(.cancelled, "job \(job.name) was stopped between two batches")
        }
    }

    private func carryOut(_ claim: BatchClaim) async throws(DumpError) {
        let name = claim.subject
        context.logger.notice("\(name): begun")
        do throws(DumpError) {
            try await keeper.keep(claim) { () async throws(DumpError) in
                do throws(DumpError) {
                    try await self.make(claim)
                    try claim.end(.done)
                } catch {
                    try self.judge(error, claim)
                }
            }
            state.withLock { $0.tally.done += 1 }
            context.logger.notice("\(name): done")
        } catch {
            // A stop of the whole process cancels the work too, and is no loss.
            if error.code == .lockLost, !Task.isCancelled {
                state.withLock {
                    $0.tally.lost += 1
                    $0.firstFailure = $0.firstFailure ?? error
                }
                return context.logger.warning("\(error)")
            }
            guard error.costsOneBatch else { throw error }
            state.withLock {
                $0.tally.failures += 1
                if $0.firstFailure.map({ $0.code == .lockLost }) ?? true { $0.firstFailure = error }
            }
            context.logger.error("\(name) failed: \(error)")
        }
    }

    /// Makes the files of a batch that are not there yet.
    private func make(_ claim: BatchClaim) async throws(DumpError) {
        var missing: [DumpPiece] = []
        for piece in pieces(of: claim.pages) where try files.record(of: piece) == nil { missing.append(piece) }
        var context = context
        let progress = context.progress
        let base = state.withLock { $0.finished }
        let last = Mutex(JobProgress())
        context.progress = { name, now in
            last.withLock { $0 = now }
            progress(name, base + now)
        }
        guard !missing.isEmpty, let file = job.files.first else { return }
        let plan = [FilePieces(job: job.name, file: file, tile: [], wanted: missing)]
        let problems = try await RevisionExport(style: job.style, context: context, claim: claim)
            .write(try await plan.counted(in: context.snapshot)).problems
        let written = last.withLock { $0 }
        state.withLock {
            $0.problems.add(problems)
            $0.finished = $0.finished + written
            $0.counted.insert(claim.pages)
        }
    }

    /// Ends the claim on a batch that failed.
    /// - Throws: the failure.
    private func judge(_ error: DumpError, _ claim: BatchClaim) throws(DumpError) {
        // Who lost the batch has no say in it; who is stopped gives it back.
        if error.code == .lockLost || error.code == .cancelled { throw error }
        guard error.isFaultOfBatch else { throw error }
        let runs = try folder.read()?[claim.pages]?.runs ?? 1
        let mayPass = error.mayPass && runs <= context.wiki.settings.maximumRetries
        if mayPass {
            let pause = Duration.seconds(1) * (1 << min(runs, 6))
            state.withLock { $0.resting[claim.pages] = .now + pause }
        }
        try claim.end(mayPass ? .aborted : .failed)
        throw error
    }

    private func tellWaiting(for batches: [Batch]) {
        let isNews = state.withLock { state in
            defer { state.waitingFor = batches }
            return state.waitingFor != batches
        }
        guard isNews else { return }
        let names = batches.map { batch in
            batch.name
                + (batch.status == .claimed
                    ? batch.owner.map { " by process \($0.processID) on \($0.host)" } ?? "" : "")
        }
        context.logger.notice("\(job.name) waits for \(names.joined(separator: ", "))")
    }

    /// Adds what others did to the progress of the whole.
    private func countDone() throws(DumpError) {
        for batch in try folder.read()?.batches ?? [] where batch.status == .done {
            guard !state.withLock({ $0.counted.contains(batch.pages) }) else { continue }
            var sum = JobProgress()
            for piece in pieces(of: batch.pages) {
                let known = try FileCertificate.read(
                    of: files.name(of: piece), in: context.wiki.directories.run(context.date))
                sum.pages += known?.evidence.found.pages?.count ?? 0
                sum.items += known?.evidence.found.revisions?.count ?? 0
                sum.bytesIn += known?.evidence.found.bytes ?? 0
                sum.bytesOut += known?.size ?? 0
            }
            let all = state.withLock { state in
                state.counted.insert(batch.pages)
                state.finished = state.finished + sum
                return state.finished
            }
            context.progress(job.name, all)
        }
    }
}

extension DumpError {
    /// Whether the batch is to blame, or one that may go well for another process; not what keeps this one from its work.
    fileprivate var isFaultOfBatch: Bool {
        switch code {
        case .cancelled, .lockLost, .diskFull, .permission, .schema, .configuration, .usage, .nothingToDo, .clock: false
        default: true
        }
    }

    /// Whether this process can go on with other batches.
    fileprivate var costsOneBatch: Bool { isFaultOfBatch && code != .source && code != .unavailable }

    /// Whether the same may go well another time.
    fileprivate var mayPass: Bool { code != .outputBad && code != .damaged }
}
