/// The places of the streams and blocks of a file, found without decoding them.
///
/// A magic number can occur inside a block by chance. So magic numbers are trusted only if the checksums of their blocks
/// result in the combined checksum of the stream. If they do not, the blocks are decoded.
struct BlockLayout: Sendable {
    struct Block: Sendable {
        let bitOffset: Int64
        let endOffset: Int64
        let crc: UInt32
        let stream: Int
        let level: Int
    }

    private(set) var blocks: [Block] = []
    private(set) var streamCount = 0

    /// Finds the blocks of a file.
    /// - Parameters:
    ///   - provesBlocks: Whether each block is decoded, which takes longer and proves that it is sound.
    ///   - progress: Called with the number of bytes of the file that have been decoded.
    /// - Throws: ``BzError`` for the first problem of the file.
    static func find(
        _ file: RandomAccessFile, provesBlocks: Bool, taskCount: Int, progress: (Int64) -> Void = { _ in }
    ) async throws(BzError) -> BlockLayout {
        if !provesBlocks, let layout = try scan(file) { return layout }
        var layout = BlockLayout()
        _ = try await BlockWalk(file: file, taskCount: taskCount).run { step throws(BzError) in
            switch step {
            case .streamBegin: break
            case .block(let block):
                progress(block.endOffset / 8)
                layout.blocks.append(
                    Block(
                        bitOffset: block.bitOffset, endOffset: block.endOffset, crc: block.decoded.crc,
                        stream: block.stream, level: block.level))
            case .streamEnd(let end):
                layout.streamCount += 1
                guard end.agrees != false else { throw end.mismatch(in: file.path, at: end.bitOffset) }
            case .damage(let damage): throw damage.error
            case .trailing(let count):
                throw BzError(
                    .damaged, "\(count) bytes at the end belong to no stream", remedy: "cut them off", file: file.path)
            }
        }
        return layout
    }

    /// - Returns: nil if the magic numbers alone are not enough.
    private static func scan(_ file: RandomAccessFile) throws(BzError) -> BlockLayout? {
        var layout = BlockLayout()
        var scanner = BzMagicScanner()
        var offset: Int64 = 0
        let size = try file.size()
        var level = 0
        var crc: UInt32 = 0
        var place: Int64 = 0
        /// The block that has begun.
        var open: (bitOffset: Int64, crc: UInt32)?
        var isAtEnd = false
        while !isAtEnd {
            let chunk = try file.read(at: offset, count: 1 << 20)
            offset += Int64(chunk.count)
            isAtEnd = chunk.isEmpty
            for magic in isAtEnd ? scanner.finish() : scanner.scan(chunk) {
                if let begun = open {
                    layout.blocks.append(
                        Block(
                            bitOffset: begun.bitOffset, endOffset: magic.bitOffset, crc: begun.crc,
                            stream: layout.streamCount, level: level))
                    crc = BzStream.combinedCRC(crc, adding: begun.crc)
                    open = nil
                } else {
                    guard magic.bitOffset == place + 32, let digit = try headerLevel(file, at: place / 8) else {
                        return nil
                    }
                    level = digit
                }
                guard magic.bitOffset + 80 <= size * 8 else { return nil }
                let bytes = try BitRange.read(file, at: magic.bitOffset + Int64(BzStream.magicBits), count: 32)
                let stated = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                switch magic.kind {
                case .block: open = (magic.bitOffset, stated)
                case .footer:
                    guard stated == crc else { return nil }
                    crc = 0
                    layout.streamCount += 1
                    place = (magic.bitOffset + 80 + 7) / 8 * 8
                }
            }
        }
        return open == nil && place == size * 8 && size > 0 ? layout : nil
    }

    private static func headerLevel(_ file: RandomAccessFile, at offset: Int64) throws(BzError) -> Int? {
        let bytes = try file.read(at: offset, count: BzStream.headerSize)
        guard case .part = BzStreamDecoder.beginning(bytes) else { return nil }
        return Int(bytes[3] - UInt8(ascii: "0"))
    }
}
