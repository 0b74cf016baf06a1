import Synchronization
public import SystemPackage

/// A dump with its index. Reading any page, or any byte of the decoded dump, costs the decoding of one block.
///
/// It is safe to use from many tasks at once, and keeps the few blocks that were used last. What the index says is compared
/// with the dump each time, so a dump that has changed leads to an error and never to a wrong answer.
public final class IndexedDump: Sendable {
    /// How many bytes are read at a time, and at most, to find the header of a page.
    private static let headerStep = 4096
    private static let longestHeader = 1 << 20
    /// The index.
    public let index: DumpIndex
    let file: RandomAccessFile
    private let cache: BlockCache
    private let decoders = DecoderPool<BzFastDecoder>()

    /// Opens a dump with its index.
    /// - Parameters:
    ///   - dump: A bzip2 file.
    ///   - index: Its index; nil stands for the one next to it.
    ///   - cachedBlocks: How many decoded blocks are kept. Each has at most 2 MB.
    /// - Throws: ``BzError`` as ``DumpIndex/init(_:)``, and with code `stale` if the dump has changed since the index was
    ///   made.
    public convenience init(_ dump: FilePath, index: FilePath? = nil, cachedBlocks: Int = 8) throws(BzError) {
        try self.init(
            dump, index: DumpIndex(index ?? DumpIndex.usualPath(of: dump)), cachedBlocks: cachedBlocks)
    }

    init(_ dump: FilePath, index: DumpIndex, cachedBlocks: Int = 8) throws(BzError) {
        file = try RandomAccessFile(dump)
        try index.check(against: file)
        self.index = index
        cache = BlockCache(capacity: cachedBlocks)
    }

    // MARK: Bytes

    /// Reads bytes of the decoded dump. Returns fewer than `count` only at its end.
    /// - Throws: ``BzError`` with code `stale` or `damaged` if a block is not what the index says.
    public func read(at offset: Int64, count: Int) throws(BzError) -> [UInt8] {
        guard count > 0, offset >= 0, var number = try index.blockNumber(at: offset) else { return [] }
        var bytes: [UInt8] = []
        while bytes.count < count, number < index.blockCount {
            let block = try index.block(number)
            let content = try self.content(of: number)
            let start = Int(max(0, offset - block.uncompressedOffset))
            // Blocks that do not follow each other would leave a gap.
            guard start <= content.count, block.uncompressedOffset + Int64(start) == offset + Int64(bytes.count) else {
                throw .damagedIndex(index.path)
            }
            bytes += content[start..<min(content.count, start + count - bytes.count)]
            number += 1
        }
        return bytes
    }

    /// The content of a block.
    /// - Throws: ``BzError`` with code `stale` or `damaged` if it is not what the index says.
    public func content(of number: Int) throws(BzError) -> [UInt8] {
        let block = try index.block(number)
        return try cache.content(of: number) { () throws(BzError) in try decode(block) }
    }

    private func decode(_ block: IndexedBlock) throws(BzError) -> BzDecodedBlock {
        try index.check(block, in: file)
        let decoded = try file.decodeBlock(at: block.bitOffset, level: 9, with: decoders)
        guard decoded.uncompressedSize == block.uncompressedSize, decoded.bitCount == block.bitCount else {
            throw index.stale("the size of a block has changed")
        }
        return decoded
    }

    // MARK: Pages

    /// The page with an id; nil if the dump has none.
    ///
    /// Decodes the block in which the page begins, and the next one if the header of the page extends into it.
    /// - Throws: ``BzError`` with code `stale` or `damaged` if the dump is not what the index says.
    public func page(id: Int64) throws(BzError) -> IndexedPage? {
        guard let offset = try index.offsets(index.pages, key: id).first else { return nil }
        let page = try page(at: offset)
        guard page.page.id == id else { throw index.stale("a different page is now where page \(id) was") }
        return page
    }

