/// Cuts stretches of page ids into ranges that are written as files of their own.
///
/// The ranges of a stretch follow each other without a gap, whether there is a page of an id or not: so no page can fall
/// between them, also one that comes into being later.
struct RangePlanner {
    /// Where a range ends.
    enum Rule: Sendable, Hashable {
        /// After so many ids.
        case ids(Int64)
        /// Before the page with which there would be more revisions, or more bytes of texts.
        case revisions(Int64, bytes: Int64)
    }

    /// Fewest ids of a range by revisions: pages that are each too large would otherwise get a file of their own.
    static let fewestIDs: Int64 = 5

    private let rule: Rule
    /// The stretches that are not cut yet, by rising id.
    private var gaps: ArraySlice<DumpPiece>
    private var ranges: [DumpPiece] = []
    private var start: Int64?
    private var revisions: Int64 = 0
    private var bytes: Int64 = 0

    /// - Parameter gaps: The stretches, by rising id; none has an open end.
    init(_ gaps: [DumpPiece], by rule: Rule) {
        self.rule = rule
        self.gaps = gaps[...]
        start = gaps.first?.ids.lowerBound
    }

    /// Whether pages have to be shown to it.
    var needsPages: Bool {
        if case .revisions = rule { return !gaps.isEmpty }
        return false
    }

    /// Takes the next page, by rising id.
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

    /// The ranges of all stretches, when all pages were taken.
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

/// What of the ids of a wiki has its ranges already, and what has not.
struct RangeGaps: Sendable, Hashable {
    /// Ranges that stay as they are.
    private(set) var kept: [DumpPiece] = []
    /// Stretches without a range, each within one part; by rising id.
    private(set) var gaps: [DumpPiece] = []

    /// - Parameters:
    ///   - parts: The parts, which leave no id out.
    ///   - last: The highest id; the last part ends there.
    ///   - done: Ranges whose files are complete.
    ///   - known: Ranges that were planned before; those that fit between the others stay.
    init(parts: [DumpPiece], last: Int64, done: [DumpPiece], known: [DumpPiece]) {
        for part in parts {
            let end = part.ids.upperBound == .max ? max(last, 1) : part.ids.upperBound
            guard part.ids.lowerBound <= end else { continue }
            let whole = DumpPiece(part: part.part, ids: part.ids.lowerBound...end, isRange: true)
            var fixed: [DumpPiece] = []
            for range in (done + known) where range.part == part.part && part.ids.contains(range.ids) {
                // What the last part has may have been planned when the wiki was larger.
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
    /// Whether all of another range is within this one.
    func contains(_ other: ClosedRange<Int64>) -> Bool {
        lowerBound <= other.lowerBound && other.upperBound <= upperBound
    }
}
