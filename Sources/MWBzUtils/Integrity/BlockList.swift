public import SystemPackage

/// Lists the blocks and streams of a bzip2 file, even of a damaged one.
public struct BlockList: Sendable {
    /// What is in the file.
    public enum Entry: Sendable {
        /// An intact block. Offsets and sizes are as in ``BzFileBlock``. `size` is the size of its content in bytes.
        case block(
            bitOffset: Int64, bitCount: Int, crc: UInt32, size: Int, uncompressedOffset: Int64, stream: Int, level: Int)
        /// The end of a stream.
        case streamEnd(BzStreamEnd)
        /// A problem.
        case problem(IntegrityProblem)
    }

    private let file: RandomAccessFile

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, if it cannot be opened or is not a regular file.
    public init(_ path: FilePath) throws(BzError) {
        file = try RandomAccessFile(regular: path)
    }

    /// Passes on all entries in the order of the file. Every block is decoded.
    /// - Throws: ``BzError`` if the file cannot be read, with code `cancelled` if the task was cancelled, or what `body`
    ///   throws.
    public func read(
        taskCount: Int, _ body: (Entry) throws(BzError) -> Void
    ) async throws(BzError) -> BzFileSummary {
        let size = try file.size()
        return try await BlockWalk(file: file, taskCount: taskCount).run { step throws(BzError) in
            switch step {
            case .streamBegin: break
            case .block(let block):
                try body(
                    .block(
                        bitOffset: block.bitOffset, bitCount: block.decoded.bitCount, crc: block.decoded.crc,
                        size: block.decoded.uncompressedSize, uncompressedOffset: block.uncompressedOffset,
                        stream: block.stream, level: block.level))
            case .streamEnd(let end):
                try body(.streamEnd(end))
                if end.agrees == false {
                    try body(
                        .problem(IntegrityProblem(end.mismatch(in: file.path, at: end.bitOffset), stream: end.stream)))
                }
            case .damage(let damage):
                try body(
                    .problem(
                        IntegrityProblem(
                            damage.error, stream: damage.stream, block: damage.block, resumeOffset: damage.resumeOffset)
                    ))
            case .trailing(let count):
                let error = BzError(
                    .damaged, "\(count) bytes that belong to no stream", remedy: "cut them off", file: file.path,
                    bitOffset: (size - count) * 8)
                try body(.problem(IntegrityProblem(error)))
            }
        }
    }
}
