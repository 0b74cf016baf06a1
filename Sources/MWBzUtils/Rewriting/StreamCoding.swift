/// How the streams of a recompressed dump are stored.
public struct StreamCoding: Sendable {
    private enum Kind: Sendable {
        case bzip2(level: Int, isReference: Bool)
        case gzip
        case plain
    }

    /// What became of a piece.
    enum Coded: Sendable {
        case blocks([BzBlock])
        case bytes([UInt8])
    }

    private let kind: Kind

    /// Streams of bzip2.
    /// - Parameters:
    ///   - level: 1 to 9: the size of blocks in units of 100,000 bytes.
    ///   - isReference: Whether libbz2 makes the blocks, which are then the very ones that other programs over libbz2
    ///     make.
    public static func bzip2(level: Int = 9, isReference: Bool = false) -> StreamCoding {
        StreamCoding(kind: .bzip2(level: level, isReference: isReference))
    }

    /// Members of gzip.
    public static let gzip = StreamCoding(kind: .gzip)
    /// The text as it is.
    public static let plain = StreamCoding(kind: .plain)

    /// The size of blocks in units of 100,000 bytes.
    var level: Int { if case .bzip2(let level, _) = kind { level } else { 9 } }

    func encode(_ bytes: [UInt8]) throws(BzError) -> Coded {
        switch kind {
        case .bzip2(let level, false): .blocks(try BzBlock.encode(bytes, level: level))
        case .bzip2(let level, true):
            .blocks(try BzBlock.encode(bytes, level: level, with: BzLibraryEncoder()))
        case .gzip: .bytes(bytes.isEmpty ? [] : try GzipMember.compress(bytes))
        case .plain: .bytes(bytes)
        }
    }

    /// What ends a stream that the assembler has put together.
    func end(_ assembler: inout BzStreamAssembler) -> [UInt8] {
        if case .bzip2 = kind { assembler.finish() } else { [] }
    }
}
