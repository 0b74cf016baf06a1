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
    /// The number of batches that were done.
    public var done = 0
    /// The number of failed attempts.
    public var failures = 0
    /// The number of batches that were lost to another process.
    public var lost = 0

    /// Creates an empty tally.
    public init(wiki: WikiName, date: DumpDate, job: String) {
        self.wiki = wiki
        self.date = date
        self.job = job
    }

    /// The number of batches that were started.
    public var begun: Int { done + failures + lost }
}

/// Does the batches of a job one after another until none is left.
///
/// A failure affects only its own batch. If the failure may be temporary, such as that of a file server, another attempt may
/// follow, up to `maxretries` times; otherwise the batch fails at once. A process that cannot do any batch, because its disk is
/// full or it cannot read the wiki, stops.
final class BatchWorker: Sendable {
    let sharing: JobSharing
    let context: JobContext
    let folder: BatchFolder
    /// The ranges of the run.
    let tile: [DumpPiece]
    /// Whether to wait for the batches that other processes are doing.
    let waits: Bool
    /// Throws if no further batch may be started.
    let mayBegin: @Sendable () throws(DumpError) -> Void
    /// How often to check whether others are done.
    private static let poll = Duration.seconds(1)
    fileprivate let state: Mutex<State>
    /// Tells how long ago this process began.
    private let elapsed: @Sendable () -> Duration
    private var surroundings: Surroundings { context.wiki.fileSystem.surroundings }

    fileprivate struct State {
        var tally: BatchTally
        var problems = ProblemTally()
        var firstFailure: DumpError?
        /// How long after its start this process may retry a batch that failed.
        var resting: [ClosedRange<Int64>: Duration] = [:]
        /// The work done so far, for the overall progress.
        var finished = JobProgress()
        var counted: Set<ClosedRange<Int64>> = []
        var waitingFor: [Batch] = []
    }

    init(
        sharing: JobSharing, context: JobContext, folder: BatchFolder, tile: [DumpPiece], waits: Bool,
        mayBegin: @escaping @Sendable () throws(DumpError) -> Void = { () throws(DumpError) in }
    ) {
        self.sharing = sharing
        self.context = context
        self.folder = folder
        self.tile = tile
        self.waits = waits
        self.mayBegin = mayBegin
        elapsed = context.wiki.fileSystem.surroundings.timer.stopwatch()
        state = Mutex(State(tally: BatchTally(wiki: context.wiki.name, date: context.date, job: sharing.job)))
    }
}

extension BatchWorker {
    var tally: BatchTally { state.withLock { $0.tally } }
    var problems: ProblemTally { state.withLock { $0.problems } }
    var firstFailure: DumpError? { state.withLock { $0.firstFailure } }

    private var files: BatchFiles { BatchFiles(sharing: sharing, context: context) }

    /// Keeps a claim alive. A process that is silent for longer than `staleAge` may lose its batch to another.
    private var keeper: LockKeeper {
        LockKeeper(
            interval: .seconds(min(10, max(1, folder.staleAge / 6))), patience: .seconds(min(600, folder.staleAge / 2)),
            in: surroundings)
    }

    /// Does batches until none is left for this process, or until it has started as many as were asked for.
    /// - Throws: ``DumpError`` if something keeps this process from doing any batch.
    func run() async throws(DumpError) {
        while context.options.batchCount.map({ tally.begun < $0 }) ?? true {
            if Task.isCancelled { throw DumpError(.cancelled, "job \(sharing.job) was stopped between two batches") }
            if sharing.batches.pause > 0, tally.begun > 0 { try await sleep(.seconds(sharing.batches.pause)) }
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

    /// Looks for a batch; nil if a process that was suspended in the middle of a change blocks all others.
    private func nextOffer() throws(DumpError) -> BatchFolder.Offer? {
        let now = elapsed()
        do throws(DumpError) {
            return try folder.claimNext { batch in
                hasRanges(batch) && state.withLock { $0.resting[batch.pages].map { $0 <= now } ?? true }
            }
        } catch {
            // The run that this process helps with has ended.
            if error.code == .lockLost, !waits, tally.begun > 0 { return .nothingLeft }
            guard error.code == .lockHeld else { throw error }
            context.logger.warning("\(error)")
            return nil
        }
    }

    /// Whether a batch consists of ranges of this run. Otherwise nobody knows which files to make.
    private func hasRanges(_ batch: Batch) -> Bool { pieces(of: batch.pages).map(\.ids).covers(batch.pages) }

    private func pieces(of pages: ClosedRange<Int64>) -> [DumpPiece] { tile.filter { pages.contains($0.ids) } }

    private func sleep(_ time: Duration) async throws(DumpError) {
        do { try await surroundings.timer.sleep(for: time) } catch {
            throw DumpError(.cancelled, "job \(sharing.job) was stopped between two batches")
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
            // Stopping the whole process also cancels the work. That is not a lost batch.
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

    /// Makes the missing files of a batch.
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
        if missing.isEmpty { return }
        let problems = try await sharing.write(missing, context, claim)
        let written = last.withLock { $0 }
        state.withLock {
            $0.problems.add(problems)
            $0.finished = $0.finished + written
            $0.counted.insert(claim.pages)
        }
    }

    /// Ends the claim on a batch that failed.
    /// - Throws: `error`, always.
    private func judge(_ error: DumpError, _ claim: BatchClaim) throws(DumpError) {
        // A process that lost the batch must not record a result; one that is stopped gives the batch back.
        if error.code == .lockLost || error.code == .cancelled { throw error }
        guard error.isFaultOfBatch else { throw error }
        let runs = try folder.read()?[claim.pages]?.runs ?? 1
        let mayPass = error.mayPass && runs <= context.wiki.settings.maximumRetries
        if mayPass {
            let pause = Duration.seconds(1) * (1 << min(runs, 6))
            let end = elapsed() + pause
            state.withLock { $0.resting[claim.pages] = end }
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
        context.logger.notice("\(sharing.job) waits for \(names.joined(separator: ", "))")
    }

    /// Adds the work of other processes to the overall progress.
    private func countDone() throws(DumpError) {
        for batch in try folder.read()?.batches ?? [] where batch.status == .done {
            guard !state.withLock({ $0.counted.contains(batch.pages) }) else { continue }
            var sum = JobProgress()
            for piece in pieces(of: batch.pages) {
                let known = try FileCertificate.read(
                    of: files.name(of: piece), in: context.wiki.directories.run(context.date), context.smallFiles)
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
            context.progress(sharing.job, all)
        }
    }
}

extension DumpError {
    /// Whether the failure is about the batch, so that another process might succeed or the batch cannot be done. False for
    /// errors that keep this process from working at all.
    fileprivate var isFaultOfBatch: Bool {
        switch code {
        case .cancelled, .lockLost, .diskFull, .permission, .schema, .configuration, .usage, .nothingToDo, .clock: false
        default: true
        }
    }

    /// Whether this process can continue with other batches.
    fileprivate var costsOneBatch: Bool { isFaultOfBatch && code != .source && code != .unavailable }

    /// Whether another attempt may succeed.
    fileprivate var mayPass: Bool { code != .outputBad && code != .damaged }
}
