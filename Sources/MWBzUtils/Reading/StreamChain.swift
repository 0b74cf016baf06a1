import SystemPackage

/// Follows the streams and blocks of a file in order, from the end of one to the beginning of the next.
///
/// A magic number may occur inside a block by chance. The chain never meets it, because it looks only where a block has
/// ended.
struct StreamChain {
    enum Link: Hashable {
        /// A block begins at this bit.
        case block(bitOffset: Int64, level: Int)
        /// The last stream has ended.
        case end
    }

    private let file: any CompressedBytes
    /// Where the next block or stream must begin.
    private(set) var bitOffset: Int64 = 0
    private var level = 9
    private var isInStream = false
    /// The combined checksum of the blocks of the stream; nil if not all of them were passed.
    private var combinedCRC: UInt32? = 0
    private(set) var summary = BzFileSummary()

    /// Begins at the start of a file.
    init(_ file: any CompressedBytes) { self.file = file }

    /// Begins in the middle, where a block begins.
    init(_ file: any CompressedBytes, at bitOffset: Int64) {
        self.file = file
        self.bitOffset = bitOffset
        isInStream = true
        combinedCRC = nil
    }

    /// The number of the stream that the next block belongs to.
    var stream: Int { summary.streamCount }

    /// Advances to the next block.
    /// - Throws: ``BzError`` if a footer does not match its blocks, or if there is something else.
    mutating func next() throws(BzError) -> Link {
        while true {
            let place = bitOffset
            switch try step() {
            case .begin: continue
            case .block(let bitOffset, let level): return .block(bitOffset: bitOffset, level: level)
            case .footer(let end):
                guard end.agrees != false else { throw end.mismatch(in: file.path, at: place) }
            case .end: return .end
            }
        }
    }

    /// What is at one place of a file.
    enum Step: Hashable {
        /// A stream begins. The chain is now past its header.
        case begin(level: Int)
        /// A block begins at this bit. The chain stays before it.
        case block(bitOffset: Int64, level: Int)
        /// A stream has ended. The chain is now past it.
        case footer(BzStreamEnd)
        /// The last stream has ended.
        case end
    }

    /// Examines the next place. Does not check whether a footer matches its blocks.
    mutating func step() throws(BzError) -> Step {
        guard isInStream else { return try beginStream() ? .begin(level: level) : .end }
        let bytes = try file.read(at: bitOffset / 8, count: 11)
        let word = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } << UInt128(8 * (16 - bytes.count))
        let bits = word << UInt128(bitOffset % 8)
        let available = bytes.count * 8 - Int(bitOffset % 8)
        switch UInt64(truncatingIfNeeded: bits >> 80) {
        case BzStream.blockMagic where available >= 48: return .block(bitOffset: bitOffset, level: level)
        case BzStream.footerMagic where available >= 80:
            return .footer(endStream(UInt32(truncatingIfNeeded: bits >> 48)))
        default:
            throw available < 80
                ? error(.truncated, "the file ends inside a stream")
                : error(.damaged, "a block is followed by neither another block nor the end of its stream")
        }
    }

    /// Continues at the beginning of a block, after what came before it could not be read.
    /// - Parameter streamCount: how many streams end in what is skipped.
    mutating func skip(to bitOffset: Int64, streamCount: Int) {
        self.bitOffset = bitOffset
        isInStream = true
        level = 9
        combinedCRC = nil
        summary.streamCount += streamCount
        summary.trailingByteCount = 0
    }

    /// Continues after a block.
    mutating func pass(_ block: BzDecodedBlock) {
        bitOffset += Int64(block.bitCount)
        combinedCRC = combinedCRC.map { BzStream.combinedCRC($0, adding: block.crc) }
        summary.blockCount += 1
        summary.uncompressedSize += Int64(block.uncompressedSize)
    }

    private mutating func beginStream() throws(BzError) -> Bool {
        let bytes = try file.read(at: bitOffset / 8, count: BzStream.headerSize)
        switch BzStreamDecoder.beginning(bytes) {
        case .part:
            level = Int(bytes[3] - UInt8(ascii: "0"))
            bitOffset += Int64(BzStream.headerSize * 8)
            isInStream = true
            return true
        case .cutShort where !bytes.isEmpty:
            throw error(.truncated, "the file ends at the start of a stream")
        case .cutShort, .somethingElse:
            guard summary.streamCount > 0 else {
                throw BzError(
                    .wrongFormat, "not bzip2 data", remedy: "check the file and its name", file: file.path,
                    bitOffset: bitOffset)
            }
            summary.trailingByteCount = try file.size() - summary.endOffset
            return false
        }
    }

    private mutating func endStream(_ crc: UInt32) -> BzStreamEnd {
        let end = BzStreamEnd(
            stream: summary.streamCount, bitOffset: bitOffset, storedCRC: crc, computedCRC: combinedCRC)
        bitOffset = (bitOffset + 80 + 7) / 8 * 8
        isInStream = false
        combinedCRC = 0
        summary.streamCount += 1
        summary.endOffset = bitOffset / 8
        return end
    }

    private func error(_ code: BzError.Code, _ message: String) -> BzError {
        BzError(code, message, remedy: "fetch or write the file again", file: file.path, bitOffset: bitOffset)
    }
}

/// The footer of a stream.
public struct BzStreamEnd: Sendable, Hashable {
    /// The number of the stream in the file, from 0.
    public let stream: Int
    /// Where the magic of the footer begins, in bits from the start of the file.
    public let bitOffset: Int64
    /// The checksum over all blocks that the footer states.
    public let storedCRC: UInt32
    /// The checksum of the blocks that were read; nil if the stream was not read completely.
    public let computedCRC: UInt32?

    /// Whether the two checksums match; nil if that is unknown.
    public var agrees: Bool? { computedCRC.map { $0 == storedCRC } }

    func mismatch(in file: FilePath, at place: Int64) -> BzError {
        BzError(
            .damaged, "the checksum of a stream does not match its blocks",
            remedy: "fetch or write the file again", file: file, bitOffset: place)
    }
}
