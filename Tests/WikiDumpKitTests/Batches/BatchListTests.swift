import Testing

@testable import WikiDumpKit

/// The content of `batches-JOB.json`, and how ranges become batches.
@Suite struct BatchListTests {
    /// Byte for byte what the old system writes.
    @Test func theFileIsThatOfTheOldSystem() throws {
        var list = BatchList([1...86, 87...150, 151...4330].map { Batch($0) })
        let owner = Batch.Owner(host: "localhost", processID: 24872)
        list.change(1...86) {
            $0.claim(owner, at: UTCTime(seconds: 1_795_487_760))
            $0.end(.done, at: UTCTime(seconds: 1_795_487_768))
        }
        list.change(87...150) { $0.claim(owner, at: UTCTime(seconds: 1_795_487_760)) }
        let text = String(decoding: list.bytes, as: UTF8.self)
        #expect(
            text == #"{"batches": [{"batch": {"status": "done", "owner": {"host": "localhost", "pid": 24872}, "#
                + #""first_claimed": "20261124023600", "completed_time": "20261124023608", "runs": "1", "#
                + #""range": {"start": "1", "end": "86"}}}, "#
                + #"{"batch": {"status": "claimed", "owner": {"host": "localhost", "pid": 24872}, "#
                + #""first_claimed": "20261124023600", "completed_time": null, "runs": "1", "#
                + #""range": {"start": "87", "end": "150"}}}, "#
                + #"{"batch": {"status": "unclaimed", "owner": {"host": null, "pid": null}, "first_claimed": null, "#
                + #""completed_time": null, "runs": "0", "range": {"start": "151", "end": "4330"}}}]}"#)
        #expect(BatchList(parsing: text) == list)
        #expect(BatchList([]).bytes == Array("{}".utf8))
        #expect(BatchList(parsing: "{}") == BatchList([]))
    }

    @Test(arguments: [
        "", "{", "[]", #"{"batches": 3}"#, #"{"batches": [{"batch": {"status": "lost"}}]}"#,
        #"{"batches": [{"batch": {"status": "done", "range": {"start": "9", "end": "1"}}}]}"#,
    ])
    func whatIsNoListIsNotRead(text: String) { #expect(BatchList(parsing: text) == nil) }

    @Test func theEndMayBeOpen() {
        let list = BatchList([Batch(101...Int64.max)])
        #expect(list.batches[0].name == "p101p00000")
        #expect(BatchList(parsing: String(decoding: list.bytes, as: UTF8.self)) == list)
    }

    @Test func statusesAndWhatTheyKeep() {
        let (time, owner) = (Sample.time, Batch.Owner(host: "h", processID: 7))
        var batch = Batch(1...9)
        batch.claim(owner, at: time)
        batch.end(.aborted, at: time)
        #expect(batch.status == .aborted && batch.owner == owner && batch.completed == nil)
        batch.claim(Batch.Owner(host: "i", processID: 8), at: UTCTime(seconds: time.seconds + 60))
        #expect(batch.runs == 2 && batch.firstClaimed == time.fourteenDigits && batch.owner?.host == "i")
        batch.end(.failed, at: time)
        #expect(batch.status == .failed && batch.runs == 2 && !batch.status.isOpen)
        batch.end(.unclaimed, at: time)
        #expect(batch == Batch(1...9))
    }

    /// Never over a gap, never more than so many.
    @Test func theWorkedExample() {
        let list = BatchList([1...10, 11...20, 21...30, 31...40, 61...70, 71...80], per: 3)
        #expect(list.batches.map(\.pages) == [1...30, 31...40, 61...80])
    }

    @Test(arguments: 0..<40)
    func groupsLoseNothing(round: Int) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(state: seed)
        var (ranges, first): ([ClosedRange<Int64>], Int64) = ([], 1)
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            if Int.random(in: 0..<4, using: &random) == 0 { first += Int64.random(in: 1...20, using: &random) }
            let last = first + Int64.random(in: 0...20, using: &random)
            ranges.append(first...last)
            first = last + 1
        }
        let count = Int.random(in: 1...5, using: &random)
        let batches = BatchList(ranges, per: count).batches
        let note: Comment = "round \(round) seed \(seed)"
        #expect(batches.flatMap { batch in ranges.filter { batch.pages.contains($0) } } == ranges, note)
        for (batch, next) in zip(batches, batches.dropFirst()) {
            let own = ranges.filter { batch.pages.contains($0) }
            #expect(own.covers(batch.pages) && own.count <= count, note)
            // Only a gap or the number ends a batch.
            #expect(own.count == count || batch.pages.upperBound + 1 < next.pages.lowerBound, note)
        }

        // Whatever became of them, what fits the ranges of a later day stays, and nothing is lost.
        var old = BatchList(batches)
        for batch in batches {
            let status: Batch.Status =
                [.unclaimed, .claimed, .aborted, .done, .failed].randomElement(using: &random) ?? .done
            old.change(batch.pages) { $0.status = status }
        }
        var later = ranges
        if !later.isEmpty { later.remove(at: Int.random(in: later.indices, using: &random)) }
        later.append(first...(first + 9))
        let adapted = old.adapted(to: later, per: count)
        #expect(adapted.batches.flatMap { batch in later.filter { batch.pages.contains($0) } } == later, note)
        for batch in old.batches where later.filter({ batch.pages.contains($0) }).covers(batch.pages) {
            #expect(adapted[batch.pages]?.status == (batch.status == .failed ? .unclaimed : batch.status), note)
        }
    }
}
