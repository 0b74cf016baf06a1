import Testing

@testable import WikiDumpKit

@Suite struct RangePlannerTests {
    private func piece(_ part: Int?, _ ids: ClosedRange<Int64>) -> DumpPiece {
        DumpPiece(part: part, ids: ids, isRange: true)
    }

    private func ranges(
        _ gaps: [DumpPiece], _ rule: RangePlanner.Rule, _ pages: [PageWeight] = []
    ) -> [ClosedRange<Int64>] {
        var planner = RangePlanner(gaps, by: rule)
        for page in pages { planner.take(page) }
        return planner.finish().map(\.ids)
    }

    /// The last page of a stretch is in a range, also when the stretch is one page longer than some whole ranges.
    @Test func rangesByIDs() {
        #expect(ranges([piece(1, 1...100)], .ids(40)) == [1...40, 41...80, 81...100])
        #expect(ranges([piece(1, 1...81)], .ids(40)) == [1...40, 41...80, 81...81])
        #expect(ranges([piece(1, 1...101)], .ids(100)) == [1...100, 101...101])
        #expect(ranges([piece(1, 7...7)], .ids(40)) == [7...7])
        #expect(ranges([piece(1, 1...10), piece(2, 11...20)], .ids(8)) == [1...8, 9...10, 11...18, 19...20])
    }

    /// A page that opens a range counts against its limits, and a last range of one page is kept.
    @Test func rangesByRevisions() {
        let pages = [(1, 4, 100), (11, 30, 900), (21, 3, 50), (31, 2, 5_000), (41, 9, 60), (51, 8, 70)].map {
            PageWeight(id: $0.0, namespace: 0, revisions: $0.1, bytes: $0.2)
        }
        let rule = RangePlanner.Rule.revisions(35, bytes: 3_000)
        #expect(ranges([piece(1, 1...60)], rule, pages) == [1...20, 21...30, 31...40, 41...60])
        #expect(ranges([piece(1, 1...51)], rule, pages).last == 41...51)
        let heavy = (1...4).map { PageWeight(id: $0, namespace: 0, revisions: 1_000, bytes: 0) }
        #expect(ranges([piece(1, 1...4)], rule, heavy) == [1...4], "at least five ids")
    }

    @Test func whatIsThereStays() {
        let parts = PartSettings.Sizes.list([30, 60, 1]).parts(last: 200)
        let gaps = RangeGaps(
            parts: parts, last: 200, done: [piece(1, 11...20), piece(2, 31...90), piece(3, 150...160)], known: [])
        #expect(gaps.gaps == [piece(1, 1...10), piece(1, 21...30), piece(3, 91...149), piece(3, 161...200)])
        let other = RangeGaps(parts: parts, last: 200, done: [piece(2, 35...40)], known: [])
        #expect(other.gaps == [piece(1, 1...30), piece(2, 31...34), piece(2, 41...90), piece(3, 91...200)])
    }

    @Test func plannedRangesThatFitStay() {
        let known = [piece(nil, 1...9), piece(nil, 10...12), piece(nil, 12...15), piece(nil, 30...40)]
        let gaps = RangeGaps(parts: [.whole], last: 35, done: [piece(nil, 10...11)], known: known)
        #expect(gaps.kept == [piece(nil, 1...9), piece(nil, 10...11), piece(nil, 12...15)])
        #expect(gaps.gaps == [piece(nil, 16...35)])
    }

    /// Whatever is done or known, the ranges follow each other without a gap and do not overlap.
    @Test func rangesLeaveNoIDOut() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(state: seed)
        for round in 0..<500 {
            let last = Int64.random(in: 0...300, using: &random)
            let sizes = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int64.random(in: 1...90, using: &random)
            }
            let parts = Bool.random(using: &random) ? PartSettings.Sizes.list(sizes).parts(last: last) : [.whole]
            func some() -> [DumpPiece] {
                (0..<Int.random(in: 0...6, using: &random)).map { _ in
                    let first = Int64.random(in: 1...320, using: &random)
                    let part = parts.first { $0.ids.contains(first) }?.part
                    return piece(part, first...(first + Int64.random(in: 0...40, using: &random)))
                }
            }
            let rule: RangePlanner.Rule =
                Bool.random(using: &random)
                ? .ids(Int64.random(in: 1...60, using: &random))
                : .revisions(Int64.random(in: 1...60, using: &random), bytes: 1_000)
            let plan = RangeGaps(parts: parts, last: last, done: some(), known: some())
            var planner = RangePlanner(plan.gaps, by: rule)
            for id in 1...max(1, last) where Bool.random(using: &random) {
                planner.take(
                    PageWeight(
                        id: id, namespace: 0, revisions: Int64.random(in: 0...9, using: &random),
                        bytes: Int64.random(in: 0...300, using: &random)))
            }
            let all = (plan.kept + planner.finish()).sorted { $0.ids.lowerBound < $1.ids.lowerBound }
            var next: Int64 = 1
            for range in all {
                #expect(range.ids.lowerBound == next, "seed \(seed) round \(round)")
                next = range.ids.upperBound + 1
                let part = parts.first { $0.part == range.part }
                #expect(part?.ids.contains(range.ids) == true, "a range within one part, seed \(seed) round \(round)")
            }
            #expect(next > last, "seed \(seed) round \(round)")
        }
    }

    @Test func partsLeaveNoIDOut() {
        for sizes in [PartSettings.Sizes.one, .list([10, 10, 10]), .equal(7), .count(3), .list([Int64.max, 5])] {
            for last: Int64 in [0, 1, 7, 8, 30, 31, 1_000] {
                var next: Int64 = 1
                let parts = sizes.parts(last: last)
                for part in parts.dropLast() {
                    guard part.ids.upperBound != .max else { continue }
                    #expect(part.ids.lowerBound == next)
                    next = part.ids.upperBound + 1
                }
                #expect(parts.last?.ids.upperBound == .max)
                #expect(parts.map(\.part) == (1...parts.count).map { $0 })
            }
        }
        #expect(PartSettings.Sizes.equal(10).parts(last: 31).map(\.ids) == [1...10, 11...20, 21...30, 31...Int64.max])
        #expect(PartSettings.Sizes.count(2).parts(last: 30).map(\.ids) == [1...215, 216...Int64.max])
    }
}
