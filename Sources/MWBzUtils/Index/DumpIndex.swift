public import SystemPackage

/// The index of a dump: a file next to it that says where its blocks and pages are.
///
/// Everything in it is checked before it is used. Every part has a checksum, every number is compared with the sizes of the
/// files, and what the index says about a place in the dump is compared with the dump (``IndexedDump``). See
/// <doc:DumpIndexFormat>.
public final class DumpIndex: Sendable {
    /// How many blocks are compared with the dump, by magic number and checksum, when both are opened.
    private static let samples = 32
    /// The file.
    public let path: FilePath
    private let file: IndexFile
    let trailer: IndexTrailer
    let blocks: IndexTable<IndexedBlock>
    let pages: IndexTable<IndexPlace>
    let titles: IndexTable<IndexPlace>

    /// The usual path of the index of a dump: the path of the dump followed by `.mwidx`.
    public static func usualPath(of dump: FilePath) -> FilePath { FilePath(dump.string + ".mwidx") }

    /// Opens an index.
    /// - Throws: ``BzError`` with code `fileSystem` if it cannot be read, `wrongFormat` if it is not an index or has another
    ///   version, `truncated` or `damaged` if it is not intact.
    public init(_ path: FilePath) throws(BzError) {
        self.path = path
        file = try IndexFile(path)
        let header = try file.bytes(at: 0, count: min(file.size, IndexFormat.headerSize))
        guard header.starts(with: IndexFormat.magic) else {
            throw BzError(.wrongFormat, "is not the index of a dump", remedy: "name an index, or make one", file: path)
        }
        guard header.count == IndexFormat.headerSize, file.size >= IndexFormat.headerSize + IndexFormat.trailerSize
        else {
            throw Self.cutShort(path)
        }
        guard BzCRC.of(Array(header[..<12])) == header.number(at: 12, as: UInt32.self) else {
            throw .damagedIndex(path)
        }
        let version: UInt32 = header.number(at: 8)
        guard version == IndexFormat.version else {
            throw BzError(
                .wrongFormat,
                "is an index of version \(version), but this program reads version \(IndexFormat.version)",
                remedy: "make it again", file: path)
        }
        let size = IndexFormat.trailerSize
        guard let trailer = IndexTrailer(try file.bytes(at: Int64(file.size - size), count: size)),
            trailer.indexSize == Int64(file.size)
        else { throw Self.cutShort(path) }
        self.trailer = trailer
        blocks = try IndexTable(file, trailer.blocks)
        pages = try IndexTable(file, trailer.pages)
        titles = try IndexTable(file, trailer.titles)
    }

    private static func cutShort(_ path: FilePath) -> BzError {
        BzError(.truncated, "the index is cut short or damaged at its end", remedy: "make it again", file: path)
    }

    // MARK: What is in it

    /// Blocks of the dump.
    public var blockCount: Int { blocks.count }
    /// Pages of the dump.
    public var pageCount: Int { pages.count }
    /// Revisions of the dump.
    public var revisionCount: Int64 { trailer.revisionCount }
    /// Streams of the dump that contain a block.
    public var streamCount: Int64 { trailer.streamCount }
    /// Bytes of the decoded dump.
    public var uncompressedSize: Int64 { trailer.uncompressedSize }
    /// Bytes of the dump.
    public var dumpSize: Int64 { trailer.dump.fileSize }
    /// Bytes of the index.
    public var size: Int { file.size }
    /// Whether the ids of the pages rise through the dump.
    public var hasRisingIDs: Bool { trailer.risingIDs == 1 }

    /// The block with a number, counted from 0 through all streams.
    /// - Throws: ``BzError`` with code `damaged` if the index is.
    public func block(_ number: Int) throws(BzError) -> IndexedBlock {
        precondition((0..<blockCount).contains(number), "there is no such block")
        let block = try blocks[number]
        guard block.uncompressedOffset >= 0, uncompressedSize >= Int64(block.uncompressedSize),
            block.uncompressedOffset <= uncompressedSize - Int64(block.uncompressedSize)
        else { throw .damagedIndex(path) }
        return block
    }

    /// The number of the block that contains a byte of the decoded dump; nil after its end.
    /// - Throws: ``BzError`` with code `damaged` if the index is.
    public func blockNumber(at uncompressedOffset: Int64) throws(BzError) -> Int? {
        guard uncompressedOffset >= 0, uncompressedOffset < uncompressedSize else { return nil }
        let next = try blocks.firstIndex(notLess: uncompressedOffset + 1)
        guard next > 0 else { throw .damagedIndex(path) }
        return next - 1
    }

    /// The offsets in the decoded dump of the pages with an id. There is more than one only if the id occurs twice.
    func offsets(_ table: IndexTable<IndexPlace>, key: Int64) throws(BzError) -> [Int64] {
        var offsets: [Int64] = []
        try table.forEach(from: table.firstIndex(notLess: key)) { _, place throws(BzError) in
            if place.key == key { offsets.append(place.offset) }
            return place.key == key
        }
        return offsets
    }

