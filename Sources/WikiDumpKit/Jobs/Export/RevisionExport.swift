import Synchronization

/// Reads the revisions once and fills the files of several jobs.
///
/// Each piece is checked against the source and gets its name as soon as it is written, so that an interrupted run keeps it.
struct RevisionExport {
    let style: ExportStyle
    let context: JobContext
    /// The claim on the pieces, if another process could take them.
    var claim: BatchClaim?

    func write(_ files: [FilePieces]) async throws(DumpError) -> WrittenPieces {
        let feed = RevisionFeed(files, style: style, context)
        let writer = PieceWriter(files, context, claim: claim)
        defer { writer.discard() }
        let progress = ExportProgress(files, context.progress)
        var written = WrittenPieces()
        try await writer.fill(from: feed) { [files] in
            progress.show(.whole, files, $0)
        } complete: { pieces throws(DumpError) in
            var evidence: [[FileEvidence]] = []
            for piece in pieces { evidence.append(try feed.evidence(of: piece, context)) }
            written.add(try writer.commit(pieces, evidence))
        }
        written.problems = feed.problems
        return written
    }
}

/// Feeds revisions that this program reads itself, rendered for each file.
private final class RevisionFeed: ExportFeed {
    private let reader: StretchReader
    private let renderer: ExportRenderer
    private let selections: [ExportSelection]
    private let audit: Mutex<RevisionAudit>

    init(_ files: [FilePieces], style: ExportStyle, _ context: JobContext) {
        let source = context.wiki.settings.source
        selections = files.map(\.file.selection)
        reader = StretchReader(
            context.snapshot, RevisionSelection(extent: files.extent, includesText: style == .pages),
            pieces: files.flatMap(\.wanted))
        renderer = ExportRenderer(
            siteInfo: context.snapshot.siteInfo, style: style, hiddenDetails: source.hiddenDetails,
            contentFormats: source.texts.contentFormats)
        audit = Mutex(RevisionAudit(files, style: style, hiddenDetails: source.hiddenDetails))
    }

    var problems: ProblemTally { audit.withLock { $0.problems } }

    func evidence(of piece: FilledPiece, _ context: JobContext) throws(DumpError) -> [FileEvidence] {
        try audit.withLock { (audit) throws(DumpError) in try audit.evidence(of: piece, context) }
    }

    func next() async throws(DumpError) -> PlacedBatch? {
        guard let placed = try await reader.next() else { return nil }
        audit.withLock { $0.take(placed.batch, at: placed.position) }
        return placed
    }

    func render(_ placed: PlacedBatch) -> [RenderedBatch] {
        var outputs = renderer.render(placed.batch, for: selections)
        for index in outputs.indices { outputs[index].position = placed.position }
        return outputs
    }

    func header(of file: Int) -> [UInt8] { renderer.header() }
    var footer: [UInt8] { renderer.footer() }
}
