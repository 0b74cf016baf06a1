/// Bits of a file, moved to a byte border.
enum BitRange {
    /// Reads bits at a place; the bits of the last byte behind them are zero.
    /// - Throws: ``BzError`` with code `truncated` if the file ends before.
    static func read(_ file: RandomAccessFile, at bitOffset: Int64, count: Int) throws(BzError) -> [UInt8] {
        let shift = Int(bitOffset % 8)
        let bytes = try file.read(at: bitOffset / 8, count: (shift + count + 7) / 8)
        guard bytes.count * 8 >= shift + count else {
            throw BzError(
                .truncated, "the file became shorter while it was read", remedy: "try again when nobody writes it",
                file: file.path, bitOffset: bitOffset)
        }
        return aligned(bytes, from: shift, count: count)
    }

    /// The bits from `shift` on, 0 to 7, of some bytes.
    static func aligned(_ bytes: [UInt8], from shift: Int, count: Int) -> [UInt8] {
        let size = (count + 7) / 8
        var result = bytes
        if shift > 0 {
            unsafe result.withUnsafeMutableBytes { target in
                var index = 0
                while index + 9 <= target.count {
                    let word = UInt64(bigEndian: unsafe target.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                    let next = unsafe UInt64(target[index + 8])
                    let moved = word << UInt64(shift) | next >> UInt64(8 - shift)
                    unsafe target.storeBytes(of: moved.bigEndian, toByteOffset: index, as: UInt64.self)
                    index += 8
                }
                while index < target.count {
                    let next = unsafe index + 1 < target.count ? target[index + 1] : 0
                    unsafe target[index] = target[index] << UInt8(shift) | next >> UInt8(8 - shift)
                    index += 1
                }
            }
        }
        result.removeSubrange(size...)
        if count % 8 != 0 { result[size - 1] &= 0xFF << UInt8(8 - count % 8) }
        return result
    }
}
