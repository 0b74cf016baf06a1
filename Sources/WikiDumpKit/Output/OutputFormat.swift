import MWBzUtils

/// How the bytes of an export become the bytes of a compressed file.
///
/// The work is cut into pieces so that many cores can share it: ``append(_:)`` and ``cut()`` are called in the order of
/// the export and give pieces; ``encode(_:)`` compresses a piece, anywhere and at any time; ``join(_:of:)`` is called in
/// the order of the pieces and gives what the file gets.
protocol OutputFormat: Sendable {
    /// Takes the next bytes of the export.
    /// - Returns: the pieces that are full now.
    mutating func append(_ batch: RenderedBatch) -> [OutputPiece]

    /// Ends the current piece, so that whatever follows begins a new one.
    mutating func cut() -> OutputPiece?

    /// Compresses a piece. Costs nearly all of the time of a dump.
    /// - Throws: ``DumpError`` with code `jobFailed` when the compressor refuses.
    static func encode(_ piece: OutputPiece) throws(DumpError) -> EncodedPiece

    /// Puts the next compressed piece behind the others.
    mutating func join(_ encoded: EncodedPiece, of piece: PieceContents) throws(DumpError) -> JoinedPiece

    /// Ends the file.
    mutating func finish() throws(DumpError) -> [UInt8]
}

/// A stretch of an export that is compressed on its own.
struct OutputPiece: Sendable {
    /// The bytes.
    var bytes: [UInt8]
    /// What the bytes hold.
    var contents: PieceContents = PieceContents()
}

/// What a piece holds, as far as an index of the file wants to know.
struct PieceContents: Sendable {
    /// The pages of the piece, in order. Only formats with an index keep them.
    var pages: [RenderedBatch.Page] = []
    /// Whether the piece is the last of a stream that stands for itself, in formats that have many.
    var endsStream: Bool = false
}

/// A compressed piece.
enum EncodedPiece: Sendable {
    /// Blocks of a bzip2 stream that goes on before and after them.
    case blocks([BzBlock])
    /// Bytes that stand for themselves: a whole stream or member.
    case bytes([UInt8])
}

/// What joining a piece gives.
struct JoinedPiece: Sendable {
    /// Bytes for the file.
    var bytes: [UInt8]
    /// Lines for the index beside the file, not compressed yet.
    var indexLines: [UInt8] = []
}
