/// Continues a stream that was cut between two blocks and at a byte boundary. Writes blocks, then the footer with the
/// checksum over the blocks before the cut and these.
public struct BzStreamContinuation: Sendable {
    private var joiner = BitJoiner()
    private var combinedCRC: UInt32

    /// Begins after a cut.
    /// - Parameter combinedCRC: The combined checksum of the blocks before the cut.
    public init(combinedCRC: UInt32) { self.combinedCRC = combinedCRC }

    /// Appends blocks, whose level must not be above that of the stream.
    /// - Returns: the bytes that are complete now.
    public mutating func append(_ blocks: [BzBlock]) -> [UInt8] {
        var output: [UInt8] = []
        for block in blocks {
            joiner.append(block.bytes, bitCount: block.bitCount, to: &output)
            combinedCRC = BzStream.combinedCRC(combinedCRC, adding: block.crc)
        }
        return output
    }

    /// Ends the stream.
    /// - Returns: the last bytes.
    public mutating func finish() -> [UInt8] {
        var output: [UInt8] = []
        let footer = UInt128(BzStream.footerMagic) << 32 | UInt128(combinedCRC)
        joiner.append((0..<10).map { UInt8(truncatingIfNeeded: footer >> (72 - 8 * $0)) }, bitCount: 80, to: &output)
        joiner.finish(to: &output)
        return output
    }
}
