public import SystemPackage

/// Makes the index of a dump from its blocks, while the dump is being written or read.
///
/// Pass it every block in order, then call ``finish(dump:)``. It uses some 50 MB of memory, regardless of the size of the
/// dump. What does not fit goes to nameless files in the folder of the index, at most 32 bytes for each page.
public final class DumpIndexBuilder {
    /// If a page or revision begins in a block, its id is expected within this many bytes after the block.
    private static let longestOpening = 1 << 20
    private var output: ReplacingFile
    private var blocks: IndexTableWriter<IndexedBlock>
    private var pages: PlaceSorter
    private var titles: PlaceSorter
    private var scanner = PageScanner()
    /// The last blocks, whose revisions are not all known yet.
    private var pending: [IndexedBlock] = []
    private var trailer = IndexTrailer()
    private var lastID: Int64?

    /// Begins an index.
    /// - Parameters:
    ///   - path: Its path. Others look for it at ``DumpIndex/usualPath(of:)``. A file of that name is replaced at the end.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public convenience init(_ path: FilePath) throws(BzError) {
        try self.init(path, runLength: PlaceSorter.usualRunLength)
    }

    init(_ path: FilePath, runLength: Int) throws(BzError) {
        var output = try ReplacingFile(path)
        try output.append(IndexFormat.header)
        self.output = output
        let folder = path.removingLastComponent()
        pages = PlaceSorter(folder: folder, runLength: runLength)
        titles = PlaceSorter(folder: folder, runLength: runLength)
        blocks = IndexTableWriter(at: Int64(IndexFormat.headerSize))
    }

    /// Takes the next block of the dump.
    /// - Parameters:
    ///   - block: Where it is. The blocks must follow each other without gaps in the decoded dump.
    ///   - content: Its content.
    /// - Throws: ``BzError`` with code `fileSystem` if the index cannot be written.
    public func append(_ block: IndexedBlock, content: [UInt8]) throws(BzError) {
        precondition(block.uncompressedOffset == trailer.uncompressedSize, "the blocks of a dump follow each other")
        pending.append(block)
        trailer.uncompressedSize = block.uncompressedEnd
        trailer.streamCount = max(trailer.streamCount, Int64(block.stream) + 1)
        for event in scanner.scan(content) {
            switch event {
            case .page(let page): try add(page)
            case .revision(let id, let offset): add(revision: id, at: offset)
            case .unreadableID(let offset):
                throw BzError(
                    .wrongFormat, "an id near byte \(offset) of the decoded dump is not a 64-bit integer",
                    remedy: "fix the program that wrote the dump")
            default: break
            }
        }
        while let first = pending.first, trailer.uncompressedSize - first.uncompressedEnd > Int64(Self.longestOpening) {
            try output.append(blocks.append(pending.removeFirst()))
        }
    }

    private func add(_ page: DumpPage) throws(BzError) {
        if let lastID, page.id <= lastID { trailer.risingIDs = 0 }
        lastID = page.id
        try pages.append(IndexPlace(key: page.id, offset: page.offset))
        let title = TitleKey.hash(plain: TitleKey.plain(xml: page.title))
        try titles.append(IndexPlace(key: title, offset: page.offset))
    }

    private func add(revision id: Int64, at offset: Int64) {
        trailer.revisionCount += 1
        // Nearly always the last block or the one before it.
        let index = pending.lastIndex { $0.uncompressedOffset <= offset } ?? 0
        let known = pending[index].revisions ?? id...id
        pending[index].revisions = min(known.lowerBound, id)...max(known.upperBound, id)
    }

    /// Ends the index, makes it durable and gives it its name.
    /// - Parameter dump: The path of the complete dump, of which the size and checksums are recorded.
    /// - Throws: ``BzError`` with code `fileSystem`. There is no new index then.
    public func finish(dump: FilePath) throws(BzError) {
        for block in pending { try output.append(blocks.append(block)) }
        try output.append(blocks.finish())
        var pageTable = IndexTableWriter<IndexPlace>(at: output.size)
        try pages.drain { place throws(BzError) in try output.append(pageTable.append(place)) }
        try output.append(pageTable.finish())
        var titleTable = IndexTableWriter<IndexPlace>(at: output.size)
        try titles.drain { place throws(BzError) in try output.append(titleTable.append(place)) }
        try output.append(titleTable.finish())
        try output.append(blocks.finishDirectory(at: output.size))
        try output.append(pageTable.finishDirectory(at: output.size))
        try output.append(titleTable.finishDirectory(at: output.size))
        (trailer.blocks, trailer.pages, trailer.titles) = (blocks.place, pageTable.place, titleTable.place)
        trailer.dump = try DumpFingerprint(of: RandomAccessFile(dump))
        trailer.indexSize = output.size + Int64(IndexFormat.trailerSize)
        try output.append(trailer.bytes)
        try output.commit()
    }
}

/// Writes one table of the index, record by record, in the order of the keys.
struct IndexTableWriter<Record: IndexRecord> {
    private var chunk: [UInt8] = []
    private var firstKey: Int64 = 0
    private var directory: [UInt8] = []
    private(set) var place = IndexTablePlace()

    /// - Parameter offset: Where the table begins in the index.
    init(at offset: Int64) {
        place.offset = offset
        chunk.reserveCapacity(IndexFormat.chunkSize)
    }

    /// Takes a record.
    /// - Returns: the bytes that are ready now, often none.
    mutating func append(_ record: Record) -> [UInt8] {
        if chunk.isEmpty { firstKey = record.key }
        record.encode(to: &chunk)
        place.recordCount += 1
        return chunk.count == Record.recordsPerChunk * Record.size ? finish() : []
    }

    /// Ends the last chunk.
    mutating func finish() -> [UInt8] {
        guard !chunk.isEmpty else { return [] }
        directory.append(littleEndian: firstKey)
        directory.append(littleEndian: BzCRC.of(chunk))
        defer { chunk.removeAll(keepingCapacity: true) }
        return chunk
    }

    /// The directory, which belongs at `offset`.
    mutating func finishDirectory(at offset: Int64) -> [UInt8] {
        place.directoryOffset = offset
        place.directoryCRC = BzCRC.of(directory)
        return directory
    }
}
