/// Cuts stretches of page ids into ranges, each of which is written as a file of its own.
///
/// The ranges of a stretch follow each other without a gap, even where ids have no page. So no page can fall between them, not
/// even one created later.
struct RangePlanner {
    enum Rule: Sendable, Hashable {
        /// After this many ids.
        case ids(Int64)
        /// Before the page that would exceed this many revisions or bytes of text.
        case revisions(Int64, bytes: Int64)
    }

    /// The smallest number of ids in a range cut by revisions. Without it, each page that is too large would get its own file.
    static let fewestIDs: Int64 = 5

    private let rule: Rule
    /// The stretches that are not cut yet, ascending.
    private var gaps: ArraySlice<DumpPiece>
    private var ranges: [DumpPiece] = []
    private var start: Int64?
    private var revisions: Int64 = 0
    private var bytes: Int64 = 0

    /// - Parameter gaps: The stretches, ascending; none has an open end.
    init(_ gaps: [DumpPiece], by rule: Rule) {
        self.rule = rule
        self.gaps = gaps[...]
        start = gaps.first?.ids.lowerBound
    }

    /// Whether `take` must be called for the pages.
    var needsPages: Bool {
        if case .revisions = rule { return !gaps.isEmpty }
        return false
    }

    /// Takes the next page. Ids must ascend.
    mutating func take(_ page: PageWeight) {
        guard case .revisions(let mostRevisions, let mostBytes) = rule else { return }
        while let gap = gaps.first, page.id > gap.ids.upperBound { closeGap() }
        guard let gap = gaps.first, let start, page.id >= gap.ids.lowerBound else { return }
        let isFull = revisions + page.revisions > mostRevisions || bytes + page.bytes > mostBytes
        if isFull, page.id - start >= Self.fewestIDs {
            add(start...(page.id - 1), of: gap)
            self.start = page.id
            (revisions, bytes) = (0, 0)
        }
        revisions += page.revisions
        bytes += page.bytes
    }

    mutating func finish() -> [DumpPiece] {
        while !gaps.isEmpty { closeGap() }
        return ranges
    }

    private mutating func closeGap() {
        guard let gap = gaps.popFirst(), let first = start else { return }
        if case .ids(let count) = rule {
            var first = first
            while gap.ids.upperBound - first >= count {
                add(first...(first + count - 1), of: gap)
                first += count
            }
            add(first...gap.ids.upperBound, of: gap)
        } else {
            add(first...gap.ids.upperBound, of: gap)
        }
        start = gaps.first?.ids.lowerBound
        (revisions, bytes) = (0, 0)
    }

    private mutating func add(_ ids: ClosedRange<Int64>, of gap: DumpPiece) {
        ranges.append(DumpPiece(part: gap.part, ids: ids, isRange: true))
    }
}

/// Splits the ids of a wiki into those that have their ranges already and those that have not.
struct RangeGaps: Sendable, Hashable {
    /// Ranges that are kept unchanged.
    private(set) var kept: [DumpPiece] = []
    /// Stretches without a range, ascending, each within one part.
    private(set) var gaps: [DumpPiece] = []

    /// - Parameters:
    ///   - parts: The parts, which together cover all ids.
    ///   - last: The highest id, where the last part ends.
    ///   - done: Ranges whose files are complete.
    ///   - known: Ranges that were planned before; those that fit between the others are kept.
    init(parts: [DumpPiece], last: Int64, done: [DumpPiece], known: [DumpPiece]) {
        for part in parts {
            let end = part.ids.upperBound == .max ? max(last, 1) : part.ids.upperBound
            guard part.ids.lowerBound <= end else { continue }
            let whole = DumpPiece(part: part.part, ids: part.ids.lowerBound...end, isRange: true)
            var fixed: [DumpPiece] = []
            for range in (done + known) where range.part == part.part && part.ids.contains(range.ids) {
                // A range of the last part may have been planned when the wiki was larger.
                guard range.ids.upperBound <= end || done.contains(range) else { continue }
                if !fixed.contains(where: { $0.ids.overlaps(range.ids) }) { fixed.append(range) }
            }
            fixed.sort { $0.ids.lowerBound < $1.ids.lowerBound }
            kept += fixed
            var first = whole.ids.lowerBound
            for range in fixed {
                if range.ids.lowerBound > first {
                    gaps.append(
                        DumpPiece(part: part.part, ids: first...(range.ids.lowerBound - 1), isRange: true))
                }
                first = range.ids.upperBound == .max ? .max : range.ids.upperBound + 1
            }
            if first <= end { gaps.append(DumpPiece(part: part.part, ids: first...end, isRange: true)) }
        }
    }
}

extension ClosedRange<Int64> {
    /// Whether another range lies entirely within this one.
    func contains(_ other: ClosedRange<Int64>) -> Bool {
        lowerBound <= other.lowerBound && other.upperBound <= upperBound
    }
}
