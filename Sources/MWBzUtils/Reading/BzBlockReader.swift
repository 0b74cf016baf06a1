public import SystemPackage

/// Reads a bzip2 file from front to back, decoding many blocks at once.
///
/// Takes single streams, multistreams, empty streams and all levels. A block is given out only when its checksum holds and
/// it stands where the block before it ended. Memory: some 15 MB for each task, and the content of one
/// block (see ``BzDecodedBlock``), whatever the size of the file.
public struct BzBlockReader: Sendable {
    private let file: RandomAccessFile
    private let taskCount: Int

    /// Opens a file.
    /// - Parameters:
    ///   - path: A regular file. Use ``BzDecoder`` for pipes.
    ///   - taskCount: How many blocks are decoded at once; the number of cores is best.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(_ path: FilePath, taskCount: Int) throws(BzError) {
        self.init(try RandomAccessFile(path), taskCount: taskCount)
    }

    init(_ file: RandomAccessFile, taskCount: Int) {
        self.file = file
        self.taskCount = max(1, taskCount)
    }

    /// Reads the file to its end.
    /// - Parameter body: Gets each block, in order.
    /// - Returns: what the file holds; look at ``BzFileSummary/trailingByteCount`` too.
    /// - Throws: ``BzError`` with the place of the first thing that is wrong, after all blocks before it were given out;
    ///   with code `cancelled` if the task was cancelled; or what `body` throws.
    public func read(_ body: (BzFileBlock) async throws(BzError) -> Void) async throws(BzError) -> BzFileSummary {
        try await read(BzFastDecoder.self, body)
    }

    /// The same with a decoder of your choice.
    public func read<Decoder: BzBlockDecoder>(
        _ decoder: Decoder.Type, _ body: (BzFileBlock) async throws(BzError) -> Void
    ) async throws(BzError) -> BzFileSummary {
        let pool = DecoderPool<Decoder>()
        let result: Result<BzFileSummary, BzError> = await withTaskGroup(of: Decoded.self) { group in
            var chain = StreamChain(file)
            var candidates = BlockCandidates(file)
            var ahead = ReadAhead()
            do throws(BzError) {
                while case .block(let bitOffset, let level) = try chain.next() {
                    if Task.isCancelled {
                        throw BzError(.cancelled, "the reading was stopped", file: file.path, bitOffset: bitOffset)
                    }
                    ahead.drop(before: bitOffset)
                    while ahead.count < 2 * taskCount, let candidate = try candidates.next() {
                        guard candidate.bitOffset >= bitOffset else { continue }
                        ahead.begin(candidate.bitOffset)
                        group.addTask {
                            let at = Int(candidate.bitOffset % 8)
                            let block = try? pool.decode(candidate.bytes, at: at, level: level)
                            return Decoded(bitOffset: candidate.bitOffset, level: level, block: block)
                        }
                    }
                    while ahead.isWaiting(for: bitOffset), let decoded = await group.next() { ahead.accept(decoded) }
                    let early = ahead.take(bitOffset, level: level)
                    // Not so when a mark inside it cut its bytes short, its level was not known yet, or it is damaged.
                    let block =
                        if let early { early } else {
                            try file.decodeBlock(at: bitOffset, level: level, with: Decoder())
                        }
                    try await body(
                        BzFileBlock(
                            bytes: block.content(), uncompressedOffset: chain.summary.uncompressedSize,
                            bitOffset: bitOffset, bitCount: block.bitCount, crc: block.crc, stream: chain.stream))
                    chain.pass(block)
                }
                return .success(chain.summary)
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// What a task made of a candidate; no block if it was none, or not a whole one.
struct Decoded: Sendable {
    let bitOffset: Int64
    let level: Int
    let block: BzDecodedBlock?
}

/// The candidates that are being decoded or wait for their turn.
struct ReadAhead {
    private var begun: [Int64] = []
    private var done: [Int64: Decoded] = [:]

    var count: Int { begun.count }

    mutating func begin(_ bitOffset: Int64) { begun.append(bitOffset) }

    /// Forgets candidates that turned out to stand inside another block.
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

    /// The block at a place, if it was decoded with that level.
    mutating func take(_ bitOffset: Int64, level: Int) -> BzDecodedBlock? {
        guard begun.first == bitOffset else { return nil }
        begun.removeFirst()
        let decoded = done.removeValue(forKey: bitOffset)
        return decoded?.level == level ? decoded?.block : nil
    }
}
