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
