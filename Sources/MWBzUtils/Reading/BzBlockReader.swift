public import SystemPackage

/// Reads a bzip2 file or pipe from front to back, decoding many blocks at once.
///
/// It reads single streams, multistreams, empty streams and all levels. A block is passed on only if its checksum matches
/// and it begins where the previous block ended. Decoding and waiting happen in separate threads, so other tasks are not
/// held up. It uses some 20 MB of memory for each task and the content of one block (see ``BzDecodedBlock``), regardless
/// of the size of the file.
public struct BzBlockReader: Sendable {
    private let data: any CompressedBytes
    private let taskCount: Int

    /// Opens a file.
    /// - Parameters:
    ///   - path: A regular file. It may still grow while it is read.
    ///   - taskCount: How many blocks are decoded at once. The number of cores is best.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(_ path: FilePath, taskCount: Int) throws(BzError) {
        self.init(try RandomAccessFile(path), taskCount: taskCount)
    }

    /// Takes data that can be read once from front to back, as from a pipe.
    /// - Parameters:
    ///   - source: The compressed bytes.
    ///   - name: What messages call it.
    ///   - taskCount: How many blocks are decoded at once. The number of cores is best.
    public init<Source: ByteStream & ~Copyable>(
        _ source: consuming sending Source, named name: FilePath, taskCount: Int
    ) {
        self.init(StreamWindow(source, named: name), taskCount: taskCount)
    }

    init(_ data: any CompressedBytes, taskCount: Int) {
        self.data = data
        self.taskCount = max(1, taskCount)
    }

    /// Reads the file to its end.
    /// - Parameter body: Receives each block, in order.
    /// - Returns: what the file contains. Check ``BzFileSummary/trailingByteCount`` too.
    /// - Throws: ``BzError`` with the place of the first problem, after all blocks before it have been passed on; with
    ///   code `cancelled` if the task was cancelled; or what `body` throws.
    public func read(_ body: (BzFileBlock) async throws(BzError) -> Void) async throws(BzError) -> BzFileSummary {
        try await read(BzFastDecoder.self, body)
    }

    /// The same with a decoder of your choice.
    public func read<Decoder: BzBlockDecoder>(
        _ decoder: Decoder.Type, _ body: (BzFileBlock) async throws(BzError) -> Void
    ) async throws(BzError) -> BzFileSummary {
        try await readBlocks(decoder) { block, bitOffset, chain throws(BzError) in
            try await body(
                BzFileBlock(
                    bytes: block.content(), uncompressedOffset: chain.summary.uncompressedSize, bitOffset: bitOffset,
                    bitCount: block.bitCount, crc: block.crc, stream: chain.stream))
        }
    }

    /// Reads the content of the file to its end, in pieces that are never much longer than normal blocks.
    func readText(_ body: ([UInt8]) async throws(BzError) -> Void) async throws(BzError) -> BzFileSummary {
        try await readBlocks(BzFastDecoder.self) { block, _, _ throws(BzError) in try await block.forEachPiece(body) }
    }

    /// - Parameter body: Receives each block, its offset in bits, and the chain up to it.
    private func readBlocks<Decoder: BzBlockDecoder>(
        _ decoder: Decoder.Type, _ body: (BzDecodedBlock, Int64, StreamChain) async throws(BzError) -> Void
    ) async throws(BzError) -> BzFileSummary {
        let result: Result<BzFileSummary, BzError> = await withTaskGroup(of: Decoded.self) { group in
            let pool = DecoderPool<Decoder>()
            var steps = Steps(data, limit: 2 * taskCount)
            var ahead = ReadAhead()
            do throws(BzError) {
                while let step = try await steps.next(&ahead) {
                    for candidate in step.candidates {
                        group.addTask(executorPreference: WorkerThreads.working) {
                            let at = Int(candidate.bitOffset % 8)
                            let block = try? pool.decode(candidate.bytes, at: at, level: step.level)
                            return Decoded(bitOffset: candidate.bitOffset, level: step.level, block: block)
                        }
                    }
                    let place = step.bitOffset
                    while ahead.isWaiting(for: place), let decoded = await group.next() { ahead.accept(decoded) }
                    let early = ahead.take(place, level: step.level)
                    // There is no early result if a magic number inside the block cut its bytes short, its level was not known
                    // yet, or it is damaged.
                    let block =
                        if let early { early } else {
                            try await data.decodeBlockApart(at: place, level: step.level, with: Decoder.self)
                        }
                    try await body(block, place, steps.chain)
                    steps.chain.pass(block)
                }
                return .success(steps.chain.summary)
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Searches ahead for blocks, in a thread that may wait.
    private struct Steps {
        /// The next block, and candidates whose decoding can begin.
        struct Step: Sendable {
            let bitOffset: Int64
            let level: Int
            var candidates: [BlockCandidates.Candidate] = []
        }

        var chain: StreamChain
        private let data: any CompressedBytes
        private var candidates: BlockCandidates
        private let limit: Int

        init(_ data: any CompressedBytes, limit: Int) {
            self.data = data
            self.limit = limit
            chain = StreamChain(data)
            candidates = BlockCandidates(data)
        }

        mutating func next(_ ahead: inout ReadAhead) async throws(BzError) -> Step? {
            try await withTaskExecutorPreference(WorkerThreads.waiting) { () async throws(BzError) -> Step? in
                try look(&ahead)
            }
        }

        private mutating func look(_ ahead: inout ReadAhead) throws(BzError) -> Step? {
            guard case .block(let bitOffset, let level) = try chain.next() else { return nil }
            if Task.isCancelled {
                throw BzError(.cancelled, "the reading was stopped", file: data.path, bitOffset: bitOffset)
            }
            var step = Step(bitOffset: bitOffset, level: level)
            ahead.drop(before: bitOffset)
            while ahead.count < limit, let candidate = try candidates.next() {
                guard candidate.bitOffset >= bitOffset else { continue }
                ahead.begin(candidate.bitOffset)
                step.candidates.append(candidate)
            }
            data.forget(before: min(bitOffset / 8, candidates.readOffset))
            return step
        }
    }
}

extension CompressedBytes {
    /// Decodes a block in a thread that may wait and work.
    fileprivate func decodeBlockApart<Decoder: BzBlockDecoder>(
        at bitOffset: Int64, level: Int, with decoder: Decoder.Type
    ) async throws(BzError) -> BzDecodedBlock {
        try await withTaskExecutorPreference(WorkerThreads.waiting) { () async throws(BzError) -> BzDecodedBlock in
            try decodeBlock(at: bitOffset, level: level, with: Decoder())
        }
    }
}

/// The result for a candidate. There is no block if it was not one, or not a complete one.
struct Decoded: Sendable {
    let bitOffset: Int64
    let level: Int
    let block: BzDecodedBlock?
}

/// The candidates that are being decoded or are waiting to be used.
struct ReadAhead {
    private var begun: [Int64] = []
    private var done: [Int64: Decoded] = [:]

    var count: Int { begun.count }
    /// The candidate that comes next.
    var first: Int64? { begun.first }

    mutating func begin(_ bitOffset: Int64) { begun.append(bitOffset) }

    /// Drops candidates that turned out to be inside another block.
    mutating func drop(before bitOffset: Int64) {
        while let first = begun.first, first < bitOffset {
            begun.removeFirst()
            done[first] = nil
        }
    }

    func isWaiting(for bitOffset: Int64) -> Bool { begun.first == bitOffset && done[bitOffset] == nil }

    mutating func accept(_ decoded: Decoded) {
        if begun.contains(decoded.bitOffset) { done[decoded.bitOffset] = decoded }
    }

    /// The block at an offset, if it was decoded with that level.
    mutating func take(_ bitOffset: Int64, level: Int) -> BzDecodedBlock? {
        guard begun.first == bitOffset else { return nil }
        begun.removeFirst()
        let decoded = done.removeValue(forKey: bitOffset)
        return decoded?.level == level ? decoded?.block : nil
    }
}

/// A decoded block of a file, verified by its checksum and by its place in the file.
public struct BzFileBlock: Sendable {
    /// The content.
    public let bytes: [UInt8]
    /// Where the content is in the decoded file, in bytes.
    public let uncompressedOffset: Int64
    /// Where the magic of the block begins in the file, in bits.
    public let bitOffset: Int64
    /// Bits from the start of its magic to the magic after it.
    public let bitCount: Int
    /// The checksum of the content.
    public let crc: UInt32
    /// The number of its stream in the file, from 0.
    public let stream: Int
}

/// What a file contains, found by reading it to its end.
public struct BzFileSummary: Sendable, Hashable {
    /// Complete streams, empty ones included.
    public var streamCount = 0
    /// Blocks in all streams.
    public var blockCount = 0
    /// Bytes after decoding.
    public var uncompressedSize: Int64 = 0
    /// Where the last complete stream ends, in bytes from the start of the file.
    public var endOffset: Int64 = 0
    /// Bytes after the last stream that belong to no stream.
    public var trailingByteCount: Int64 = 0
}

/// A decoder for many tasks at once: decoders that they take turns using.
final class DecoderPool<Decoder: BzBlockDecoder>: BzBlockDecoder, Sendable {
    private let decoders = ObjectPool<Decoder> { Decoder() }

    func decode(_ bytes: [UInt8], at bitOffset: Int, level: Int) throws(BzError) -> BzDecodedBlock {
        let decoder = decoders.take()
        defer { decoders.give(decoder) }
        return try decoder.decode(bytes, at: bitOffset, level: level)
    }
}