    /// The ids before and after a missing id; nil stands for the start and the end.
    /// - Throws: ``BzError`` with code `damaged` if the index is.
    public func neighbours(of id: Int64) throws(BzError) -> (after: Int64?, before: Int64?) {
        let index = try pages.firstIndex(notLess: id)
        return (index > 0 ? try pages[index - 1].key : nil, index < pages.count ? try pages[index].key : nil)
    }

    /// The offset of the last page that begins at or before an offset of the decoded dump.
    func lastPageOffset(notBehind offset: Int64) throws(BzError) -> Int64? {
        if hasRisingIDs {
            // Then the pages are sorted by their offsets too.
            var (low, high) = (0, pages.count)
            while low < high {
                let middle = (low + high) / 2
                if try pages[middle].offset <= offset { low = middle + 1 } else { high = middle }
            }
            return low > 0 ? try pages[low - 1].offset : nil
        }
        var best: Int64?
        try pages.forEach { _, place throws(BzError) in
            if place.offset <= offset, place.offset > best ?? -1 { best = place.offset }
            return true
        }
        return best
    }

    /// The largest page id; nil if there is no page.
    /// - Throws: ``BzError`` with code `damaged` if the index is.
    public func lastPageID() throws(BzError) -> Int64? { pages.count > 0 ? try pages[pages.count - 1].key : nil }

    // MARK: Whether it fits

    /// Compares the index with its dump: the size, both ends, and the magic numbers and checksums of blocks throughout the
    /// file.
    /// - Throws: ``BzError`` with code `stale`, naming the index and saying what differs.
    func check(against dump: RandomAccessFile) throws(BzError) {
        let now = try DumpFingerprint(of: dump)
        guard now.fileSize == trailer.dump.fileSize else {
            throw stale("the dump has \(now.fileSize) bytes now, not \(trailer.dump.fileSize)")
        }
        guard now == trailer.dump else { throw stale("the dump no longer begins or ends as it did") }
        for sample in 0..<min(Self.samples, blockCount) {
            let number = blockCount <= Self.samples ? sample : sample * (blockCount - 1) / (Self.samples - 1)
            try check(try block(number), in: dump)
        }
    }

    /// Compares what the index says about a block with the dump.
    func check(_ block: IndexedBlock, in dump: RandomAccessFile) throws(BzError) {
        guard block.bitOffset >= 0, block.bitOffset < dumpSize * 8 else { throw .damagedIndex(path) }
        let bytes = try dump.read(at: block.bitOffset / 8, count: 11)
        let word = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } << UInt128(8 * (16 - bytes.count))
        let bits = word << UInt128(block.bitOffset % 8)
        let expected = UInt128(BzStream.blockMagic) << 32 | UInt128(block.crc)
        guard bits >> 48 == expected else {
            throw stale("a different block is now at byte \(block.bitOffset / 8) of the dump")
        }
    }

    func stale(_ why: String) -> BzError {
        BzError(.stale, "the index does not fit the dump: \(why)", remedy: "make the index again", file: path)
    }

    /// Checks every byte of the index.
    /// - Throws: ``BzError`` with code `damaged` at the first chunk whose checksum does not match or whose records are not
    ///   in order.
    public func checkAll() throws(BzError) {
        try checkOrder(blocks)
        try checkOrder(pages)
        try checkOrder(titles)
        guard pages.count == titles.count else { throw .damagedIndex(path) }
    }

    private func checkOrder<Record: IndexRecord>(_ table: IndexTable<Record>) throws(BzError) {
        var last = Int64.min
        try table.forEach { _, record throws(BzError) in
            guard record.key >= last else { throw .damagedIndex(path) }
            last = record.key
            return true
        }
    }
}

/// What an index records about its dump, so that a change of the dump is noticed.
///
/// It does not include times, so both files can be copied. The last bytes of the dump hold the combined checksum of the
/// last stream.
struct DumpFingerprint: Equatable {
    /// Bytes of the dump.
    var fileSize: Int64 = 0
    /// The checksums of its first and last bytes.
    var startCRC: UInt32 = 0
    var endCRC: UInt32 = 0

    static let size = 16

    init() {}

    init(of file: RandomAccessFile) throws(BzError) {
        let edge = IndexFormat.dumpEdge
        fileSize = try file.size()
        startCRC = BzCRC.of(try file.read(at: 0, count: edge))
        endCRC = BzCRC.of(try file.read(at: max(0, fileSize - Int64(edge)), count: edge))
    }

    init(_ bytes: [UInt8], at start: Int) {
        fileSize = bytes.number(at: start)
        startCRC = bytes.number(at: start + 8)
        endCRC = bytes.number(at: start + 12)
    }

    func encode(to bytes: inout [UInt8]) {
        bytes.append(littleEndian: fileSize)
        bytes.append(littleEndian: startCRC)
        bytes.append(littleEndian: endCRC)
    }
}
