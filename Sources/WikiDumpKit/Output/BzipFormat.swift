import MWBzUtils

/// One standard bzip2 stream whose blocks are compressed in parallel.
///
/// There is only one stream because many readers stop at the end of the first. A cut always ends a block, so header, footer and
/// checkpoints can later be taken apart and joined without recompression.
struct BzipFormat: OutputFormat {
    private var cutter = BzBlockCutter(level: level)
    private var assembler = BzStreamAssembler(level: level)
    private static let level = 9

    mutating func append(_ batch: RenderedBatch) -> [OutputPiece] {
        cutter.append(batch.bytes).map { OutputPiece(bytes: $0) }
    }

    mutating func cut() -> OutputPiece? { cutter.flush().map { OutputPiece(bytes: $0) } }

    static func encode(_ piece: OutputPiece) throws(DumpError) -> EncodedPiece {
        do {
            return .blocks(try BzBlock.encode(piece.bytes, level: level))
        } catch {
            throw DumpError(.jobFailed, "cannot compress a block of \(piece.bytes.count) bytes", cause: error)
        }
    }

    mutating func join(_ encoded: EncodedPiece, of piece: PieceContents) throws(DumpError) -> JoinedPiece {
        switch encoded {
        case .blocks(let blocks): JoinedPiece(bytes: assembler.append(blocks))
        case .bytes(let bytes): JoinedPiece(bytes: bytes)
        }
    }

    mutating func finish() throws(DumpError) -> [UInt8] { assembler.finish() }
}

/// Many complete bzip2 streams: one for the header, one for every 100 pages, one for the footer. An index tells which stream
/// contains a page.
///
/// Index lines have the form `offset:pageid:title`, where `offset` is that of the first byte of the stream. A stream is
/// compressed block by block, so it may have any size.
struct MultistreamFormat: OutputFormat {
    private static let level = 9
    private let pagesPerStream: Int
    private var cutter = BzBlockCutter(level: level)
    /// Whether the current stream has any bytes.
    private var isOpen = false
    private var pages: [RenderedBatch.Page] = []
    private var assembler = BzStreamAssembler(level: level)
    /// The offset at which the current stream begins.
    private var offset: Int64 = 0

    init(pagesPerStream: Int = 100) { self.pagesPerStream = max(1, pagesPerStream) }

    /// Takes the next bytes and returns a piece for each full block, and for each stream that has all its pages.
    mutating func append(_ batch: RenderedBatch) -> [OutputPiece] {
        var full: [OutputPiece] = []
        var start = 0
        for page in batch.pages {
            pages.append(page)
            guard pages.count == pagesPerStream else { continue }
            full += take(batch.bytes[start..<page.end])
            start = page.end
            if let last = cut() { full.append(last) }
        }
        return full + take(batch.bytes[start...])
    }

    mutating func cut() -> OutputPiece? {
        guard isOpen else { return nil }
        isOpen = false
        defer { pages = [] }
        return OutputPiece(bytes: cutter.flush() ?? [], contents: PieceContents(pages: pages, endsStream: true))
    }

    static func encode(_ piece: OutputPiece) throws(DumpError) -> EncodedPiece {
        try BzipFormat.encode(piece)
    }

    /// Appends the block to the others. At the end of a stream, also returns the index lines of its pages.
    mutating func join(_ encoded: EncodedPiece, of piece: PieceContents) throws(DumpError) -> JoinedPiece {
        guard case .blocks(let blocks) = encoded else { return JoinedPiece(bytes: []) }
        var joined = JoinedPiece(bytes: assembler.append(blocks))
        guard piece.endsStream else { return joined }
        joined.bytes += assembler.finish()
        for page in piece.pages {
            joined.indexLines += MultistreamIndex.line(offset: offset, pageID: page.id, title: page.title)
        }
        offset = assembler.byteCount
        return joined
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) -> [OutputPiece] {
        if bytes.isEmpty { return [] }
        isOpen = true
        return cutter.append(Array(bytes)).map { OutputPiece(bytes: $0) }
    }
}
