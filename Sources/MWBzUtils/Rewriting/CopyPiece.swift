/// A piece of a new file.
enum CopyPiece: Sendable {
    /// A new stream begins. It is not written if it stays empty.
    case stream(level: Int)
    /// Blocks that are copied unchanged.
    case run(RandomAccessFile, BzBlockRun)
    /// Bytes of the content of one block, which are compressed again. `Int.max` stands for the end of the block.
    case part(RandomAccessFile, block: Int64, level: Int, Range<Int>)
    /// Text that is compressed.
    case text([UInt8])
}

/// Writes pieces one after the other.
struct CopyWriter {
    private let taskCount: Int
    private let sink: ([UInt8]) throws(BzError) -> Void
    private var builder: StreamBuilder?
    private var level = 9
    private var hasStream = false
    private let decoder = BzFastDecoder()

    init(taskCount: Int, sink: @escaping ([UInt8]) throws(BzError) -> Void) {
        self.taskCount = taskCount
        self.sink = sink
    }

    mutating func append(_ piece: CopyPiece) async throws(BzError) {
        switch piece {
        case .stream(let level):
            try await builder?.finish()
            builder = nil
            self.level = level
        case .run(let file, let run):
            begin()
            try await builder?.append(run, of: file)
        case .part(let file, let block, let level, let range):
            let content = try file.decodeBlock(at: block, level: level, with: decoder).content()
            // A piece that extends to the end of its block does not depend on its length.
            let range = range.lowerBound..<(range.upperBound == .max ? content.count : range.upperBound)
            guard range.lowerBound <= range.upperBound, range.upperBound <= content.count else {
                throw BzError(
                    .damaged, "the block changed while it was being read",
                    remedy: "try again when nobody is writing the file",
                    file: file.path, bitOffset: block)
            }
            begin()
            try await builder?.append(Array(content[range]))
        case .text(let text):
            begin()
            try await builder?.append(text)
        }
    }

    /// Ends the last stream. If there was none, writes an empty stream, because an empty file is not a bzip2 file.
    mutating func finish() async throws(BzError) {
        if !hasStream { begin() }
        try await builder?.finish()
        builder = nil
    }

    private mutating func begin() {
        hasStream = true
        if builder == nil { builder = StreamBuilder(level: level, taskCount: taskCount, sink: sink) }
    }
}

/// A file that escaping closures can write to. Only one task uses it.
final class FileSink {
    private var file: ReplacingFile

    init(_ file: consuming ReplacingFile) { self.file = file }

    var size: Int64 { file.size }

    func append(_ bytes: [UInt8]) throws(BzError) { try file.append(bytes) }

    func commit() throws(BzError) { try file.commit() }
}
