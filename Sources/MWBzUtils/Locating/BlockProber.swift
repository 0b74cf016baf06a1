/// Looks into blocks anywhere in a file.
final class BlockProber {
    private static let chunkSize = 1 << 18
    private let file: RandomAccessFile
    private let decoder = BzFastDecoder()
    /// How many blocks have been decoded.
    private(set) var decodeCount = 0
    /// What kept marks from being blocks.
    private(set) var damages: [BzError] = []

    init(_ file: RandomAccessFile) { self.file = file }

    /// Looks into the first block whose mark begins at a bit or behind it.
    /// - Returns: nil if none begins before `limit`.
    func probe(from bitOffset: Int64, before limit: Int64) throws(BzError) -> BlockProbe? {
        var offset = bitOffset / 8
        var scanner = BzMarkScanner(startingAt: offset)
        while true {
            let chunk = try file.read(at: offset, count: Self.chunkSize)
            offset += Int64(chunk.count)
            for mark in chunk.isEmpty ? scanner.finish() : scanner.scan(chunk) {
                if mark.bitOffset >= limit { return nil }
                guard mark.kind == .block, mark.bitOffset >= bitOffset else { continue }
                // A mark that is none, or a damaged block: the next one will do.
                if let probe = try lookInto(StreamChain(file, at: mark.bitOffset)) { return probe }
            }
            if chunk.isEmpty || offset * 8 > limit + 256 { return nil }
        }
    }

    /// Looks into the first block of the file.
    /// - Returns: nil if there is none.
    func probeStart() throws(BzError) -> BlockProbe? {
        var chain = StreamChain(file)
        guard case .block = try chain.next() else { return nil }
        return try lookInto(chain)
    }

    /// - Returns: nil if what stands there cannot be decoded.
    private func lookInto(_ start: StreamChain) throws(BzError) -> BlockProbe? {
        var chain = start
        var scanner = PageScanner()
        guard case .block(let bitOffset, let level) = try chain.next() else { return nil }
        guard let block = try decode(at: bitOffset, level: level) else { return nil }
        chain.pass(block)
        let endOffset = chain.bitOffset
        var events = scanner.scan(block.content())
        // The last page of the block may tell its id only in the next one.
        while scanner.isPageOpening, case .block(let next, let level)? = try? chain.next(),
            let following = try decode(at: next, level: level)
        {
            chain.pass(following)
            events += scanner.scan(following.content())
        }
        let pages = events.compactMap { event -> DumpPage? in
            if case .page(let page) = event, page.offset < Int64(block.uncompressedSize) { page } else { nil }
        }
        return BlockProbe(bitOffset: bitOffset, endOffset: endOffset, pages: pages)
    }

    private func decode(at bitOffset: Int64, level: Int) throws(BzError) -> BzDecodedBlock? {
        decodeCount += 1
        do {
            return try file.decodeBlock(at: bitOffset, level: level, with: decoder)
        } catch {
            guard error.isAboutData else { throw error }
            damages.append(error)
            return nil
        }
    }
}
