import MWBzUtils

/// One standard bzip2 stream, made of blocks that were compressed side by side.
///
/// Many readers stop at the end of a first stream, so there is only one. A cut always ends a block: header, footer and
/// checkpoints can later be taken apart and joined without compressing anything again.
struct BzipFormat: OutputFormat {
    private var cutter = BzBlockCutter(level: level)
    private var assembler = BzStreamAssembler(level: level)
    private static let level = 9

    /// Makes an empty stream.
    init() {}

    /// Takes the next bytes; gives a piece for each block that is full.
    mutating func append(_ batch: RenderedBatch) -> [OutputPiece] {
        cutter.append(batch.bytes).map { OutputPiece(bytes: $0) }
    }

    /// Ends the current block.
    mutating func cut() -> OutputPiece? { cutter.flush().map { OutputPiece(bytes: $0) } }

    /// Compresses a block.
    static func encode(_ piece: OutputPiece) throws(DumpError) -> EncodedPiece {
        do {
            return .blocks(try BzBlock.encode(piece.bytes, level: level))
        } catch {
            throw DumpError(.jobFailed, "cannot compress a block of \(piece.bytes.count) bytes", cause: error)
        }
    }

    /// Puts the block behind the others, bit by bit.
    mutating func join(_ encoded: EncodedPiece, of piece: PieceContents) throws(DumpError) -> JoinedPiece {
        switch encoded {
        case .blocks(let blocks): JoinedPiece(bytes: assembler.append(blocks))
        case .bytes(let bytes): JoinedPiece(bytes: bytes)
        }
    }

    /// Writes the end mark with the sum over all blocks.
    mutating func finish() throws(DumpError) -> [UInt8] { assembler.finish() }
}

/// Many complete bzip2 streams: one for the header, one for each 100 pages, one for the footer; and an index that tells
/// in which stream a page is.
///
/// Index lines read `offset:pageid:title`, where the offset is that of the first byte of the stream. A stream is
/// compressed block by block, so it may be of any size.
struct MultistreamFormat: OutputFormat {
    private static let level = 9
    private let pagesPerStream: Int
    private var cutter = BzBlockCutter(level: level)
    /// Whether something of the stream was taken.
    private var isOpen = false
    private var pages: [RenderedBatch.Page] = []
    private var assembler = BzStreamAssembler(level: level)
    /// Where the stream that is being written begins.
    private var offset: Int64 = 0

    /// Makes an empty file.
    init(pagesPerStream: Int = 100) { self.pagesPerStream = max(1, pagesPerStream) }

    /// Takes the next bytes; gives a piece for each block that is full, and for each stream that has all its pages.
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

    /// Ends the current stream.
    mutating func cut() -> OutputPiece? {
        guard isOpen else { return nil }
        isOpen = false
        defer { pages = [] }
        return OutputPiece(bytes: cutter.flush() ?? [], contents: PieceContents(pages: pages, endsStream: true))
    }

    /// Compresses a block.
    static func encode(_ piece: OutputPiece) throws(DumpError) -> EncodedPiece {
        try BzipFormat.encode(piece)
    }

    /// Puts the block behind the others, and says of a stream that ends where its pages are.
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

    /// Nothing follows the last stream.
    mutating func finish() throws(DumpError) -> [UInt8] { [] }

    private mutating func take(_ bytes: ArraySlice<UInt8>) -> [OutputPiece] {
        if bytes.isEmpty { return [] }
        isOpen = true
        return cutter.append(Array(bytes)).map { OutputPiece(bytes: $0) }
    }
}
