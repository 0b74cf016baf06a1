import Synchronization

/// Examines blocks anywhere in a file. Safe to use from many tasks at once.
final class BlockProber: Sendable {
    private struct State {
        var decodeCount = 0
        /// Why magic numbers turned out not to begin a block, by their offset.
        var damages: [Int64: BzError] = [:]
    }

    /// How much is searched at a time. More than needed may be read, which does not matter for a file that is near.
    private var chunkSize: Int { file.step ?? 1 << 17 }
    /// The longest block, with something to spare.
    static let longestBlock: Int64 = 1_200_000
    /// How far behind a block the header of its last page is searched for. A header has a few kilobytes at most.
    private static let longestHeader = 1 << 20
    let file: RandomAccessFile
    /// How many bytes before a place are searched for the block before it. Of a file that is far, most often few will do.
    var reaches: [Int64] {
        guard let step = file.step else { return [Self.longestBlock] }
        return [Int64(step) * 2, 1 << 18, 1 << 19, Self.longestBlock]
    }
    private let decoders = DecoderPool<BzFastDecoder>()
    private let state = Mutex(State())

    init(_ file: RandomAccessFile) { self.file = file }

    /// How many blocks have been decoded.
    var decodeCount: Int { state.withLock { $0.decodeCount } }

    /// Examines the first block whose magic begins at a bit or after it.
    /// - Parameters:
    ///   - id: The id that is searched for. Only what helps to find it is examined.
    ///   - limit: The magic must begin before this bit.
    /// - Returns: nil if none does.
    func probe(from bitOffset: Int64, before limit: Int64, for id: Int64) throws(BzError) -> BlockProbe? {
        var offset = bitOffset / 8
        var scanner = BzMagicScanner(startingAt: offset)
        while true {
            let chunk = try file.read(at: offset, count: chunkSize)
            offset += Int64(chunk.count)
            for magic in chunk.isEmpty ? scanner.finish() : scanner.scan(chunk) {
                if magic.bitOffset >= limit { return nil }
                guard magic.kind == .block, magic.bitOffset >= bitOffset else { continue }
                // This is not a real magic number, or the block is damaged. The next one will do.
                if let probe = try lookIntoIfSound(magic.bitOffset, for: id) { return probe }
            }
            if chunk.isEmpty || offset * 8 > limit + 256 { return nil }
        }
    }

    /// Examines the last block of the file.
    /// - Returns: nil if there is none near the end.
    func probeLast(_ end: Int64, for id: Int64) throws(BzError) -> BlockProbe? {
        for reach in reaches {
            for magic in try magics(from: max(0, end / 8 - reach) * 8, before: end).reversed() {
                if let probe = try lookIntoIfSound(magic, for: id) { return probe }
            }
        }
        return nil
    }

    /// The offsets of the magic numbers of blocks in a section of the file.
    /// - Parameter limit: How many are wanted.
    func magics(from start: Int64, before end: Int64, limit: Int = .max) throws(BzError) -> [Int64] {
        var offset = start / 8
        var scanner = BzMagicScanner(startingAt: offset)
        var magics: [Int64] = []
        while true {
            let chunk = try file.read(at: offset, count: chunkSize)
            offset += Int64(chunk.count)
            for magic in chunk.isEmpty ? scanner.finish() : scanner.scan(chunk) {
                guard magic.kind == .block, magic.bitOffset >= start else { continue }
                if magic.bitOffset >= end || magics.count == limit { return magics }
                magics.append(magic.bitOffset)
            }
            if chunk.isEmpty || offset * 8 > end + 256 { return magics }
        }
    }

    /// Examines the block that begins at a bit.
    /// - Throws: ``BzError`` if it cannot be decoded.
    func lookInto(_ bitOffset: Int64, for id: Int64) throws(BzError) -> BlockProbe {
        try probe(decode(at: bitOffset), at: bitOffset, for: id)
    }

