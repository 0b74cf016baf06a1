import Synchronization

/// One reading of the revisions that fills the pieces of the files of several export jobs.
///
/// Each piece is held against the source and gets its name as soon as it is written, so that a run which is cut off keeps
/// it.
struct PieceExport {
    let jobs: [ExportJob]
    let style: ExportStyle
    let context: JobContext
    /// The right to make the pieces, where another process may have it.
    var claim: BatchClaim?

    /// Makes pieces of the one file of a job, by rising id.
    /// - Returns: what could not be read as it should be.
    func write(_ pieces: [DumpPiece]) async throws(DumpError) -> ProblemTally {
        guard let job = jobs.first, let file = job.files.first else { return ProblemTally() }
        let plan = [FilePieces(job: job, file: file, tile: [], wanted: pieces, counts: [])]
        return try await write(try await PiecePlanner(jobs: jobs, context: context).counted(plan)).problems
    }

    func run() async throws(DumpError) -> [JobReport] {
        let plan = try await PiecePlanner(jobs: jobs, context: context).plan()
        let active = plan.filter { !$0.wanted.isEmpty }
        let written = active.isEmpty ? PieceBoard.Result() : try await write(active)
        return try jobs.map { job throws(DumpError) in
            try report(on: plan.filter { $0.job.name == job.name }, written)
        }
    }

    private func write(_ files: [FilePieces]) async throws(DumpError) -> PieceBoard.Result {
        if let producer = context.snapshot.exportProducer {
            let board = PieceBoard(files, style: style, extent: .all, context, claim)
            let problems = try await ProducedPieces(producer: producer, style: style, context: context)
                .write(files, on: board)
            return PieceBoard.Result(records: board.result.records, problems: problems)
        }
        let selections = files.map(\.file.selection)
        let extent: RevisionSelection.Extent = selections.contains { $0.extent == .all } ? .all : .current
        let ids = files.flatMap { $0.wanted.map(\.readIDs) }
        let cuts = Set(ids.flatMap { [$0.upperBound, $0.lowerBound == .min ? .min : $0.lowerBound - 1] })
        let reader = StretchReader(
            context.snapshot, RevisionSelection(extent: extent, includesText: style == .pages),
            stretches: IDStretches(ids), cuts: cuts)
        let renderer = ExportRenderer(
            siteInfo: context.snapshot.siteInfo, style: style,
            hiddenDetails: context.wiki.settings.source.hiddenDetails,
            contentFormats: context.wiki.settings.source.texts.contentFormats)
        let board = PieceBoard(files, style: style, extent: extent, context, claim)
        let audits = board.audits
        let expected = files.map { file in
            file.counts.reduce(Int64(0)) { $0 + $1.items(in: file.file.selection) }
        }
        let pipeline = OutputPipeline<PlacedBatch>(
            next: { () async throws(DumpError) in
                guard let placed = try await reader.next() else { return nil }
                audits.take(placed)
                return placed
            },
            render: { placed in
                var outputs = renderer.render(placed.batch, for: selections)
                for index in outputs.indices { outputs[index].position = placed.position }
                return outputs
            },
            width: context.width,
            progress: { [jobs, progress = context.progress] tallies in
                var place = 0
                for job in jobs {
                    var (own, items): ([OutputTally], Int64) = ([], 0)
                    for (file, count) in zip(files, expected) where file.job.name == job.name {
                        own += tallies[place..<place + file.file.names.count]
                        place += file.file.names.count
                        items = max(items, count)
                    }
                    if !own.isEmpty { progress(job.name, JobProgress(own, expectedItems: items)) }
                }
            })
        defer { board.discardUnfinished() }
        _ = try await pipeline.run(board.outputs(header: renderer.header(), footer: renderer.footer()))
        return board.result
    }

    /// All pieces of the files of a job: those written now, those that were there, and those that are still missing.
    private func report(
        on files: [FilePieces], _ written: PieceBoard.Result
    ) throws(DumpError) -> JobReport {
        let directories = context.wiki.directories
        let folder = context.isPrivate ? directories.privateRun(context.date) : directories.run(context.date)
        var report = JobReport(files: [], problems: written.problems)
        for file in files {
            for whole in file.file.names {
                for piece in file.tile {
                    let name = context.prefix + piece.name(of: whole)
                    if let record = written.records[name] {
                        report.files.append(record)
                    } else if let record = try FileRecord.stored(name, in: folder) {
                        report.files.append(record)
                    } else {
                        report.missing.append(name)
                    }
                }
            }
        }
        return report
    }
}

/// The pieces that a pass writes: opens their files, holds each against the source and gives it its name.
final class PieceBoard {
    /// What was written.
    struct Result {
        var records: [String: FileRecord] = [:]
        var problems = ProblemTally()
    }

