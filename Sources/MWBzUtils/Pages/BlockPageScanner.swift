/// Finds the pages in the blocks of a file, and the block in which each begins and ends.
struct BlockPageScanner {
    /// A place between two bytes of the content of a block.
    struct Place: Sendable, Hashable {
        /// Where the magic of the block begins in the file, in bits.
        let block: Int64
        /// The number of bytes of the content before the place. At the end of something it can be all of them.
        let offset: Int
    }

    enum Event: Sendable {
        /// The description of the wiki ended; the place is that after it.
        case headerEnd(Place)
        /// A page began.
        case page(DumpPage, Place)
        /// A revision began.
        case revision(id: Int64, Place, offset: Int64)
        /// A page ended; the place is that after it.
        case pageEnd(Place, offset: Int64)
        /// The export ended; the place is that after its tag.
        case exportEnd(Place, offset: Int64)
        /// The id of a page or revision is not a 64-bit integer.
        case unreadableID(Place)
    }

    private var scanner: PageScanner
    /// The last block, and the blocks in which something may have begun that is not reported yet, each with the offset of
    /// its content.
    private var blocks: [(start: Int64, bitOffset: Int64)] = []
    private var end: Int64

    /// - Parameter offset: Where the first byte is in the decoded data.
    init(startingAt offset: Int64 = 0) {
        scanner = PageScanner(startingAt: offset)
        end = offset
    }

    /// Whether a page may have begun whose id has not been read yet.
    var isPageOpening: Bool { scanner.isPageOpening }

    mutating func scan(_ bytes: [UInt8], block bitOffset: Int64) -> [Event] {
        blocks.append((end, bitOffset))
        end += Int64(bytes.count)
        let events = scanner.scan(bytes).compactMap { event -> Event? in
            switch event {
            case .headerEnd(let offset): .headerEnd(place(of: offset - 1, plus: 1))
            case .page(let page): .page(page, place(of: page.offset))
            case .revision(let id, let offset): .revision(id: id, place(of: offset), offset: offset)
            case .unreadableID(let offset): .unreadableID(place(of: offset))
            // If something ends at the boundary of two blocks, it ends in the first.
            case .pageEnd(let offset): .pageEnd(place(of: offset - 1, plus: 1), offset: offset)
            case .exportEnd(let offset): .exportEnd(place(of: offset - 1, plus: 1), offset: offset)
            default: nil
            }
        }
        if !scanner.isPageOpening { blocks.removeAll() }
        return events
    }

    private func place(of offset: Int64, plus more: Int = 0) -> Place {
        let block = blocks.last { $0.start <= offset } ?? blocks[0]
        return Place(block: block.bitOffset, offset: Int(max(0, offset - block.start)) + more)
    }
}