    /// All pages with an id, in the order of the dump. There are several if the dump has a `<page>` for each revision, or has a
    /// page twice.
    /// - Throws: ``BzError`` with code `stale` or `damaged` if the dump is not what the index says.
    public func pages(id: Int64) throws(BzError) -> [IndexedPage] {
        var pages: [IndexedPage] = []
        for offset in try index.offsets(index.pages, key: id).sorted() {
            let page = try page(at: offset)
            guard page.page.id == id else { throw index.stale("a different page is now where page \(id) was") }
            pages.append(page)
        }
        return pages
    }

    /// The page with a title; nil if the dump has none.
    /// - Parameter title: Plain text, with the namespace as in the dump. Blanks and underscores are equivalent.
    /// - Throws: ``BzError`` with code `stale` or `damaged` if the dump is not what the index says.
    public func page(title: String) throws(BzError) -> IndexedPage? {
        let plain = TitleKey.plain(title)
        // Another title may have the same hash.
        for offset in try index.offsets(index.titles, key: TitleKey.hash(plain: plain)) {
            let page = try page(at: offset)
            if TitleKey.plain(xml: page.page.title) == plain { return page }
        }
        return nil
    }

    /// The page that begins at an offset of the decoded dump.
    func page(at offset: Int64) throws(BzError) -> IndexedPage {
        guard let number = try index.blockNumber(at: offset) else { throw .damagedIndex(index.path) }
        let block = try index.block(number)
        var scanner = PageScanner(startingAt: offset)
        var place = offset
        while place - offset < Int64(Self.longestHeader) {
            let bytes = try read(at: place, count: Self.headerStep)
            if bytes.isEmpty { break }
            place += Int64(bytes.count)
            for event in scanner.scan(bytes) {
                guard case .page(var page) = event, page.offset == offset else {
                    throw index.stale("no page begins where one used to")
                }
                page.offset -= block.uncompressedOffset
                return IndexedPage(
                    page: page, uncompressedOffset: offset, blockNumber: number, blockOffset: block.bitOffset)
            }
        }
        throw index.stale("no page begins where one used to")
    }

    /// The page that contains a byte of the decoded dump, or the last page before it; nil before the first page.
    /// - Throws: ``BzError`` with code `stale` or `damaged` if the dump is not what the index says.
    public func page(around offset: Int64) throws(BzError) -> IndexedPage? {
        guard let start = try index.lastPageOffset(notBehind: offset) else { return nil }
        return try page(at: start)
    }

    // MARK: Content of pages

    /// Passes on a page piece by piece, from `<page>` to `</page>`, in bounded memory.
    /// - Throws: ``BzError`` with code `truncated` if the page does not end, or what `body` throws.
    public func read(_ page: IndexedPage, _ body: (ArraySlice<UInt8>) throws(BzError) -> Void) throws(BzError) {
        var cutter = PageCutter()
        var start = Int(page.page.offset)
        for number in page.blockNumber..<index.blockCount {
            let content = try self.content(of: number)
            let piece = try cutter.cut(content[start...], of: file.path)
            try body(piece)
            if cutter.isFinished { return }
            start = 0
        }
        throw cutter.noEnd(file.path, page.id)
    }
}

/// A page that was found through an index.
public struct IndexedPage: Sendable, Hashable {
    /// The start of the page; its offset counts from the start of the content of the block.
    public let page: DumpPage
    /// Where `<page>` begins in the decoded dump, in bytes.
    public let uncompressedOffset: Int64
    /// The number of the block in which it begins.
    public let blockNumber: Int
    /// Where the magic of that block begins, in bits from the start of the file.
    public let blockOffset: Int64

    /// The id of the page.
    public var id: Int64 { page.id }
}

/// A revision that was found through an index.
public struct IndexedRevision: Sendable, Hashable {
    /// The id of the revision.
    public let id: Int64
    /// Where `<revision>` begins in the decoded dump, in bytes.
    public let uncompressedOffset: Int64
    /// The page it belongs to.
    public let page: IndexedPage
}

extension IndexedDump {
    /// If a revision begins in a block, its id is expected within this many bytes after the block.
    private static let revisionHeader = 4096