    let audits: PieceAudits
    private let files: [FilePieces]
    private let context: JobContext
    private let claim: BatchClaim?
    private var open: [OutputFile] = []
    private var records: [String: FileRecord] = [:]
    /// Files that wait for their index.
    private var waiting: [String: (file: OutputFile, evidence: FileEvidence)] = [:]

    init(
        _ files: [FilePieces], style: ExportStyle, extent: RevisionSelection.Extent, _ context: JobContext,
        _ claim: BatchClaim? = nil
    ) {
        self.files = files
        self.context = context
        self.claim = claim
        audits = PieceAudits(files) { file in
            RevisionAudit(
                [file.selection], style: style, hiddenDetails: context.wiki.settings.source.hiddenDetails,
                extent: extent)
        }
    }

    var result: Result { Result(records: records, problems: audits.problems) }

    func discardUnfinished() { for file in open { file.discard() } }

    /// The outputs of a pipeline, an index behind what it indexes.
    func outputs(header: [UInt8], footer: [UInt8]) -> [PipelineOutput] {
        var outputs: [PipelineOutput] = []
        for (index, file) in files.enumerated() {
            let body = series(of: index, file.file.name)
            switch file.file.compression {
            case .gzip:
                outputs.append(PipelineOutput(series: body, format: GzipFormat(), header: header, footer: footer))
            case .bzip:
                outputs.append(PipelineOutput(series: body, format: BzipFormat(), header: header, footer: footer))
            case .multistream(let name):
                outputs.append(
                    PipelineOutput(
                        series: body, format: MultistreamFormat(), header: header, footer: footer,
                        indexOutput: outputs.count + 1))
                outputs.append(PipelineOutput(series: series(of: index, name), format: BzipFormat()))
            }
        }
        return outputs
    }

    private func series(of index: Int, _ whole: String) -> OutputSeries {
        let pieces = files[index].wanted
        return OutputSeries(
            pieces: pieces.map(\.readIDs),
            open: { (piece) throws(DumpError) in
                let file = try self.context.create(pieces[piece].name(of: whole), mark: self.claim?.mark)
                self.open.append(file)
                return file
            },
            finished: { (piece, file, tally) throws(DumpError) in
                try self.finish(index, piece, whole, file, tally)
            })
    }

    /// A file and its index get their names together, the index last.
    private func finish(
        _ index: Int, _ piece: Int, _ whole: String, _ file: OutputFile, _ tally: OutputTally
    ) throws(DumpError) {
        let plan = files[index]
        let body = plan.wanted[piece].name(of: plan.file.name)
        let described = ExportJob.File(
            name: body, selection: plan.file.selection, compression: plan.file.compression)
        let (audit, counts) = (audits.audit(index, piece), plan.counts[piece])
        guard whole == plan.file.name else {
            let evidence = try audit.evidence(
                ofIndex: plan.wanted[piece].name(of: whole), of: described, tally, counts: counts, context)
            let indexed = waiting.removeValue(forKey: body)
            return try commit([indexed, (file, evidence)].compactMap { $0 }, of: plan.job.name)
        }
        let evidence = try audit.evidence(of: described, tally, counts: counts, context)
        if plan.file.names.count == 1 {
            try commit([(file, evidence)], of: plan.job.name)
        } else {
            waiting[body] = (file, evidence)
        }
    }

    /// Gives complete files their names, with their hashes and certificates.
    func commit(
        _ complete: [(file: OutputFile, evidence: FileEvidence)], of job: String
    ) throws(DumpError) {
        for (file, _) in complete { try file.seal() }
        guard let claim else { return try publish(complete, of: job) }
        try claim.whileHeld { () throws(DumpError) in try publish(complete, of: job) }
    }

    private func publish(
        _ complete: [(file: OutputFile, evidence: FileEvidence)], of job: String
    ) throws(DumpError) {
        add(try context.publish(complete, of: job, mark: claim?.mark))
        open.removeAll { file in complete.contains { $0.file === file } }
    }

    /// Takes note of files that have their names.
    func add(_ written: [FileRecord]) { for record in written { records[record.name] = record } }
}

/// What was seen of each piece while the source was read.
final class PieceAudits: Sendable {
    private let pieces: [[DumpPiece]]
    private let audits: Mutex<[[RevisionAudit]]>
    private let all = Mutex(ProblemTally())

    init(_ files: [FilePieces], _ audit: (ExportJob.File) -> RevisionAudit) {
        pieces = files.map(\.wanted)
        audits = Mutex(files.map { file in file.wanted.map { _ in audit(file.file) } })
    }

    var problems: ProblemTally { all.withLock { $0 } }

    func take(_ placed: PlacedBatch) {
        all.withLock { $0.add(placed.batch.problems) }
        guard let id = placed.position else { return }
        audits.withLock { audits in
            for (file, pieces) in pieces.enumerated() {
                if let piece = pieces.index(of: id) { audits[file][piece].take(placed.batch) }
            }
        }
    }

    func audit(_ file: Int, _ piece: Int) -> RevisionAudit { audits.withLock { $0[file][piece] } }
}
