/// What the index says about a block of a dump.
public struct IndexedBlock: Sendable, Hashable {
    /// Where its content is in the decoded dump, in bytes.
    public let uncompressedOffset: Int64
    /// Bytes of its content.
    public let uncompressedSize: Int
    /// Where its magic begins in the file, in bits.
    public let bitOffset: Int64
    /// Bits from the start of its magic to the magic after it.
    public let bitCount: Int
    /// The checksum of its content.
    public let crc: UInt32
    /// The number of its stream in the file, from 0.
    public let stream: Int
    /// The level of its stream, 1 to 9.
    public let level: Int
    /// The smallest and the largest id of the revisions that begin in it; nil if none does.
    public internal(set) var revisions: ClosedRange<Int64>?

    /// Where its content ends in the decoded dump, in bytes.
    public var uncompressedEnd: Int64 { uncompressedOffset &+ Int64(uncompressedSize) }
}

extension IndexedBlock: IndexRecord {
    static let size = 56
    var key: Int64 { uncompressedOffset }

    func encode(to bytes: inout [UInt8]) {
        bytes.append(littleEndian: uncompressedOffset)
        bytes.append(littleEndian: bitOffset)
        bytes.append(littleEndian: UInt32(clamping: bitCount))
        bytes.append(littleEndian: UInt32(clamping: uncompressedSize))
        bytes.append(littleEndian: crc)
        bytes.append(littleEndian: UInt32(clamping: level))
        bytes.append(littleEndian: Int64(stream))
        bytes.append(littleEndian: revisions?.lowerBound ?? .max)
        bytes.append(littleEndian: revisions?.upperBound ?? .min)
    }

    init(_ bytes: [UInt8], at start: Int) {
        let (low, high): (Int64, Int64) = (bytes.number(at: start + 40), bytes.number(at: start + 48))
        self.init(
            uncompressedOffset: bytes.number(at: start),
            uncompressedSize: Int(bytes.number(at: start + 20, as: UInt32.self)),
            bitOffset: bytes.number(at: start + 8), bitCount: Int(bytes.number(at: start + 16, as: UInt32.self)),
            crc: bytes.number(at: start + 24), stream: Int(bytes.number(at: start + 32, as: Int64.self)),
            level: Int(bytes.number(at: start + 28, as: UInt32.self)), revisions: low <= high ? low...high : nil)
    }
}
