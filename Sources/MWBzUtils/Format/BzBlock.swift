/// One compressed block of a bzip2 stream, lifted out of any stream.
///
/// A block does not know what stands before it, so blocks can be made side by side and joined in order
/// (``BzStreamAssembler``). It has no length field and rarely ends at a byte border; its bits are kept from the first
/// bit of its magic, most significant bit first.
public struct BzBlock: Sendable, Hashable {
    /// The bits, left-aligned; the bits of the last byte behind ``bitCount`` are zero.
    public let bytes: [UInt8]
    /// How many bits the block has.
    public let bitCount: Int
    /// The checksum of the uncompressed bytes: CRC-32 with polynomial 0x04C11DB7, most significant bit first.
    public let crc: UInt32
    /// Bytes before compression.
    public let uncompressedSize: Int

    /// Makes a block.
    /// - Parameters:
    ///   - bytes: At least `bitCount` bits, beginning with the magic of a block. What stands behind them is dropped.
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
