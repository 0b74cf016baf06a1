/// Finds the runs of four or more equal bytes, which the run-length stage of bzip2 shortens.
enum Runs {
    /// How many bytes stand before the start of some later run, with no run of four or more among them.
    ///
    /// The byte at `start` must begin a run; so does the byte behind those counted. Compares eight bytes at a time with their three successors.
    static func plainCount(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, atMost limit: Int) -> Int {
        let raw = UnsafeRawBufferPointer(bytes)
        let end = min(bytes.count, start + limit)
        var index = start
        while index + 11 <= end {
            let word = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            var difference: UInt64 = 0
            for step in 1...3 {
                difference |= unsafe word ^ raw.loadUnaligned(fromByteOffset: index + step, as: UInt64.self)
            }
            difference = UInt64(littleEndian: difference)
            // The lowest bit this leaves belongs to the first byte of `difference` that is zero: four equal bytes.
            let zeros = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
            if zeros != 0 { return index + zeros.trailingZeroBitCount / 8 - start }
            index += 8
        }
        while index > start, unsafe bytes[index] == bytes[index - 1] { index -= 1 }
        return index - start
    }
}
