import Logging

/// Helps the process that does a job of a run, batch by batch.
struct BatchHelp: RunHelp {
    let run: JobRun
    let sharing: JobSharing
    var jobName: String { sharing.job }

    init(_ run: JobRun, job name: String) throws(DumpError) {
        self.run = run
        guard let sharing = run.jobs.first(where: { $0.name == name })?.sharing else {
            let shared = run.jobs.filter { $0.sharing != nil }.map(\.name)
            let isNative = run.wiki.settings.source.producer == .native
            throw DumpError(
                .usage, "job \(name) of \(run.wiki.name) is not done in batches",
                remedy: !shared.isEmpty
                    ? "name \(shared.joined(separator: " or ")) with \(RequestedValue.jobs)"
                    : isNative
                        ? "set contentbatchesenabled=1 and checkpointtime=1 in the section [chunks]"
                        : "scripts of MediaWiki are not shared: set producer=native in the section [source]")
        }
        self.sharing = sharing
    }

    private var folder: BatchFolder { BatchFolder(run.wiki, run.date, job: jobName, clock: run.clock) }

    /// The ranges of the run; empty if they have not been planned.
    private func tile() throws(DumpError) -> [DumpPiece] {
        let memory = RunMemory(run.wiki, run.date)
        guard try memory.hasSettings() || !sharing.parts.isEnabled else { return [] }
        return try memory.ranges()[sharing.subset] ?? []
    }

    func offers() throws(DumpError) -> [BatchOffer] {
        let tile = try tile()
        let prefix = "\(run.wiki.name)-\(run.date)-"
        return try folder.openBatches().compactMap { batch in
            let pieces = tile.filter { batch.pages.contains($0.ids) }
            guard pieces.map(\.ids).covers(batch.pages) else { return nil }
            return BatchOffer(
                name: batch.name, files: pieces.map { prefix + $0.name(of: sharing.file) })
        }
    }

    func reason() throws(DumpError) -> DumpError {
        let what = "job \(jobName) of \(run.wiki.name) of \(run.date.dashed)"
        func nothing(_ message: String, _ remedy: String) -> DumpError {
            DumpError(.nothingToDo, message, remedy: remedy)
        }
        guard let batches = try folder.read()?.batches else {
            return nothing(
                "there are no batches of \(what) yet",
                "start the run itself first, without \(RequestedValue.batches): it makes them")
        }
        let open = try folder.openBatches()
        if !open.isEmpty {
            return nothing(
                "the ranges of \(what) are not in \(RunMemory.rangesName), so no batch can be done",
                "run the job itself: it plans them again")
        }
        let busy = batches.filter { $0.status == .claimed }
        if !busy.isEmpty {
            return nothing(
                "other processes are working on the last \(busy.count == 1 ? "batch" : "\(busy.count) batches") of \(what)",
                "there is nothing left to help with")
        }
        let failed = batches.filter { $0.status == .failed }
        if !failed.isEmpty {
            return nothing(
                "the last batches of \(what) failed: \(failed.map(\.name).joined(separator: ", "))",
                "run the job itself: it tries them again")
        }
        return nothing("all batches of \(what) are done", "there is nothing left to help with")
    }

    /// Does batches until none is available.
    /// - Throws: ``DumpError`` with code `nothingToDo` if no batch was available from the start; `lockLost` if every batch was
    ///   lost to other processes; the first failure of a batch, after all others are done; or whatever keeps this process from
    ///   working.
    func perform(_ observer: any DumpObserver) async throws(DumpError) -> BatchTally {
        guard try !offers().isEmpty else { throw try reason() }
        observer.observe(.runStarted(wiki: run.wiki.name, date: run.date, jobs: [jobName], isResumed: false))
        var content = RunSnapshot(wiki: run.wiki, clock: run.clock, timer: run.timer, logger: run.logger)
        let result: Result<BatchTally, DumpError>
        do throws(DumpError) {
            result = .success(
                try await content.read("looking for batches again") { snapshot, time, _ async throws(DumpError) in
                    try await work(on: snapshot, at: time, observer)
                })
        } catch {
            result = .failure(error)
        }
        await content.close()
        return try result.get()
    }

    private func work(
        on snapshot: any ContentSnapshot, at time: UTCTime?, _ observer: any DumpObserver
    ) async throws(DumpError) -> BatchTally {
        var context = JobContext(
            wiki: run.wiki, date: run.date, snapshot: snapshot, options: run.options, width: run.width,
            logger: run.logger, progress: { observer.observe(.jobProgress($0, $1)) })
        context.snapshotTime = time
        context.clock = run.clock
        context.timer = run.timer
        let stopFiles = run.stopFiles
        observer.observe(.jobStarted(jobName))
        let worker = BatchWorker(
            sharing: sharing, context: context, folder: folder, tile: try tile(), waits: false,
            mayBegin: { () throws(DumpError) in try stopFiles?.refuse("no batch begins") })
        try await worker.run()
        let tally = worker.tally
        if let failure = worker.firstFailure, failure.code != .lockLost || tally.done == 0 { throw failure }
        if tally.begun == 0 { throw try reason() }
        return tally
    }
}
