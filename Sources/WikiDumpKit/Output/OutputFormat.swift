import MWBzUtils

/// Turns the bytes of an export into the bytes of a compressed file.
///
/// The work is split into pieces so that many cores can share it. ``append(_:)`` and ``cut()`` are called in the order of the
/// export and return pieces. ``encode(_:)`` compresses a piece, on any core and at any time. ``join(_:of:)`` is called in the
/// order of the pieces and returns the bytes for the file.
protocol OutputFormat: Sendable {
    /// Takes the next bytes of the export.
    /// - Returns: The pieces that are full now.
    mutating func append(_ batch: RenderedBatch) -> [OutputPiece]

    /// Ends the current piece, so that following bytes begin a new one.
    mutating func cut() -> OutputPiece?

    /// Compresses a piece. This takes nearly all of the time of a dump.
    /// - Throws: ``DumpError`` with code `jobFailed` if the compressor fails.
    static func encode(_ piece: OutputPiece) throws(DumpError) -> EncodedPiece

    /// Appends the next compressed piece to the others.
    mutating func join(_ encoded: EncodedPiece, of piece: PieceContents) throws(DumpError) -> JoinedPiece

    /// Returns the last bytes of the file.
    mutating func finish() throws(DumpError) -> [UInt8]
}

extension OutputFormat {
    mutating func join(_ encoded: EncodedPiece, of piece: PieceContents) throws(DumpError) -> JoinedPiece {
        guard case .bytes(let bytes) = encoded else { return JoinedPiece(bytes: []) }
        return JoinedPiece(bytes: bytes)
    }

    mutating func finish() throws(DumpError) -> [UInt8] { [] }
}

/// A stretch of an export that is compressed on its own.
struct OutputPiece: Sendable {
    var bytes: [UInt8]
    /// What the bytes hold.
    var contents: PieceContents = PieceContents()
}

/// The contents of a piece, as far as an index of the file needs them.
struct PieceContents: Sendable {
    /// The pages of the piece, in order. Set only by formats with an index.
    var pages: [RenderedBatch.Page] = []
    /// Whether the piece is the last one of a stream, in formats with many streams.
    var endsStream: Bool = false
}

enum EncodedPiece: Sendable {
    /// Blocks of a bzip2 stream that has other blocks before and after them.
    case blocks([BzBlock])
    /// Self-contained bytes: a whole stream or member.
    case bytes([UInt8])
}

/// The result of joining a piece.
struct JoinedPiece: Sendable {
    var bytes: [UInt8]
    /// The lines for the index of the file, not compressed yet.
    var indexLines: [UInt8] = []
}
