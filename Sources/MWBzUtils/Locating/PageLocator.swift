public import SystemPackage

/// How it is proven that a page is absent.
public enum AbsenceProof: Sendable, Hashable {
    /// No block is left in which the page could begin. Right after a page that fills many blocks, all of them are read.
    case everyBlock
    /// If two blocks are inside a page and their revision ids rise, the blocks between them are assumed to belong to that
    /// page too.
    ///
    /// Only a few blocks are decoded. The result is wrong if the page stands between two pages that fill many blocks each,
    /// and all revisions of the second one are newer than those of the first.
    case risingRevisions
}

/// Finds a page in a bzip2 export without an index, by decoding a few blocks.
///
/// ``locate(id:taskCount:proof:)`` needs ids that rise through the file, as they do in the exports of MediaWiki. If they turn out
/// not to, it ends with an error with code `unordered`. ``pieces(of:taskCount:proof:willReadAll:)`` finds pages in any
/// order. Both work on single streams and multistreams.
public struct PageLocator: Sendable {
    let file: RandomAccessFile

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(_ path: FilePath) throws(BzError) { try self.init(path, on: WebCalls.of(path)) }

    /// Opens a file of a file system.
    package init(_ path: FilePath, on calls: any FileCalls) throws(BzError) {
        file = try RandomAccessFile(path, on: calls)
    }

    /// Finds the page with an id.
    ///
    /// It decodes at most two blocks more than the number of blocks has binary digits, usually about five. It decodes twice
    /// as many if a page fills many blocks. To prove that no page follows right after such a page, all its blocks must be
    /// read, unless `proof` asks for less.
    /// - Parameters:
    ///   - id: The id of the page.
    ///   - taskCount: How many blocks are decoded at once if many must be read.
    ///   - proof: How it is proven that the page is absent.
    /// - Throws: ``BzError`` if the file is not a bzip2 file or cannot be read, or if the page was not found and could be in
    ///   a damaged block or after the end of a truncated file. Damage elsewhere does not matter.
    public func locate(
        id: Int64, taskCount: Int = 1, proof: AbsenceProof = .everyBlock
    ) async throws(BzError) -> PageSearch {
        try await search(id: id, taskCount: taskCount, proof: proof).result
    }

    /// Finds the last page of the export.
    /// - Returns: nil if there is no page.
    public func locateLast(taskCount: Int = 1) async throws(BzError) -> PageLocation? {
        switch try await locate(id: .max, taskCount: taskCount) {
        case .found(let page): page
        case .absent(let last, _): last
        }
    }

    /// The same as ``locate(id:taskCount:proof:)``, with the number of blocks that were decoded.
    func search(
        id: Int64, taskCount: Int = 1, proof: AbsenceProof = .everyBlock
    ) async throws(BzError) -> (result: PageSearch, decodeCount: Int) {
        let prober = BlockProber(file)
        var search = BlockSearch(id: id, end: try file.size() * 8, prober: prober)
        return (try await search.run(taskCount: taskCount, proof: proof), prober.decodeCount)
    }
}

/// Where a page begins in a bzip2 file.
public struct PageLocation: Sendable, Hashable {
    /// The start of the page; its offset counts from the start of the content of the block.
    public let page: DumpPage
    /// Where the magic of the block begins in which `<page>` begins, in bits from the start of the file.
    public let blockOffset: Int64
    /// The id of the first page that begins in that block.
    public let firstPageID: Int64

    /// The id of the page.
    public var id: Int64 { page.id }

}

/// The result of a search for a page.
public enum PageSearch: Sendable, Hashable {
    /// The page exists.
    case found(PageLocation)
    /// The page does not exist. It would be between these two; nil stands for the start or the end of the export.
    case absent(after: PageLocation?, before: PageLocation?)
}

/// Where a revision begins in a bzip2 file.
public struct RevisionLocation: Sendable, Hashable {
    /// The id of the revision.
    public let id: Int64
    /// The page it belongs to.
    public let page: PageLocation
}

