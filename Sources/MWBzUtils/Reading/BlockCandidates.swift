import SystemPackage

/// Reads a file from front to back and returns the places where blocks may begin, with their bytes.
struct BlockCandidates {
    struct Candidate: Sendable {
        /// Where its magic begins in the file.
        let bitOffset: Int64
        /// The bytes from its magic to after the next magic.
        let bytes: [UInt8]
    }

    private static let chunkSize = 1 << 20
    /// A block at level 9 is at most this long. A magic beyond that does not follow the block.
    private static let longestBlock = 1_100_000
    private let file: any CompressedBytes
    private var scanner = BzMagicScanner()
    private var magics: [BzMagic] = []
    /// How many of the magic numbers have been returned.
    private var used = 0
    private var bytes: [UInt8] = []
    /// Where `bytes` begin in the file.
    private var offset: Int64 = 0
    private var isAtEnd = false

    init(_ file: any CompressedBytes) { self.file = file }

    /// Where reading the file continues.
    var readOffset: Int64 { offset + Int64(bytes.count) }

    /// The next candidate; nil when there are no more.
    mutating func next() throws(BzError) -> Candidate? {
        while true {
            while used < magics.count, magics[used].kind == .footer { used += 1 }
            let isWhole =
                used + 1 < magics.count || used < magics.count && bytesBehind(magics[used]) >= Self.longestBlock
            if isWhole || isAtEnd { break }
            try fill()
        }
        guard used < magics.count else { return nil }
        let magic = magics[used]
        used += 1
        let start = Int(magic.bitOffset / 8 - offset)
        var end = min(bytes.count, start + Self.longestBlock)
        if used < magics.count { end = min(end, Int((magics[used].bitOffset + 80) / 8 + 1 - offset)) }
        return Candidate(bitOffset: magic.bitOffset, bytes: Array(bytes[start..<end]))
    }

    private func bytesBehind(_ magic: BzMagic) -> Int { bytes.count - Int(magic.bitOffset / 8 - offset) }

    private mutating func fill() throws(BzError) {
        magics.removeSubrange(..<used)
        used = 0
        // Without a magic number, only the bytes in which one may have begun are still needed.
        let done = magics.first.map { Int($0.bitOffset / 8 - offset) } ?? max(0, bytes.count - 16)
        bytes.removeSubrange(..<done)
        offset += Int64(done)
        let chunk = try file.read(at: readOffset, count: Self.chunkSize)
        magics += chunk.isEmpty ? scanner.finish() : scanner.scan(chunk)
        bytes += chunk
        isAtEnd = chunk.isEmpty
    }
}

/// Compressed data that can be read at an offset: a file, or a window of a pipe.
protocol CompressedBytes: Sendable {
    /// What messages call it.
    var path: FilePath { get }

    /// How much to read at a time of a file that is far, so that no more is read than needed; nil of one that is near.
    var step: Int? { get }

    /// Tells how long a block was. Others will be like it.
    func note(blockSize: Int)

    /// The size in bytes. A pipe is read to its end to find it out.
    func size() throws(BzError) -> Int64

    /// Reads bytes at an offset. Returns fewer than `count` only at the end of the data.
    func read(at offset: Int64, count: Int) throws(BzError) -> [UInt8]

    /// Allows dropping everything before an offset, which will not be read again.
    func forget(before offset: Int64)
}

extension RandomAccessFile: CompressedBytes {
    /// A file has nothing to forget.
    func forget(before offset: Int64) {}
}

extension CompressedBytes {
    var step: Int? { nil }

    func note(blockSize: Int) {}

    /// This many bytes from the start of a block contain all of it and the magic after it.
    private var blockReach: Int { 1_200_000 }

    /// Decodes the block that begins at a bit of the data.
    /// - Throws: ``BzError`` as ``BzBlockDecoder/decode(_:at:level:)``, with the file and the offset in it.
    func decodeBlock(at bitOffset: Int64, level: Int, with decoder: some BzBlockDecoder) throws(BzError)
        -> BzDecodedBlock
    {
        if let step, let bytes = try bytesToNextMagic(from: bitOffset, step: step),
            let block = try? decoder.decode(bytes, at: Int(bitOffset % 8), level: level)
        {
            note(blockSize: block.bitCount / 8)
            return block
        }
        let bytes = try read(at: bitOffset / 8, count: blockReach)
        do {
            return try decoder.decode(bytes, at: Int(bitOffset % 8), level: level)
        } catch {
            throw BzError(
                error.code, error.message, remedy: error.remedy, file: path, bitOffset: bitOffset, cause: error.cause)
        }
    }

    /// The bytes of a block and the magic behind it, read piece by piece; nil if no magic is in reach. What looks like a magic
    /// may be inside the block.
    private func bytesToNextMagic(from bitOffset: Int64, step: Int) throws(BzError) -> [UInt8]? {
        var bytes: [UInt8] = []
        var scanner = BzMagicScanner(startingAt: bitOffset / 8)
        while bytes.count < blockReach {
            let chunk = try read(at: bitOffset / 8 + Int64(bytes.count), count: step)
            if chunk.isEmpty { return nil }
            bytes += chunk
            guard scanner.scan(chunk).contains(where: { $0.bitOffset > bitOffset }) else { continue }
            // The decoder looks at what follows a block.
            return try bytes + read(at: bitOffset / 8 + Int64(bytes.count), count: 16)
        }
        return nil
    }
}
