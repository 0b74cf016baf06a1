internal import SystemPackage

/// Where a revision begins in a bzip2 file.
public struct RevisionLocation: Sendable, Hashable {
    /// The id of the revision.
    public let id: Int64
    /// The page it belongs to.
    public let page: PageLocation
}

/// What only reading all blocks can find, as long as there is no index.
extension PageLocator {
    /// Finds the first page with a title, reading from the start until it comes.
    /// - Parameters:
    ///   - title: Plain text, with the namespace as the dump has it; blanks and underscores are the same.
    ///   - taskCount: How many blocks are decoded at once.
    /// - Returns: nil if the whole dump has none.
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

    /// Finds the first revision with an id, reading from the start until it comes.
    /// - Returns: nil if the whole dump has none.
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

    /// Reads the dump and gives what is found in it, with the page it is in, until `body` returns true.
    private func scan(
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
                    // The reader stops for an error only.
                    if isFinished { throw BzError(.cancelled, "found") }
                }
            }
        } catch {
            guard isFinished else { throw error }
        }
    }
}

/// Knows in which block the last page began.
struct PageTracker {
    /// How far behind its start the id of a page is read.
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
    /// Gives a page piece by piece, from `<page>` to `</page>`, in bounded memory.
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
            try body(cutter.cut(content[start...]))
            if cutter.isFinished { return }
            start = 0
        }
        throw cutter.noEnd(file.path, page.id)
    }
}
