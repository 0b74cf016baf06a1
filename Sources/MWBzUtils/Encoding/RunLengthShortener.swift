/// The run-length stage of bzip2: four to 255 equal bytes become four of them and a count.
enum RunLengthShortener {
    private static let longestRun = 255

    /// Shortens bytes that ``RunLengthMeter`` found to fit a block.
    /// - Parameter output: Room for the block and 8 bytes more.
    /// - Returns: the number of bytes written.
    static func shorten(_ bytes: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<UInt8>) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var written = 0
        var index = 0
        while index < bytes.count {
            let plain = unsafe Runs.plainCount(bytes, from: index, atMost: bytes.count)
            unsafe (output + written).update(from: base + index, count: plain)
            written += plain
            index += plain
            let byte = unsafe bytes[index]
            var run = 1
            while run < longestRun, index + run < bytes.count, unsafe bytes[index + run] == byte { run += 1 }
            let kept = min(run, 4)
            unsafe (output + written).update(repeating: byte, count: kept)
            written += kept
            if run >= 4 {
                unsafe output[written] = UInt8(run - 4)
                written += 1
            }
            index += run
        }
        return written
    }
}
