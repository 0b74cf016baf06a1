/// Blocks that follow each other in one stream of a file.
public struct BzBlockRun: Sendable, Hashable {
    /// Where the magic of the first begins, in bits from the start of the file.
    public private(set) var bitOffset: Int64
    /// Bits from there to behind the last.
    public private(set) var bitCount: Int64
    /// How many there are.
    public private(set) var blockCount: Int
    /// The combined checksum of a stream that has these blocks and no others.
    public private(set) var combinedCRC: UInt32

    /// Makes a run of one block.
    public init(bitOffset: Int64, bitCount: Int64, crc: UInt32) {
        self.bitOffset = bitOffset
        self.bitCount = bitCount
        blockCount = 1
        combinedCRC = crc
    }

    /// The bit behind the last block.
    public var endOffset: Int64 { bitOffset + bitCount }

    /// Appends a block that begins where the run ends.
    mutating func append(bitCount: Int64, crc: UInt32) {
        self.bitCount += bitCount
        blockCount += 1
        combinedCRC = BzStream.combinedCRC(combinedCRC, adding: crc)
    }

    /// The combined checksum of a stream when these blocks follow those it had.
    ///
    /// The sum turns by one bit for each block, so the sum before only has to be turned by as many bits.
    func combined(after crc: UInt32) -> UInt32 {
        let turn = UInt32(blockCount % 32)
        return (turn == 0 ? crc : crc << turn | crc >> (32 - turn)) ^ combinedCRC
    }
}
