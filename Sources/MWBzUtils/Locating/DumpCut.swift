public import SystemPackage

/// Reads the text of a dump from a block on, and what comes before its first page.
public struct DumpCut: Sendable {
    /// The longest text before the first page that is searched.
    private static let longestHeader = 64 << 20
    /// How many blanks before a page belong to it at most.
    private static let longestIndent = 64
    private static let longestBlock: Int64 = 1_200_000
    private let file: RandomAccessFile

    /// Opens a bzip2 file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(_ path: FilePath) throws(BzError) { file = try RandomAccessFile(path) }

    /// Bytes of the file.
    public func fileSize() throws(BzError) -> Int64 { try file.size() }

    /// What comes before the first page: everything up to `</siteinfo>` and the end of its line; nil if the first page
    /// or the end of the export comes first.
    /// - Throws: ``BzError`` if the file is damaged before that, is not a bzip2 file, or cannot be read.
    public func header() throws(BzError) -> [UInt8]? {
        var header: [UInt8] = []
        var scanner = PageScanner()
        var end: Int64?
        try forEachContent(from: StreamChain(file), inOneStream: false) { content throws(BzError) in
            header += content
            for event in scanner.scan(content) {
                switch event {
                case .headerEnd(let offset): end = end ?? offset
                case .page, .exportEnd: end = end ?? 0
                default: break
                }
            }
            guard let known = end else { return header.count < Self.longestHeader }
            // The end of the line must have been read too.
            return known > 0 && header[Int(known)...].isEmpty
        }
        guard let end, end > 0 else { return nil }
        let line = header[Int(end)...].prefix { $0 != UInt8(ascii: "\n") }
        let isBlank = line.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: " ") }
        let size = isBlank ? min(header.count, line.endIndex + 1) : Int(end)
        return Array(header[..<size])
    }

    /// The place of the first block for which `isWanted` holds; nil if there is none.
    /// - Parameters:
    ///   - byteOffset: The search begins with magic numbers that begin in this byte.
    ///   - isWanted: Gets where a magic number begins, in bits from the start of the file.
    /// - Throws: ``BzError`` when the file cannot be read, or the block is damaged or truncated.
    public func firstBlock(
        fromByte byteOffset: Int64, where isWanted: (Int64) -> Bool = { _ in true }
    ) throws(BzError) -> Int64? {
        let prober = BlockProber(file)
        let end = try file.size() * 8
        guard byteOffset < end / 8 else { return nil }
        var start = max(0, byteOffset) * 8
        while start < end, let magic = try prober.magics(from: start, before: end, limit: 1).first {
            start = magic + 1
            guard isWanted(magic) else { continue }
            do throws(BzError) {
                _ = try prober.lookInto(magic, for: .min)
                return magic
            } catch {
                guard error.isAboutData, try isInsideBlock(magic, prober) else { throw error }
            }
        }
        return nil
    }

    /// Whether a magic number occurs inside a sound block by chance.
    private func isInsideBlock(_ magic: Int64, _ prober: BlockProber) throws(BzError) -> Bool {
        for earlier in try prober.magics(from: max(0, magic / 8 - Self.longestBlock) * 8, before: magic).reversed() {
            if let probe = try prober.lookIntoIfSound(earlier, for: .min) { return probe.endOffset > magic }
        }
        return false
    }

    /// Passes on the decoded text from a block on, piece by piece.
    /// - Parameters:
    ///   - blockOffset: Where the magic of the block begins, in bits from the start of the file.
    ///   - inOneStream: Whether to end with the stream of the block, and not with the file.
    ///   - body: Receives each piece. It returns false to stop.
    /// - Throws: ``BzError`` where the file is damaged or truncated, or what `body` throws.
    public func text(
        fromBlock blockOffset: Int64, inOneStream: Bool = false, _ body: ([UInt8]) throws(BzError) -> Bool
    ) throws(BzError) {
        try forEachContent(from: StreamChain(file, at: blockOffset), inOneStream: inOneStream, body)
    }

    /// Passes on the decoded text from the first `<page>` that begins in or after a block, with the blanks before it.
    /// - Returns: whether there was a page.
    /// - Throws: ``BzError`` where the file is damaged or truncated, or what `body` throws.
    @discardableResult
    public func text(
        fromFirstPageBehind blockOffset: Int64, _ body: (ArraySlice<UInt8>) throws(BzError) -> Void
    ) throws(BzError) -> Bool {
        let tag = Array("<page>".utf8)
        var held: [UInt8] = []
        var isFound = false
        try text(fromBlock: blockOffset) { content throws(BzError) in
            if isFound {
                try body(content[...])
                return true
            }
            held += content
            if let place = Self.find(tag, in: held) {
                isFound = true
                let blanks = held[..<place].reversed().prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                try body(held[(place - blanks.count)...])
                held = []
            } else {
                // This may be the beginning of a tag that continues in the next block.
                held = Array(held.suffix(Self.longestIndent + tag.count))
            }
            return true
        }
        return isFound
    }

    private static func find(_ tag: [UInt8], in text: [UInt8]) -> Int? {
        var start = 0
        while let place = text[start...].firstIndex(of: tag[0]) {
            if text[place...].starts(with: tag) { return place }
            start = place + 1
        }
        return nil
    }

    private func forEachContent(
        from start: StreamChain, inOneStream: Bool, _ body: ([UInt8]) throws(BzError) -> Bool
    ) throws(BzError) {
        var chain = start
        let decoder = BzFastDecoder()
        var stream: Int?
        while case .block(let bitOffset, let level) = try chain.next() {
            if inOneStream, let stream, stream != chain.stream { return }
            stream = chain.stream
            let block = try file.decodeBlock(at: bitOffset, level: level, with: decoder)
            chain.pass(block)
            guard try body(block.content()) else { return }
        }
    }
}
