import CMWBz

/// Decodes single blocks with libbz2. It is slower than ``BzFastDecoder``, and the reference for what is right.
///
/// libbz2 receives a header and the byte-aligned bits of the block, one byte at a time. The byte with which its output
/// begins contains the end of the block. The magic that must follow shows at which bit the block ends.
public final class BzLibraryDecoder: BzBlockDecoder {
    /// Makes a decoder.
    public init() {}

    /// Decodes a block.
    public func decode(_ bytes: [UInt8], at bitOffset: Int, level: Int) throws(BzError) -> BzDecodedBlock {
        try unsafe bytes.withUnsafeBufferPointer { buffer throws(BzError) in
            var reader = unsafe BitReader(buffer, at: bitOffset)
            let magic = reader.read(BzStream.magicBits)
            let crc = UInt32(reader.read(32))
            guard !reader.isPastEnd else { throw .truncatedBlock(at: bitOffset) }
            guard magic == BzStream.blockMagic else { throw .noBlock(at: bitOffset) }
            unsafe reader = BitReader(buffer, at: bitOffset)
            let part = try BzStreamDecoder()
            try Self.feed(BzStream.header(level: level), to: part, at: bitOffset)
            var content: [UInt8] = []
            repeat {
                guard reader.bitOffset + 8 <= bytes.count * 8 else { throw .truncatedBlock(at: bitOffset) }
                content += try Self.feed([UInt8(reader.read(8))], to: part, at: bitOffset)
            } while content.isEmpty
            var more: [UInt8]
            repeat {
                more = try Self.feed([], to: part, at: bitOffset)
                content += more
            } while !more.isEmpty
            let end = try unsafe Self.end(buffer, notAfter: reader.bitOffset, start: bitOffset)
            return BzDecodedBlock(plain: content, bitCount: end - bitOffset, crc: crc)
        }
    }

    @discardableResult
    private static func feed(_ bytes: [UInt8], to part: BzStreamDecoder, at bitOffset: Int) throws(BzError) -> [UInt8] {
        let step = try unsafe bytes.withUnsafeBufferPointer { buffer throws(BzError) in
            try unsafe part.decode(buffer, atMost: 1 << 16).result
        }
        guard step.outcome == .goesOn else {
            throw .damagedBlock("libbz2 rejected its data or its checksum", at: bitOffset)
        }
        return step.output
    }

    /// The last of eight bits with a magic number after it.
    private static func end(
        _ bytes: UnsafeBufferPointer<UInt8>, notAfter limit: Int, start: Int
    ) throws(BzError) -> Int {
        for end in stride(from: limit, to: limit - 8, by: -1) {
            var reader = unsafe BitReader(bytes, at: end)
            let magic = reader.read(BzStream.magicBits)
            if magic == BzStream.blockMagic || magic == BzStream.footerMagic, !reader.isPastEnd { return end }
        }
        throw limit + BzStream.magicBits > bytes.count * 8
            ? .truncatedBlock(at: start) : .damagedBlock("no magic follows it", at: start)
    }
}
