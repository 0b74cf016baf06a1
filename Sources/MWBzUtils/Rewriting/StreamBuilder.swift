/// Builds a bzip2 stream from blocks of other streams, which are copied bit by bit, and from text, which is compressed.
struct StreamBuilder {
    /// Bits that are copied at a time.
    private static let chunkBits = 8 << 20
    private let level: Int
    private let taskCount: Int
    private var joiner = BitJoiner()
    private var cutter: BzBlockCutter
    /// Full pieces of text that wait to be compressed together.
    private var pieces: [[UInt8]] = []
    private var combinedCRC: UInt32 = 0
    private var isOpen = false
    private let sink: ([UInt8]) throws(BzError) -> Void

    /// - Parameters:
    ///   - level: at least the level of every block that will be copied.
    ///   - sink: gets the bytes of the stream.
    init(level: Int, taskCount: Int, sink: @escaping ([UInt8]) throws(BzError) -> Void) {
        self.level = level
        self.taskCount = max(1, taskCount)
        self.sink = sink
        cutter = BzBlockCutter(level: level)
    }

    /// Appends text. It may share blocks with the text before and after it.
    mutating func append(_ text: [UInt8]) async throws(BzError) {
        pieces += cutter.append(text)
        // A piece that contains only zeros can be 46 MB long.
        let isMuch = pieces.reduce(0) { $0 + $1.count } > 24 << 20
        if isMuch || pieces.count >= 2 * taskCount { try await compress() }
    }

    /// Appends unchanged blocks.
    mutating func append(_ run: BzBlockRun, of file: RandomAccessFile) async throws(BzError) {
        try await endText()
        try open()
        var bitOffset = run.bitOffset
        while bitOffset < run.endOffset {
            if Task.isCancelled { throw BzError(.cancelled, "the copying was stopped", file: file.path) }
            let count = Int(min(Int64(Self.chunkBits), run.endOffset - bitOffset))
            var output: [UInt8] = []
            joiner.append(try BitRange.read(file, at: bitOffset, count: count), bitCount: count, to: &output)
            try sink(output)
            bitOffset += Int64(count)
        }
        combinedCRC = run.combined(after: combinedCRC)
    }

    /// Ends the stream.
    mutating func finish() async throws(BzError) {
        try await endText()
        try open()
        let footer = UInt128(BzStream.footerMagic) << 32 | UInt128(combinedCRC)
        var output: [UInt8] = []
        joiner.append((0..<10).map { UInt8(truncatingIfNeeded: footer >> (72 - 8 * $0)) }, bitCount: 80, to: &output)
        joiner.finish(to: &output)
        try sink(output)
        isOpen = false
        combinedCRC = 0
    }

    private mutating func open() throws(BzError) {
        if !isOpen { try sink(BzStream.header(level: level)) }
        isOpen = true
    }

    private mutating func endText() async throws(BzError) {
        if let rest = cutter.flush() { pieces.append(rest) }
        try await compress()
    }

    /// Compresses the waiting pieces, several at a time.
    private mutating func compress() async throws(BzError) {
        if pieces.isEmpty { return }
        try open()
        let (work, level, width) = (pieces, level, taskCount)
        pieces = []
        let results: [Result<[BzBlock], BzError>] = await withTaskGroup(of: (Int, Result<[BzBlock], BzError>).self) {
            group in
            var results = [Result<[BzBlock], BzError>](repeating: .success([]), count: work.count)
            var next = 0
            func begin() {
                guard next < work.count else { return }
                let (index, piece) = (next, work[next])
                next += 1
                group.addTask {
                    (index, Result { () throws(BzError) in try BzBlock.encode(piece, level: level) })
                }
            }
            for _ in 0..<width { begin() }
            while let (index, result) = await group.next() {
                results[index] = result
                begin()
            }
            return results
        }
        for result in results {
            for block in try result.get() {
                var output: [UInt8] = []
                joiner.append(block.bytes, bitCount: block.bitCount, to: &output)
                combinedCRC = BzStream.combinedCRC(combinedCRC, adding: block.crc)
                try sink(output)
            }
        }
    }
}

/// Bits of a file, aligned to bytes.
enum BitRange {
    /// Reads bits at an offset. The unused bits of the last byte are zero.
    /// - Throws: ``BzError`` with code `truncated` if the file ends before.
    static func read(_ file: RandomAccessFile, at bitOffset: Int64, count: Int) throws(BzError) -> [UInt8] {
        let shift = Int(bitOffset % 8)
        let bytes = try file.read(at: bitOffset / 8, count: (shift + count + 7) / 8)
        guard bytes.count * 8 >= shift + count else {
            throw BzError(
                .truncated, "the file shrank while it was being read", remedy: "try again when nobody is writing it",
                file: file.path, bitOffset: bitOffset)
        }
        return aligned(bytes, from: shift, count: count)
    }

    /// The bits of some bytes from `shift` on, which is 0 to 7.
    static func aligned(_ bytes: [UInt8], from shift: Int, count: Int) -> [UInt8] {
        let size = (count + 7) / 8
        var result = bytes
        if shift > 0 {
            unsafe result.withUnsafeMutableBytes { target in
                var index = 0
                while index + 9 <= target.count {
                    let word = UInt64(bigEndian: unsafe target.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                    let next = unsafe UInt64(target[index + 8])
                    let moved = word << UInt64(shift) | next >> UInt64(8 - shift)
                    unsafe target.storeBytes(of: moved.bigEndian, toByteOffset: index, as: UInt64.self)
                    index += 8
                }
                while index < target.count {
                    let next = unsafe index + 1 < target.count ? target[index + 1] : 0
                    unsafe target[index] = target[index] << UInt8(shift) | next >> UInt8(8 - shift)
                    index += 1
                }
            }
        }
        result.removeSubrange(size...)
        if count % 8 != 0 { result[size - 1] &= 0xFF << UInt8(8 - count % 8) }
        return result
    }
}
