/// Facts of the bzip2 format that all parts share, and whole streams in one call.
///
/// A stream is a header of 32 bits, any number of blocks, and a footer of 80 bits that is filled up to a whole byte.
/// All numbers are written most significant bit first. A file may hold many streams, one behind the other.
public enum BzStream {
    /// Bytes of the header: `BZh` and the level as a digit.
    static let headerSize = 4
    /// Bits of the magic of a block or footer.
    static let magicBits = 48
    /// What every block begins with; its checksum follows.
    static let blockMagic: UInt64 = 0x3141_5926_5359
    /// What the footer begins with; the combined checksum follows.
    static let footerMagic: UInt64 = 0x1772_4538_5090

    /// Bytes after the run-length stage at which libbz2 ends a block. It keeps 19 bytes in hand below the limit of the
    /// format.
    static func blockCapacity(level: Int) -> Int {
        precondition((1...9).contains(level), "a bzip2 level is 1 to 9")
        return level * 100_000 - 19
    }

    static func header(level: Int) -> [UInt8] {
        precondition((1...9).contains(level), "a bzip2 level is 1 to 9")
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
