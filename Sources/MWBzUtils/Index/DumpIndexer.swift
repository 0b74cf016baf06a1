public import SystemPackage

/// Makes the index of a dump that exists, in one pass over it on all cores.
public struct DumpIndexer: Sendable {
    /// What was made, and what the dump has after its last stream.
    public struct Made: Sendable {
        /// The index.
        public let index: DumpIndex
        /// Where bytes begin that belong to no stream, in bytes from the start of the dump; nil if there are none.
        public let trailingOffset: Int64?
    }

    private let dump: FilePath
    private let index: FilePath

    /// - Parameters:
    ///   - dump: A bzip2 file, of one stream or many.
    ///   - index: Where the index goes; beside the dump if nil.
    public init(_ dump: FilePath, index: FilePath? = nil) {
        self.dump = dump
        self.index = index ?? DumpIndex.usualPath(of: dump)
    }

    /// Makes the index.
    /// - Parameters:
    ///   - taskCount: How many blocks are decoded at once.
    ///   - progress: Gets the bytes of the dump that are done, after every block.
    /// - Throws: ``BzError`` if the dump is damaged or truncated, or a file cannot be read or written. There is no index
    ///   then, or the old one.
    public func make(
        taskCount: Int, progress: (Int64) -> Void = { _ in }
    ) async throws(BzError) -> Made {
        let file = try RandomAccessFile(dump)
        let builder = try DumpIndexBuilder(index)
        var (stream, level) = (-1, 9)
        let before = try DumpFingerprint(of: file)
        let summary = try await BzBlockReader(file, taskCount: taskCount).read { block throws(BzError) in
            if block.stream != stream {
                // The first block of a stream stands right after the digit.
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
