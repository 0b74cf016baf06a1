/// One compressed block of a bzip2 stream, outside of any stream.
///
/// A block does not depend on what comes before it, so blocks can be made at the same time and joined in order with
/// ``BzStreamAssembler``. It has no length field and rarely ends at a byte boundary. Its bits are kept from the first bit of
/// its magic on, most significant bit first.
public struct BzBlock: Sendable, Hashable {
    /// The bits, left-aligned; the bits of the last byte after ``bitCount`` are zero.
    public let bytes: [UInt8]
    /// How many bits the block has.
    public let bitCount: Int
    /// The checksum of the uncompressed bytes: CRC-32 with polynomial 0x04C11DB7, most significant bit first.
    public let crc: UInt32
    /// Bytes before compression.
    public let uncompressedSize: Int

    /// Makes a block.
    /// - Parameters:
    ///   - bytes: At least `bitCount` bits, beginning with the magic of a block. What comes after them is dropped.
    ///   - bitCount: How many bits the block has; at least the 80 of magic and checksum, which is read from them.
    ///   - uncompressedSize: Bytes before compression.
    public init(bytes: [UInt8], bitCount: Int, uncompressedSize: Int) {
        precondition(bitCount >= 80 && (bitCount + 7) / 8 <= bytes.count, "a block holds at least magic and checksum")
        var bytes = bytes
        bytes.removeSubrange(((bitCount + 7) / 8)...)
        if bitCount % 8 != 0 { bytes[bytes.count - 1] &= 0xFF << UInt8(8 - bitCount % 8) }
        self.crc = bytes[6..<10].reduce(0) { $0 << 8 | UInt32($1) }
        self.bytes = bytes
        self.bitCount = bitCount
        self.uncompressedSize = uncompressedSize
    }
}

/// Constants of the bzip2 format, and the compression of whole streams in one call.
///
/// A stream is a header of 32 bits, any number of blocks, and a footer of 80 bits that is padded to a whole byte. All
/// numbers are written most significant bit first. A file may contain several streams, one after the other.
public enum BzStream {
    /// Bytes of the header: `BZh` and the level as a digit.
    static let headerSize = 4
    /// Bits of the magic of a block or footer.
    static let magicBits = 48
    /// The beginning of every block. Its checksum follows.
    static let blockMagic: UInt64 = 0x3141_5926_5359
    /// The beginning of the footer. The combined checksum follows.
    static let footerMagic: UInt64 = 0x1772_4538_5090

    /// How many bytes after the run-length stage libbz2 puts into a block: 19 less than the format allows.
    static func blockCapacity(level: Int) -> Int {
        precondition((1...9).contains(level), "a bzip2 level must be 1 to 9")
        return level * 100_000 - 19
    }

    static func header(level: Int) -> [UInt8] {
        precondition((1...9).contains(level), "a bzip2 level must be 1 to 9")
        return Array("BZh".utf8) + [UInt8(ascii: "0") + UInt8(level)]
    }

    /// The checksum of a stream after one more block.
    /// - Parameters:
    ///   - combined: The checksum of the stream so far; 0 for a stream without blocks.
    ///   - block: The checksum of the block.
    public static func combinedCRC(_ combined: UInt32, adding block: UInt32) -> UInt32 {
        (combined << 1 | combined >> 31) ^ block
    }
}
