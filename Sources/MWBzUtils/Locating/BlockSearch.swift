/// A search for a page in progress: the page can only begin between two places, which move towards each other.
///
/// Inside a page that fills many blocks nothing tells its id. Where the search meets such a block, it takes all between two
/// of them to belong to one page, and goes on on both sides of that; what it took for granted is read only if the page
/// was not found anywhere else.
struct BlockSearch {
    private let id: Int64
    private let prober: BlockProber
    /// The page begins at this bit or behind it, and before ``end``.
    private var start: Int64 = 0
    private var end: Int64
    /// From the first to the last block that was met between ``start`` and ``end``; no page begins in those that were met.
    private var silent: Range<Int64>?
    private var neighbourBefore: DumpPage?
    private var neighbourAfter: DumpPage?
    private var result: PageSearch?

    /// - Parameter end: Where the file ends, in bits.
    init(id: Int64, end: Int64, prober: BlockProber) {
        self.id = id
        self.end = end
        self.prober = prober
    }

    mutating func run() throws(BzError) -> PageSearch {
        if let first = try prober.probeStart() { use(first) }
        while result == nil, let gap = largestGap {
            if let probe = try probe(gap) { use(probe) } else { close(gap) }
        }
        if result == nil, silent != nil { try readAll() }
        if let result { return result }
        if let damage = prober.damages.first(where: { (start..<max(start, end)).contains($0.bitOffset ?? -1) }) {
            throw damage
        }
        return .absent(after: neighbourAfter, before: neighbourBefore)
    }

    /// The largest stretch of which nothing is known yet.
    private var largestGap: Range<Int64>? {
        guard start < end else { return nil }
        guard let silent else { return start..<end }
        let (left, right) = (start..<max(start, silent.lowerBound), min(silent.upperBound, end)..<end)
        let larger = left.count >= right.count ? left : right
        return larger.isEmpty ? nil : larger
    }

    /// A block near the middle of a gap, or else the first one in it; nil if no block begins there.
    private func probe(_ gap: Range<Int64>) throws(BzError) -> BlockProbe? {
        let middle = gap.lowerBound + Int64(gap.count / 2)
        if let probe = try prober.probe(from: middle, before: gap.upperBound) { return probe }
        return try prober.probe(from: gap.lowerBound, before: middle)
    }

    /// Uses what a block tells.
    private mutating func use(_ probe: BlockProbe) {
        switch probe.order(of: id) {
        case .within(let search): result = search
        case .before: (end, neighbourBefore) = (probe.bitOffset, probe.pages.first)
        case .after: (start, neighbourAfter) = (probe.endOffset, probe.pages.last)
        case .unknown:
            let lower = min(silent?.lowerBound ?? .max, probe.bitOffset)
            let upper = max(silent?.upperBound ?? .min, probe.endOffset)
            silent = lower..<upper
        }
        if let known = silent, start >= known.upperBound || end <= known.lowerBound { silent = nil }
    }

    /// Takes note that no block begins in a gap.
    private mutating func close(_ gap: Range<Int64>) {
        let known = silent ?? gap
        silent = min(known.lowerBound, gap.lowerBound)..<max(known.upperBound, gap.upperBound)
    }

    /// Looks into all blocks that are left, in their order.
    private mutating func readAll() throws(BzError) {
        var place = start
        while result == nil, place < end, let probe = try prober.probe(from: place, before: end) {
            place = probe.endOffset
            use(probe)
        }
    }
}
