import MWBzUtils

/// A gzip file of independent members: header, body, footer.
///
/// A long body is split into several members, so that many cores can share the work and files can be joined by copying bytes.
/// Readers treat the members as one file.
struct GzipFormat: OutputFormat {
    /// The size of a body member before compression. At this size, the overhead of members is 0.3 % of the file.
    private static let memberSize = 1 << 20
    private var current: [UInt8] = []

    init() {}

    /// Takes the next bytes and returns a piece for each full member.
    mutating func append(_ batch: RenderedBatch) -> [OutputPiece] {
        var full: [OutputPiece] = []
        var rest = batch.bytes[...]
        while current.count + rest.count >= Self.memberSize {
            let room = Self.memberSize - current.count
            full.append(OutputPiece(bytes: current + rest.prefix(room)))
            current = []
            rest = rest.dropFirst(room)
        }
        current += rest
        return full
    }

    /// Ends the current member.
    mutating func cut() -> OutputPiece? {
        defer { current = [] }
        return current.isEmpty ? nil : OutputPiece(bytes: current)
    }

    /// Compresses a member.
    static func encode(_ piece: OutputPiece) throws(DumpError) -> EncodedPiece {
        do {
            return .bytes(try GzipMember.compress(piece.bytes))
        } catch {
            throw DumpError(.jobFailed, "cannot compress a member of \(piece.bytes.count) bytes", cause: error)
        }
    }

    /// Appends the member to the others.
    mutating func join(_ encoded: EncodedPiece, of piece: PieceContents) throws(DumpError) -> JoinedPiece {
        guard case .bytes(let bytes) = encoded else { return JoinedPiece(bytes: []) }
        return JoinedPiece(bytes: bytes)
    }

    /// Nothing follows the last member.
    mutating func finish() throws(DumpError) -> [UInt8] { [] }
}

/// A file that is not compressed.
struct PlainFormat: OutputFormat {
    init() {}

    /// Every batch is a piece.
    mutating func append(_ batch: RenderedBatch) -> [OutputPiece] {
        batch.bytes.isEmpty ? [] : [OutputPiece(bytes: batch.bytes)]
    }

    /// There is never a partial piece.
    mutating func cut() -> OutputPiece? { nil }

    /// Leaves the bytes as they are.
    static func encode(_ piece: OutputPiece) throws(DumpError) -> EncodedPiece { .bytes(piece.bytes) }

    /// Appends the bytes to the others.
    mutating func join(_ encoded: EncodedPiece, of piece: PieceContents) throws(DumpError) -> JoinedPiece {
        guard case .bytes(let bytes) = encoded else { return JoinedPiece(bytes: []) }
        return JoinedPiece(bytes: bytes)
    }

    /// Nothing follows the last bytes.
    mutating func finish() throws(DumpError) -> [UInt8] { [] }
}