    private func probe(_ block: BzDecodedBlock, at bitOffset: Int64, for id: Int64) throws(BzError) -> BlockProbe {
        let endOffset = bitOffset + Int64(block.bitCount)
        var scanner = PageScanner()
        var events = scanner.scan(block.content())
        let isSettled = events.contains { if case .page(let page) = $0 { page.id >= id } else { false } }
        if scanner.isPageOpening, !isSettled {
            // The id of the last page is in the next block. That page may be the one that is searched for.
            var next = endOffset
            var count = 0
            while scanner.isPageOpening, count < Self.longestHeader,
                let following = try? nextBlock(at: next)
            {
                let content = following.block.content()
                count += content.count
                next = following.bitOffset + Int64(following.block.bitCount)
                events += scanner.scan(content)
            }
        }
        let size = Int64(block.uncompressedSize)
        var pages: [DumpPage] = []
        var revisions: (first: Int64, last: Int64)?
        for event in events {
            switch event {
            case .page(let page) where page.offset < size: pages.append(page)
            case .revision(let id, let offset) where offset < size: revisions = (revisions?.first ?? id, id)
            // The page whose id cannot be read could be the wanted one, or the last one.
            case .unreadableID(let offset) where offset < size:
                throw BzError.unreadableID(at: offset, of: "the block").naming(file.path)
            default: break
            }
        }
        return BlockProbe(bitOffset: bitOffset, endOffset: endOffset, pages: pages, revisions: revisions)
    }

    /// The same; nil if the block cannot be decoded.
    func lookIntoIfSound(_ bitOffset: Int64, for id: Int64) throws(BzError) -> BlockProbe? {
        let block: BzDecodedBlock
        do {
            block = try decode(at: bitOffset)
        } catch {
            guard error.isAboutData else { throw error }
            return nil
        }
        return try probe(block, at: bitOffset, for: id)
    }

    private func nextBlock(at bitOffset: Int64) throws(BzError) -> (bitOffset: Int64, block: BzDecodedBlock)? {
        var chain = StreamChain(file, at: bitOffset)
        guard case .block(let next, _) = try chain.next() else { return nil }
        return (next, try decode(at: next))
    }

    /// Decodes a block. If that failed once, it is not tried again.
    private func decode(at bitOffset: Int64) throws(BzError) -> BzDecodedBlock {
        if let damage = state.withLock({ $0.damages[bitOffset] }) { throw damage }
        state.withLock { $0.decodeCount += 1 }
        do {
            return try file.decodeBlock(at: bitOffset, level: 9, with: decoders)
        } catch {
            if error.isAboutData { state.withLock { $0.damages[bitOffset] = error } }
            throw error
        }
    }
}

/// A block that was examined: where it is, and which pages begin in it.
struct BlockProbe: Sendable {
    /// Where its magic begins, in bits from the start of the file.
    let bitOffset: Int64
    /// Where the next block or the footer begins.
    let endOffset: Int64
    /// The pages that begin in it; their offsets count from the start of its content.
    let pages: [DumpPage]
    /// The ids of the first and the last revision that begin in it; nil if none does.
    let revisions: (first: Int64, last: Int64)?

    /// Whether no page begins in the block, so that it shows no page id.
    var isSilent: Bool { pages.isEmpty }

    /// The place of a page of the block.
    func location(_ page: DumpPage) -> PageLocation {
        PageLocation(page: page, blockOffset: bitOffset, firstPageID: pages.first?.id ?? page.id)
    }

    /// How a page id relates to the pages of the block.
    enum Order {
        case before, after
        case within(PageSearch)
        /// No page begins in the block.
        case unknown
    }

    func order(of id: Int64) -> Order {
        guard let first = pages.first, let last = pages.last else { return .unknown }
        if let page = pages.first(where: { $0.id == id }) { return .within(.found(location(page))) }
        if id < first.id { return .before }
        if id > last.id { return .after }
        return .within(
            .absent(
                after: pages.last { $0.id < id }.map(location), before: pages.first { $0.id > id }.map(location)))
    }
}
