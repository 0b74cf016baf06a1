/// Measures bytes as they are after the run-length stage of bzip2, to find where a block is full.
///
/// That stage writes four to 255 equal bytes as four of them and a count. A block is full as soon as the runs that
/// have *ended* reach the limit of the level; the byte that ended the last of them begins the next block. This is the
/// rule of libbz2, so blocks cut here are the blocks the `bzip2` command makes.
struct RunLengthMeter: Sendable {
    /// The longest run that one count byte can express. libbz2 begins a new run after it.
    private static let longestRun = 255
    private let limit: Int
    private var coded = 0
    private var runByte: UInt8 = 0
    private var runLength = 0

    init(level: Int) { limit = BzStream.blockCapacity(level: level) }

    /// Takes bytes up to the end of the current block.
    ///
    /// - Returns: the index at which the block ends and the next call must continue; nil if all bytes were taken and the
    ///   block has room left.
    mutating func cut(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            let byte = unsafe bytes[index]
            if byte == runByte, runLength > 0, runLength < Self.longestRun {
                runLength += 1
                index += 1
                continue
            }
            coded += runLength < 4 ? runLength : 5
            if coded >= limit {
                restart()
                return index
            }
            let plain = unsafe Runs.plainCount(bytes, from: index, atMost: limit - coded)
            coded += plain
            index += plain
            runByte = unsafe bytes[index]
            runLength = 1
            index += 1
        }
        return nil
    }

    /// Forgets the current block.
    mutating func restart() {
        coded = 0
        runLength = 0
    }
}

/// Finds the runs of four or more equal bytes, which the run-length stage of bzip2 shortens.
enum Runs {
    /// The number of bytes up to the start of some later run. No run of four or more is among them.
    ///
    /// The byte at `start` must begin a run, and so does the byte after those counted. Eight bytes at a time are compared with
    /// their three successors.
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
