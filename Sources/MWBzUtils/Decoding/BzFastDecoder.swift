/// Decodes single blocks several times as fast as libbz2.
///
/// libbz2 spends most of its time walking through a table that is larger than the caches: see `InverseTransform`. Rare kinds
/// of blocks are passed to ``BzLibraryDecoder``, so that both agree on what is valid: randomised blocks, which no program has
/// written for 25 years, and codes that violate the rules in ways that libbz2 tolerates.
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
                throw .damagedBlock("its symbols are invalid", at: bitOffset)
            }
            unsafe transform.invert(column, count: count, counts: counts, origPtr: header.origPtr)
            var content = BlockContent(codedCount: count)
            unsafe transform.forEachStretch { unsafe content.add($0) }
            guard let size = content.size(ifCRC: header.crc) else {
                throw .damagedBlock("its checksum does not match", at: bitOffset)
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

/// Expands the runs of a block and computes its checksum. Keeps the content unless it is unusually long.
struct BlockContent {
    /// How many bytes are expanded at a time. Even with 51 bytes for each they stay in the nearer caches.
    private static let stretch = 4096
    /// Content that is this many times as long as the block before its runs are expanded is not kept.
    private static let keptRatio = 2
    private let limit: Int
    private var expander: RunLengthExpander
    private var isKept = true
    private var crc = BzCRC()
    private var size = 0

    /// - Parameter codedCount: How many bytes will come.
    init(codedCount: Int) {
        limit = max(1 << 16, codedCount * Self.keptRatio)
        // Text gets longer by less than a hundredth.
        expander = RunLengthExpander(capacity: codedCount + codedCount / 64 + Self.stretch)
    }

    mutating func add(_ coded: UnsafeBufferPointer<UInt8>) {
        var start = 0
        while start < coded.count {
            let end = min(coded.count, start + Self.stretch)
            let before = expander.bytes.count
            unsafe expander.append(UnsafeBufferPointer(rebasing: coded[start..<end]))
            unsafe expander.bytes.withUnsafeBufferPointer { bytes in
                unsafe crc.add(UnsafeBufferPointer(rebasing: bytes[before...]))
            }
            size += expander.bytes.count - before
            if expander.bytes.count > limit { isKept = false }
            if !isKept { expander.discardBytes() }
            start = end
        }
    }

    /// The size of the content in bytes; nil if its checksum does not match.
    func size(ifCRC expected: UInt32) -> Int? { expander.isComplete && crc.value == expected ? size : nil }

    /// The content; nil if it is too long to be kept.
    var bytes: [UInt8]? { isKept ? expander.bytes : nil }
}