/// Searches that must read block after block, because there is no index.
extension PageLocator {
    /// Finds the first page with a title, reading from the start up to it.
    /// - Parameters:
    ///   - title: Plain text, with the namespace as in the dump. Blanks and underscores are equivalent.
    ///   - taskCount: How many blocks are decoded at once.
    /// - Returns: nil if there is none in the whole dump.
    /// - Throws: ``BzError`` when the file is damaged before the page, or cannot be read.
    public func locate(title: String, taskCount: Int) async throws(BzError) -> PageLocation? {
        let plain = TitleKey.plain(title)
        var found: PageLocation?
        try await scan(taskCount: taskCount) { event, pages in
            guard case .page(let page) = event, TitleKey.plain(xml: page.title) == plain else { return false }
            found = pages.last
            return true
        }
        return found
    }

    /// Finds the first revision with an id, reading from the start up to it.
    /// - Returns: nil if there is none in the whole dump.
    /// - Throws: ``BzError`` when the file is damaged before the revision, or cannot be read.
    public func locate(revision id: Int64, taskCount: Int) async throws(BzError) -> RevisionLocation? {
        var found: RevisionLocation?
        try await scan(taskCount: taskCount) { event, pages in
            guard case .revision(id, _) = event, let page = pages.last else { return false }
            found = RevisionLocation(id: id, page: page)
            return true
        }
        return found
    }

    /// Reads the dump and passes on what is found, with its page, until `body` returns true.
    func scan(
        taskCount: Int, _ body: (ExportEvent, PageTracker) -> Bool
    ) async throws(BzError) {
        var scanner = PageScanner()
        var tracker = PageTracker()
        var isFinished = false
        do {
            _ = try await BzBlockReader(file, taskCount: taskCount).read { block throws(BzError) in
                tracker.begin(block)
                for event in scanner.scan(block.bytes) {
                    if case .page(let page) = event { tracker.add(page) }
                    if case .unreadableID(let offset) = event {
                        throw BzError.unreadableID(at: offset, of: "the text").naming(file.path)
                    }
                    isFinished = body(event, tracker)
                    // Only an error stops the reader.
                    if isFinished { throw BzError(.cancelled, "found") }
                }
            }
        } catch {
            guard isFinished else { throw error }
        }
    }
}

/// Keeps track of the block in which the last page began.
struct PageTracker {
    /// How far after its start the id of a page is read.
    private static let longestHeader: Int64 = 1 << 20
    private var blocks: [(uncompressedOffset: Int64, bitOffset: Int64, firstPageID: Int64?)] = []
    private(set) var last: PageLocation?

    mutating func begin(_ block: BzFileBlock) {
        let keep = block.uncompressedOffset - Self.longestHeader
        let old = blocks.dropFirst().prefix { $0.uncompressedOffset < keep }.count
        blocks.removeFirst(old)
        blocks.append((block.uncompressedOffset, block.bitOffset, nil))
    }

    mutating func add(_ page: DumpPage) {
        guard let index = blocks.lastIndex(where: { $0.uncompressedOffset <= page.offset }) else { return }
        let block = blocks[index]
        let first = block.firstPageID ?? page.id
        blocks[index].firstPageID = first
        var page = page
        page.offset -= block.uncompressedOffset
        last = PageLocation(page: page, blockOffset: block.bitOffset, firstPageID: first)
    }
}

extension PageLocator {
    /// Passes on a page piece by piece, from `<page>` to `</page>`, in bounded memory.
    /// - Throws: ``BzError`` where the file is damaged or ends inside the page, or what `body` throws.
    public func read(_ page: PageLocation, _ body: (ArraySlice<UInt8>) throws(BzError) -> Void) throws(BzError) {
        var cutter = PageCutter()
        var chain = StreamChain(file, at: page.blockOffset)
        let decoder = BzFastDecoder()
        var start = Int(page.page.offset)
        while case .block(let bitOffset, let level) = try chain.next() {
            let block = try file.decodeBlock(at: bitOffset, level: level, with: decoder)
            chain.pass(block)
            let content = block.content()
            guard start <= content.count else { break }
            try body(cutter.cut(content[start...], of: file.path))
            if cutter.isFinished { return }
            start = 0
        }
        throw cutter.noEnd(file.path, page.id)
    }
}
