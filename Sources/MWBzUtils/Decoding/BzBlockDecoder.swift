/// Decodes single blocks that begin anywhere, without reading what comes before them.
///
/// A decoder keeps some megabytes of working memory between blocks, so make one for each task and use it for many blocks. A
/// block is returned only if its checksum matches.
public protocol BzBlockDecoder: AnyObject, SendableMetatype {
    /// Makes a decoder.
    init()

    /// Decodes a block.
    /// - Parameters:
    ///   - bytes: Compressed data that holds the block and a magic number after it, or all data up to the end of the
    ///     file. 1,000,000 bytes from the start of a block are always enough.
    ///   - bitOffset: Where the magic of the block begins, in bits from the start of `bytes`.
    ///   - level: The level of the stream, 1 to 9, which limits the size of the block. 9 accepts all blocks.
    /// - Throws: ``BzError`` with code `wrongFormat` if there is no magic of a block, `truncated` if the data ends too
    ///   early, `damaged` if the block violates a rule or its checksum. Offsets count from the start of `bytes`.
    func decode(_ bytes: [UInt8], at bitOffset: Int, level: Int) throws(BzError) -> BzDecodedBlock
}

extension BzError {
    static func damagedBlock(_ why: String, at bitOffset: Int) -> BzError {
        BzError(
            .damaged, "the bzip2 block is damaged: \(why)", remedy: "fetch or write the file again",
            bitOffset: Int64(bitOffset))
    }

    static func truncatedBlock(at bitOffset: Int) -> BzError {
        BzError(
            .truncated, "the bzip2 data ends inside a block", remedy: "fetch or write the file again",
            bitOffset: Int64(bitOffset))
    }

    static func noBlock(at bitOffset: Int) -> BzError {
        BzError(.wrongFormat, "no bzip2 block begins here", bitOffset: Int64(bitOffset))
    }
}

/// A block that was decoded and verified by its checksum.
///
/// The content of a block is nearly always some 0.9 MB, but a block of one repeated byte can hold 46 MB. Such a long block
/// is kept in its form before the runs are expanded, which is at most 0.9 MB, until ``content()`` is called.
public struct BzDecodedBlock: Sendable {
    private enum Storage {
        /// Bytes as the run-length stage left them.
        case coded([UInt8])
        case plain([UInt8])
    }

    /// How many coded bytes are expanded at a time. Five of them may stand for 259.
    private static let codedPiece = 1 << 16
    private let storage: Storage
    /// Bytes of the content.
    public let uncompressedSize: Int
    /// Bits from the start of its magic to the magic after it.
    public let bitCount: Int
    /// The checksum of the content, as the block states it.
    public let crc: UInt32

    init(coded: [UInt8], uncompressedSize: Int, bitCount: Int, crc: UInt32) {
        storage = .coded(coded)
        self.uncompressedSize = uncompressedSize
        self.bitCount = bitCount
        self.crc = crc
    }

    init(plain: [UInt8], bitCount: Int, crc: UInt32) {
        storage = .plain(plain)
        uncompressedSize = plain.count
        self.bitCount = bitCount
        self.crc = crc
    }

    /// The content.
    /// - Complexity: One pass over the content, each time, if it is more than twice as long as usual; else nothing.
    public func content() -> [UInt8] {
        switch storage {
        case .plain(let bytes):
            return bytes
        case .coded(let coded):
            var expander = RunLengthExpander(capacity: uncompressedSize)
            unsafe coded.withUnsafeBufferPointer { unsafe expander.append($0) }
            return expander.bytes
        }
    }

    /// Passes on the content in pieces of a few megabytes at most, so that a long one is never in memory as a whole.
    func forEachPiece(_ body: ([UInt8]) async throws(BzError) -> Void) async throws(BzError) {
        switch storage {
        case .plain(let bytes): try await body(bytes)
        case .coded(let coded):
            var expander = RunLengthExpander(capacity: 0)
            var start = 0
            while start < coded.count {
                let end = min(start + Self.codedPiece, coded.count)
                unsafe coded.withUnsafeBufferPointer {
                    unsafe expander.append(UnsafeBufferPointer(rebasing: $0[start..<end]))
                }
                start = end
                try await body(expander.takeBytes())
            }
        }
    }
}
