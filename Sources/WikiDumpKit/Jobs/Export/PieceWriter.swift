final class PieceWriter {
    private let files: [FilePieces]
    private let context: JobContext
    /// The claim on the pieces, if another process could take them.
    private let claim: BatchClaim?
    /// Files that have no names yet.
    private var unnamed: [OutputFile] = []
    private var filled: [DumpPiece: [FilledPiece]] = [:]
    /// The number of files of each piece that still have to be filled.
    private var missing: [DumpPiece: Int] = [:]

    init(_ files: [FilePieces], _ context: JobContext, claim: BatchClaim? = nil) {
        self.files = files
        self.context = context
        self.claim = claim
        for plan in files { for piece in plan.wanted { missing[piece, default: 0] += plan.file.names.count } }
    }

    /// Writes all pieces in one reading.
    /// - Parameters:
    ///   - progress: Receives the tallies of each file and index.
    ///   - complete: Receives the files of a piece, in the order of the plan, as soon as all of them are written.
    func fill<Feed: ExportFeed>(
        from feed: Feed, progress: @escaping @Sendable ([OutputTally]) -> Void,
        complete: @escaping ([FilledPiece]) throws(DumpError) -> Void
    ) async throws(DumpError) {
        let pipeline = OutputPipeline<Feed.Batch>(
            next: { () async throws(DumpError) in try await feed.next() },
            render: { (batch) throws(DumpError) in try feed.render(batch) }, width: context.width,
            progress: progress)
        var outputs: [PipelineOutput] = []
        for (place, plan) in files.enumerated() {
            let (header, footer) = (feed.header(of: place), feed.footer)
            let body = series(place, plan.file.name, complete)
            switch plan.file.compression {
            case .gzip:
                outputs.append(PipelineOutput(series: body, format: GzipFormat(), header: header, footer: footer))
            case .bzip:
                outputs.append(PipelineOutput(series: body, format: BzipFormat(), header: header, footer: footer))
            case .multistream(let index):
                outputs.append(
                    PipelineOutput(
                        series: body, format: MultistreamFormat(), header: header, footer: footer,
                        indexOutput: outputs.count + 1))
                outputs.append(PipelineOutput(series: series(place, index, complete), format: BzipFormat()))
            }
        }
        _ = try await pipeline.run(outputs)
    }

    private func series(
        _ place: Int, _ whole: String, _ complete: @escaping ([FilledPiece]) throws(DumpError) -> Void
    ) -> OutputSeries {
        let pieces = files[place].wanted
        return OutputSeries(
            pieces: pieces.map(\.readIDs),
            open: { (piece) throws(DumpError) in
                let file = try self.context.create(pieces[piece].name(of: whole), mark: self.claim?.mark)
                self.unnamed.append(file)
                return file
            },
            finished: { (piece, file, tally) throws(DumpError) in
                let done = self.add(FilledPiece.Output(file: file, tally: tally), place, piece)
                if let done { try complete(done) }
            })
    }

    /// Records a file that is fully written. An index comes after the file it indexes.
    /// - Returns: All files of the piece if this was the last one; otherwise nil.
    private func add(_ output: FilledPiece.Output, _ place: Int, _ number: Int) -> [FilledPiece]? {
        let (plan, piece) = (files[place], files[place].wanted[number])
        var members = filled.removeValue(forKey: piece) ?? []
        if let index = members.firstIndex(where: { $0.place == place }) {
            members[index].outputs.append(output)
        } else {
            members.append(
                FilledPiece(
                    place: place, job: plan.job, file: plan.file.piece(piece), piece: piece,
                    counts: plan.counts.isEmpty ? .nothing : plan.counts[number], outputs: [output]))
        }
        missing[piece, default: 1] -= 1
        if missing[piece] == 0 { return members.sorted { $0.place < $1.place } }
        filled[piece] = members
        return nil
    }

    /// Gives complete files their names, and writes the hashes and certificates of pieces.
    /// - Parameter evidence: For each file of each piece, what shows that it holds what it should.
    func commit(_ pieces: [FilledPiece], _ evidence: [[FileEvidence]]) throws(DumpError) -> [FileRecord] {
        for output in pieces.flatMap(\.outputs) { try output.file.seal() }
        guard let claim else { return try publish(pieces, evidence) }
        return try claim.whileHeld { () throws(DumpError) in try publish(pieces, evidence) }
    }

    private func publish(
        _ pieces: [FilledPiece], _ evidence: [[FileEvidence]]
    ) throws(DumpError) -> [FileRecord] {
        var records: [FileRecord] = []
        for (piece, evidence) in zip(pieces, evidence) {
            for (output, evidence) in zip(piece.outputs, evidence) {
                let record = try output.file.commit(evidence)
                records.append(record)
                // A whole file gets its hashes and certificate at the end of its job.
                if piece.piece != .whole { try context.certify(record, evidence, of: piece.job, mark: claim?.mark) }
                unnamed.removeAll { $0 === output.file }
            }
        }
        return records
    }

    /// Discards the files that have no name yet.
    func discard() { for file in unnamed { file.discard() } }
}

struct FilledPiece {
    struct Output {
        let file: OutputFile
        let tally: OutputTally
    }

    /// The index of the whole file in the plan.
    let place: Int
    let job: String
    /// The file, under the name of the piece.
    let file: ExportFile
    let piece: DumpPiece
    /// What the source holds for the piece.
    let counts: ContentCounts
    /// The file, and its index.
    var outputs: [Output]

    /// The tally of the file itself, without its index.
    var tally: OutputTally { outputs.first?.tally ?? OutputTally() }
}

extension FileContents {
    init(pages tally: OutputTally) {
        self.init()
        pages = Numbered(tally.pages, tally.pageIDs)
        revisions = Numbered(tally.items, tally.itemIDs)
        textBytes = tally.textBytes
        bytes = tally.bytesIn
    }

    init(log tally: OutputTally) {
        self.init()
        logEntries = Numbered(tally.items, tally.itemIDs)
        bytes = tally.bytesIn
    }

    init(index tally: OutputTally) {
        self.init()
        (lines, bytes) = (tally.items, tally.bytesIn)
    }
}

/// Feeds the files of exports: provides the content in batches and renders each batch.
protocol ExportFeed: Sendable {
    associatedtype Batch: Sendable
    /// The next batch, or nil at the end.
    func next() async throws(DumpError) -> Batch?
    /// Renders what each file gets from a batch, in the order of the files. Several batches are rendered at the same time.
    func render(_ batch: Batch) throws(DumpError) -> [RenderedBatch]
    /// The text before the content of a file.
    func header(of file: Int) -> [UInt8]
    /// The text after the content of every file.
    var footer: [UInt8] { get }
}
