public import SystemPackage

/// Makes the index of an existing dump in one pass, using all cores.
public struct DumpIndexer: Sendable {
    /// The index, and what follows the last stream of the dump.
    public struct Made: Sendable {
        /// The index.
        public let index: DumpIndex
        /// The offset of the first byte of the dump that belongs to no stream; nil if there is none.
        public let trailingOffset: Int64?
    }

    private let dump: FilePath
    private let index: FilePath

    /// - Parameters:
    ///   - dump: A bzip2 file, of one stream or many.
    ///   - index: The path of the index; nil puts it next to the dump.
    public init(_ dump: FilePath, index: FilePath? = nil) {
        self.dump = dump
        self.index = index ?? DumpIndex.usualPath(of: dump)
    }

    /// Makes the index.
    /// - Parameters:
    ///   - taskCount: How many blocks are decoded at once.
    ///   - progress: Called after every block with the number of bytes of the dump that are done.
    /// - Throws: ``BzError`` if the dump is damaged or truncated, or a file cannot be read or written. An old index stays
    ///   as it was then.
    public func make(
        taskCount: Int, progress: (Int64) -> Void = { _ in }
    ) async throws(BzError) -> Made {
        let file = try RandomAccessFile(dump)
        let builder = try DumpIndexBuilder(index)
        var (stream, level) = (-1, 9)
        let before = try DumpFingerprint(of: file)
        let summary = try await BzBlockReader(file, taskCount: taskCount).read { block throws(BzError) in
            if block.stream != stream {
                // The first block of a stream begins right after the digit of its level.
                let digit = try file.read(at: block.bitOffset / 8 - 1, count: 1).first ?? 0
                (stream, level) = (block.stream, Int(digit) - Int(UInt8(ascii: "0")))
            }
            let place = IndexedBlock(
                uncompressedOffset: block.uncompressedOffset, uncompressedSize: block.bytes.count,
                bitOffset: block.bitOffset, bitCount: block.bitCount, crc: block.crc, stream: stream, level: level)
            try builder.append(place, content: block.bytes)
            progress((block.bitOffset + Int64(block.bitCount)) / 8)
        }
        guard try DumpFingerprint(of: file) == before else {
            throw BzError(
                .stale, "the dump changed while it was being read", remedy: "wait until it is complete", file: dump)
        }
        try builder.finish(dump: dump)
        return Made(
            index: try DumpIndex(index), trailingOffset: summary.trailingByteCount > 0 ? summary.endOffset : nil)
    }
}
