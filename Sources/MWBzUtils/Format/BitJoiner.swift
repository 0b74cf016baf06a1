/// Puts strings of bits one behind the other and gives whole bytes.
struct BitJoiner: Sendable {
    /// Bits that wait for a byte to fill, 0 to 7.
    private(set) var phase = 0
    /// The waiting bits, left-aligned, zeros behind them.
    private var carry: UInt8 = 0

    /// Appends the first `bitCount` bits of `source`; the bits behind them in its last byte must be zero.
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

    /// Fills the last byte up with zero bits.
    mutating func finish(to output: inout [UInt8]) {
        if phase > 0 { output.append(carry) }
        phase = 0
        carry = 0
    }
}
