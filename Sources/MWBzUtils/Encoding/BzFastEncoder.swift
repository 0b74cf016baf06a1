/// Compresses blocks faster than libbz2 and to the same size, in a time that does not depend on their content.
///
/// The blocks differ from those of libbz2 only in the choice of code tables.
@safe public final class BzFastEncoder: BzBlockEncoder {
    /// Bytes of a block before its sorting, at the highest level.
    private static let capacity = 900_000
    private let sorter = RotationSorter(capacity: capacity + 16)
    private let column: UnsafeMutablePointer<UInt8>
    private let symbols: UnsafeMutablePointer<UInt16>
    private let output: UnsafeMutablePointer<UInt8>

    /// Makes an encoder, which needs some 20 MB at most, less for small blocks.
    public init() {
        unsafe column = .allocate(capacity: Self.capacity + 16)
        unsafe symbols = .allocate(capacity: Self.capacity + 32)
        unsafe output = .allocate(capacity: BlockWriter.capacity(symbolCount: Self.capacity + 32) / 8 + 16)
    }

    deinit {
        unsafe column.deallocate()
        unsafe symbols.deallocate()
        unsafe output.deallocate()
    }

    /// Compresses a piece.
    public func encode(_ piece: ArraySlice<UInt8>, level: Int) throws(BzError) -> BzBlock {
        precondition(!piece.isEmpty, "an empty piece makes no block")
        var crc = BzCRC()
        let count = unsafe piece.withUnsafeBufferPointer { bytes in
            var meter = RunLengthMeter(level: level)
            unsafe precondition(
                meter.cut(bytes, from: 0) == nil, "the piece does not fit into a block of level \(level)")
            unsafe crc.add(bytes)
            return unsafe RunLengthShortener.shorten(bytes, into: sorter.block)
        }
        let origPtr = unsafe sorter.sort(count: count, into: column)
        let coded = unsafe SymbolEncoder(UnsafeBufferPointer(start: column, count: count), into: symbols)
        let all = unsafe UnsafeBufferPointer(start: symbols, count: coded.count)
        let tables = unsafe CodeTables(all, frequencies: coded.frequencies, alphabetSize: coded.alphabetSize)
        var writer = unsafe BitWriter(output)
        let block = BlockWriter(crc: crc.value, origPtr: origPtr, usedBytes: coded.usedBytes, tables: tables)
        unsafe block.write(all, to: &writer)
        let bits = writer.bitCount
        let bytes = unsafe Array(UnsafeBufferPointer(start: output, count: (bits + 7) / 8))
        return BzBlock(bytes: bytes, bitCount: bits, uncompressedSize: piece.count)
    }
}

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
