/// Decodes single blocks several times as fast as libbz2.
///
/// What libbz2 spends its time on is a walk through a table that is larger than the caches; see `InverseTransform`.
/// Rare kinds of blocks (randomised ones, which nothing has written for 25 years, and codes that break the rules in
/// ways libbz2 tolerates) are given to ``BzLibraryDecoder``, so the two agree on what a valid block is.
@safe public final class BzFastDecoder: BzBlockDecoder {
    /// Bytes of a block before its sorting is undone, at the highest level.
    private static let capacity = 900_000
    private let column: UnsafeMutablePointer<UInt8>
    private let counts: UnsafeMutablePointer<UInt32>
    private let transform = InverseTransform(capacity: capacity)

    /// Makes a decoder, which needs some 12 MB.
    public init() {
        unsafe column = .allocate(capacity: Self.capacity)
        unsafe counts = .allocate(capacity: 256)
    }

    deinit {
        unsafe column.deallocate()
        unsafe counts.deallocate()
    }

    /// Decodes a block.
    public func decode(_ bytes: [UInt8], at bitOffset: Int, level: Int) throws(BzError) -> BzDecodedBlock {
        if let block = try? decodeUsual(bytes, at: bitOffset, level: level) { return block }
        return try BzLibraryDecoder().decode(bytes, at: bitOffset, level: level)
    }

    /// Decodes a block of a usual kind.
    private func decodeUsual(_ bytes: [UInt8], at bitOffset: Int, level: Int) throws(BzError) -> BzDecodedBlock {
        try unsafe bytes.withUnsafeBufferPointer { buffer throws(BzError) in
            var reader = unsafe BitReader(buffer, at: bitOffset)
            let header = try BlockHeader(&reader)
            guard !header.isRandomised else { throw .damagedBlock("it is randomised", at: bitOffset) }
            unsafe counts.update(repeating: 0, count: 256)
            let symbols = SymbolDecoder(header: header, limit: level * 100_000)
            let count = unsafe symbols.decode(&reader, into: column, counts: counts)
            if reader.isPastEnd { throw .truncatedBlock(at: bitOffset) }
            guard let count, header.origPtr < count else {
                throw .damagedBlock("its symbols make no sense", at: bitOffset)
            }
            unsafe transform.invert(column, count: count, counts: counts, origPtr: header.origPtr)
            var content = BlockContent(codedCount: count)
            unsafe transform.forEachStretch { unsafe content.add($0) }
            guard let size = content.size(ifCRC: header.crc) else {
                throw .damagedBlock("its checksum does not hold", at: bitOffset)
            }
            let bitCount = reader.bitOffset - bitOffset
            if let plain = content.bytes { return BzDecodedBlock(plain: plain, bitCount: bitCount, crc: header.crc) }
            var coded: [UInt8] = []
            coded.reserveCapacity(count)
            unsafe transform.forEachStretch { unsafe coded.append(contentsOf: $0) }
            return BzDecodedBlock(coded: coded, uncompressedSize: size, bitCount: bitCount, crc: header.crc)
        }
    }
}
