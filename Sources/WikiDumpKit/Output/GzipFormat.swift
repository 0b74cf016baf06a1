import MWBzUtils

/// A gzip file of independent members: header, body, footer.
///
/// A long body is split into several members, so that many cores can share the work and files can be joined by copying bytes.
/// Readers treat the members as one file.
struct GzipFormat: OutputFormat {
    private static let memberSize = 1 << 20
    private var current: [UInt8] = []

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

    mutating func cut() -> OutputPiece? {
        defer { current = [] }
        return current.isEmpty ? nil : OutputPiece(bytes: current)
    }

    static func encode(_ piece: OutputPiece) throws(DumpError) -> EncodedPiece {
        do {
            return .bytes(try GzipMember.compress(piece.bytes))
        } catch {
            throw DumpError(.jobFailed, "cannot compress a member of \(piece.bytes.count) bytes", cause: error)
        }
    }
}

/// A file that is not compressed.
struct PlainFormat: OutputFormat {
    /// Every batch is a piece.
    mutating func append(_ batch: RenderedBatch) -> [OutputPiece] {
        batch.bytes.isEmpty ? [] : [OutputPiece(bytes: batch.bytes)]
    }

    mutating func cut() -> OutputPiece? { nil }

    static func encode(_ piece: OutputPiece) throws(DumpError) -> EncodedPiece { .bytes(piece.bytes) }
}
