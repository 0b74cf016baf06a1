public import SystemPackage

/// Finds a page in a bzip2 export without an index, by looking into a few blocks.
///
/// The ids of the pages have to rise through the file, as they do in the exports of MediaWiki. Single streams and
/// multistreams work alike.
public struct PageLocator: Sendable {
    private let file: RandomAccessFile

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(_ path: FilePath) throws(BzError) { file = try RandomAccessFile(path) }

    /// Finds the page with an id.
    ///
    /// Looks into about as many blocks as the number of blocks has binary digits. Inside a page that fills many blocks
    /// nothing tells its id; there the search jumps ever farther to both sides until a page begins. Only to prove that a
    /// page is *not* there, next to such a page, all blocks between its neighbours have to be read.
    /// - Throws: ``BzError`` when the file is no bzip2 file or cannot be read, or when the page was not found and may be
    ///   in a damaged block. Damaged blocks elsewhere do no harm.
    public func locate(id: Int64) throws(BzError) -> PageSearch { try search(id: id).result }

    /// The same, with the number of blocks that were decoded.
    func search(id: Int64) throws(BzError) -> (result: PageSearch, decodeCount: Int) {
        let prober = BlockProber(file)
        var search = BlockSearch(id: id, end: try file.size() * 8, prober: prober)
        return (try search.run(), prober.decodeCount)
    }
}

/// A search in progress: the page can only begin between two places.
private struct BlockSearch {
    let id: Int64
    private var end: Int64
    private let prober: BlockProber
    private var start: Int64 = 0
    /// Like `end`, but moved only by pages: what lies below and was damaged might hold the page.
    private var pageEnd: Int64
    private var neighbourBefore: DumpPage?
    private var neighbourAfter: DumpPage?
    private var result: PageSearch?

    init(id: Int64, end: Int64, prober: BlockProber) {
        self.id = id
        self.end = end
        pageEnd = end
        self.prober = prober
    }

    mutating func run() throws(BzError) -> PageSearch {
        if let first = try prober.probeStart(), !narrow(first) { start = first.endOffset }
        while result == nil, start < end {
            guard let probe = try nextProbe() else { break }
            if narrow(probe) { continue }
            if try gallop(from: probe) { continue }
            try readAll()
        }
        if let result { return result }
        if let damage = prober.damages.first(where: { (start..<max(start, pageEnd)).contains($0.bitOffset ?? -1) }) {
            throw damage
        }
        return .absent(after: neighbourAfter, before: neighbourBefore)
    }

    /// A block near the middle of what is left; nil if no block is left.
    private mutating func nextProbe() throws(BzError) -> BlockProbe? {
        let middle = start + (end - start) / 2
        if let probe = try prober.probe(from: middle, before: end) { return probe }
        end = middle
        return try prober.probe(from: start, before: end)
    }

    /// Uses what a block tells.
    /// - Returns: false if no page begins in it.
    private mutating func narrow(_ probe: BlockProbe) -> Bool {
        switch probe.order(of: id) {
        case .before:
            (end, neighbourBefore) = (probe.bitOffset, probe.pages.first)
            pageEnd = end
        case .after: (start, neighbourAfter) = (probe.endOffset, probe.pages.last)
        case .within(let search): result = search
        case .unknown: return false
        }
        return true
    }

    /// Jumps away from a block in which no page begins, twice as far each time, by turns to both sides.
    /// - Returns: false if no page begins in any block met.
    private mutating func gallop(from probe: BlockProbe) throws(BzError) -> Bool {
        var step = probe.endOffset - probe.bitOffset
        var (left, right) = (probe.bitOffset - step, probe.endOffset)
        var isLeftDone = probe.bitOffset <= start
        while !isLeftDone || right < end {
            if right < end, let other = try prober.probe(from: right, before: end), narrow(other) { return true }
            if !isLeftDone {
                isLeftDone = left <= start
                let place = max(left, start)
                if let other = try prober.probe(from: place, before: probe.bitOffset), narrow(other) { return true }
            }
            step *= 2
            (left, right) = (left - step, right + step)
        }
        return false
    }

    /// Looks into all blocks that are left, in their order.
    private mutating func readAll() throws(BzError) {
        var place = start
        while result == nil, place < end, let probe = try prober.probe(from: place, before: end) {
            place = probe.endOffset
            _ = narrow(probe)
        }
        end = min(end, start)
    }
}
