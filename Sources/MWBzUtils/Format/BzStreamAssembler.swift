/// Joins compressed blocks into standard bzip2 streams.
///
/// The blocks of a stream are not byte-aligned, so the bits of each are shifted; nothing is compressed again. The header
/// comes with the first bytes, and the footer contains the checksum over all blocks. What is appended after ``finish()``
/// begins another stream.
public struct BzStreamAssembler: Sendable {
    private let level: Int
    private var joiner = BitJoiner()
    private var isOpen = false
    private var combinedCRC: UInt32 = 0
    /// The number of whole bytes returned so far.
    public private(set) var byteCount: Int64 = 0

    /// Makes an assembler.
    /// - Parameter level: 1 to 9; at least the level of every block.
    public init(level: Int = 9) {
        precondition((1...9).contains(level), "a bzip2 level must be 1 to 9")
        self.level = level
    }

    /// Makes an assembler that continues a stream, which was cut between two blocks and at a byte boundary.
    /// - Parameters:
    ///   - combinedCRC: The combined checksum of the blocks before the cut.
    ///   - level: The level of the stream; at least the level of every block.
    public init(continuing combinedCRC: UInt32, level: Int = 9) {
        self.init(level: level)
        (self.combinedCRC, isOpen) = (combinedCRC, true)
    }

    /// Where the next block will begin, in bits from the start of the output. The second block of an
    /// ``append(_:)`` begins a first block's ``BzBlock/bitCount`` later, and so on.
    public var nextBlockOffset: Int64 {
        byteCount * 8 + Int64(joiner.phase) + (isOpen ? 0 : Int64(BzStream.headerSize * 8))
    }

    /// Appends blocks.
    /// - Returns: the bytes that are complete now.
    /// - Complexity: One pass over the compressed bytes.
    public mutating func append(_ blocks: [BzBlock]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(blocks.reduce(16) { $0 + $1.bytes.count })
        for block in blocks {
            open(&output)
            joiner.append(block.bytes, bitCount: block.bitCount, to: &output)
            combinedCRC = BzStream.combinedCRC(combinedCRC, adding: block.crc)
        }
        byteCount += Int64(output.count)
        return output
    }

    /// Ends the stream. Without blocks it becomes a valid empty stream.
    /// - Returns: the last bytes.
    public mutating func finish() -> [UInt8] {
        var output: [UInt8] = []
        open(&output)
        let footer = UInt128(BzStream.footerMagic) << 32 | UInt128(combinedCRC)
        let bytes = (0..<10).map { UInt8(truncatingIfNeeded: footer >> (72 - 8 * $0)) }
        joiner.append(bytes, bitCount: 80, to: &output)
        joiner.finish(to: &output)
        byteCount += Int64(output.count)
        isOpen = false
        combinedCRC = 0
        return output
    }

    private mutating func open(_ output: inout [UInt8]) {
        if !isOpen { output += BzStream.header(level: level) }
        isOpen = true
    }
}

/// Concatenates strings of bits and returns whole bytes.
struct BitJoiner: Sendable {
    /// How many bits are waiting to fill a byte, 0 to 7.
    private(set) var phase = 0
    /// The waiting bits, left-aligned and followed by zeros.
    private var carry: UInt8 = 0

    /// Appends the first `bitCount` bits of `source`. The bits after them in its last byte must be zero.
    mutating func append(_ source: [UInt8], bitCount: Int, to output: inout [UInt8]) {
        let start = output.count
        let sourceCount = (bitCount + 7) / 8
        let wholeCount = (phase + bitCount) / 8
        // One byte more than is kept: the last byte of the source may end up as the new carry.
        output.append(contentsOf: repeatElement(0, count: sourceCount + 1))
        unsafe output.withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { bytes in
                var held = UInt64(carry) << 56
                var index = 0
                while index + 8 <= sourceCount {
                    let next = UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                    let word = (held | next >> UInt64(phase)).bigEndian
                    unsafe target.storeBytes(of: word, toByteOffset: start + index, as: UInt64.self)
                    held = next << UInt64(64 - phase)
                    index += 8
                }
                while index < sourceCount {
                    let next = unsafe UInt64(bytes[index]) << 56
                    unsafe target[start + index] = UInt8((held | next >> UInt64(phase)) >> 56)
                    held = next << UInt64(8 - phase)
                    if phase == 0 { held = 0 }
                    index += 1
                }
                unsafe target[start + sourceCount] = UInt8(held >> 56)
            }
        }
        carry = output[start + wholeCount]
        phase = (phase + bitCount) % 8
        if phase == 0 { carry = 0 }
        output.removeSubrange((start + wholeCount)...)
    }

    /// Fills the last byte with zero bits.
    mutating func finish(to output: inout [UInt8]) {
        if phase > 0 { output.append(carry) }
        phase = 0
        carry = 0
    }
}
