/// Where the pages of an export begin and end in the blocks of its file: behind the description of the wiki, and before
/// `</mediawiki>`.
struct ExportEdges {
    typealias Place = BlockPageScanner.Place

    /// Blocks that are looked at to find an edge; the description of a wiki with all its namespaces has 20 KB.
    private static let limit = 64
    private let file: RandomAccessFile
    private let blocks: [BlockLayout.Block]
    private let decoder = BzFastDecoder()

    init(_ file: RandomAccessFile, _ layout: BlockLayout) {
        self.file = file
        blocks = layout.blocks
    }

    private func content(_ block: BlockLayout.Block) throws(BzError) -> [UInt8] {
        try file.decodeBlock(at: block.bitOffset, level: block.level, with: decoder).content()
    }

    /// The place behind the line that the description of the wiki ends on.
    func start() throws(BzError) -> Place {
        var text: [UInt8] = []
        var starts: [(block: Int64, offset: Int)] = []
        var scanner = PageScanner()
        var end: Int?
        for block in blocks.prefix(Self.limit) {
            starts.append((block.bitOffset, text.count))
            let bytes = try content(block)
            text += bytes
            for event in scanner.scan(bytes) where end == nil {
                switch event {
                case .headerEnd(let offset): end = Self.behindLine(text, from: Int(offset))
                case .page(let page): end = Self.indent(text, before: Int(page.offset))
                case .exportEnd(let offset):
                    end = text[..<Int(offset)].lastIndex(of: UInt8(ascii: "<")) ?? Int(offset)
                default: break
                }
            }
            // The line may go on in the next block.
            if let end, end < text.count || block.bitOffset == blocks.last?.bitOffset { break }
        }
        guard let end, let place = starts.last(where: { $0.offset <= end }) else {
            throw BzError(
                .wrongFormat, "no page and no </siteinfo> stand near the beginning",
                remedy: "check that this is an export", file: file.path, bitOffset: 0)
        }
        return Place(block: place.block, offset: end - place.offset)
    }

    /// The place before the last `</mediawiki>`, behind which only blanks may stand.
    func end() throws(BzError) -> Place {
        let tag = Array("</mediawiki>".utf8)
        var text: [UInt8] = []
        for block in blocks.suffix(Self.limit).reversed() {
            text = try content(block) + text
            let tail = text.reversed().drop { $0 <= UInt8(ascii: " ") }
            if tail.count < tag.count { continue }
            guard tail.starts(with: tag.reversed()) else { break }
            let offset = tail.count - tag.count
            // Where the tag begins in the first byte of the text, the block before may be needed no more.
            return Place(block: block.bitOffset, offset: offset)
        }
        throw BzError(
            .truncated, "does not end with </mediawiki>", remedy: "mend it first, with the command salvage",
            file: file.path)
    }

    private static func behindLine(_ text: [UInt8], from start: Int) -> Int {
        let rest = text[start...]
        guard let end = rest.firstIndex(where: { $0 != 0x20 && $0 != 9 && $0 != 13 }) else { return text.count }
        return text[end] == 10 ? end + 1 : start
    }

    private static func indent(_ text: [UInt8], before index: Int) -> Int {
        var start = index
        while start > 0, text[start - 1] == 0x20 || text[start - 1] == 9 { start -= 1 }
        return start
    }
}