    /// The revision with an id; nil if the dump has none.
    ///
    /// The index knows the smallest and the largest revision id in each block. In a full history, few blocks can contain an
    /// id. In a dump of current revisions, where old and new ids mix, it can be nearly all of them.
    /// - Parameters:
    ///   - id: The id of the revision.
    ///   - taskCount: How many blocks are decoded at once.
    /// - Throws: ``BzError`` with code `stale` or `damaged` if the dump is not what the index says.
    public func revision(id: Int64, taskCount: Int = 1) async throws(BzError) -> IndexedRevision? {
        var numbers: [Int] = []
        try index.blocks.forEach { number, block throws(BzError) in
            if let revisions = block.revisions, revisions.contains(id) { numbers.append(number) }
            return true
        }
        var found = try await first(of: numbers, taskCount: taskCount) { [self] number in
            Result { () throws(BzError) in try offset(of: id, in: number, more: 0) }
        }
        if found == nil {
            // A header that crosses the border of its block.
            found = try await first(of: numbers, taskCount: taskCount) { [self] number in
                Result { () throws(BzError) in try offset(of: id, in: number, more: Self.revisionHeader) }
            }
        }
        guard let offset = found, let page = try page(around: offset) else { return nil }
        return IndexedRevision(id: id, uncompressedOffset: offset, page: page)
    }

    private func offset(of id: Int64, in number: Int, more: Int) throws(BzError) -> Int64? {
        let block = try index.block(number)
        var scanner = PageScanner(startingAt: block.uncompressedOffset)
        var events = scanner.scan(try content(of: number))
        if more > 0 { events += scanner.scan(try read(at: block.uncompressedEnd, count: more)) }
        for case .revision(id, let offset) in events where offset < block.uncompressedEnd { return offset }
        return nil
    }

    /// The result for the first number that has one. Several numbers are tried at once.
    private func first(
        of numbers: [Int], taskCount: Int, _ look: @escaping @Sendable (Int) -> Result<Int64?, BzError>
    ) async throws(BzError) -> Int64? {
        let result: Result<Int64?, BzError> = await withTaskGroup(of: Result<Int64?, BzError>.self) { group in
            var rest = numbers[...]
            for number in rest.prefix(max(1, taskCount)) { group.addTask { look(number) } }
            rest = rest.dropFirst(max(1, taskCount))
            while let result = await group.next() {
                switch result {
                case .success(nil): if let number = rest.popFirst() { group.addTask { look(number) } }
                case .success, .failure:
                    group.cancelAll()
                    return result
                }
            }
            return .success(nil)
        }
        return try result.get()
    }
}

/// The blocks that were decoded last. Safe to use from many tasks at once.
final class BlockCache: Sendable {
    private struct Entry {
        let number: Int
        let content: Content
    }

    /// The content of a block. A very large one is kept in its form before the runs are expanded.
    enum Content {
        case plain([UInt8])
        case coded(BzDecodedBlock)

        /// A block of text has less than this.
        private static let usualSize = 2 << 20

        init(_ block: BzDecodedBlock) {
            self = block.uncompressedSize <= Self.usualSize ? .plain(block.content()) : .coded(block)
        }

        var bytes: [UInt8] {
            switch self {
            case .plain(let bytes): bytes
            case .coded(let block): block.content()
            }
        }
    }

    private let capacity: Int
    /// The block that was used most recently is last.
    private let entries = Mutex<[Entry]>([])

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// The content of a block. `decode` makes it if it is not in the cache.
    func content(of number: Int, _ decode: () throws(BzError) -> BzDecodedBlock) throws(BzError) -> [UInt8] {
        let known = entries.withLock { entries -> Content? in
            guard let index = entries.firstIndex(where: { $0.number == number }) else { return nil }
            let entry = entries.remove(at: index)
            entries.append(entry)
            return entry.content
        }
        if let known { return known.bytes }
        // Two tasks may decode the same block at once. That is better than waiting for each other.
        let content = Content(try decode())
        entries.withLock { entries in
            guard !entries.contains(where: { $0.number == number }) else { return }
            if entries.count >= capacity { entries.removeFirst() }
            entries.append(Entry(number: number, content: content))
        }
        return content.bytes
    }
}
