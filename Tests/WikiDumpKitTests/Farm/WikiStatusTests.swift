import Testing

@testable import WikiDumpKit

@Suite struct WikiStatusTests {
    @Test(arguments: [
        (0, "0 s"), (-5, "0 s"), (59, "59 s"), (60, "1 min"), (3_599, "59 min"), (3_600, "1 h"), (12_000, "3 h 20 min"),
        (86_400, "1 day"), (100_000, "1 day 3 h"), (190_000, "2 days 4 h"), (863_999, "9 days 23 h"),
        (864_000, "10 days"), (40_000_000, "462 days"),
    ]) func spansOfTime(seconds: Int64, text: String) { #expect(WikiExplanation.duration(seconds) == text) }

    @Test func theWorstStateIsTheLeast() {
        #expect(WikiStatus.State.allCases.sorted() == WikiStatus.State.allCases)
        #expect(WikiStatus.State.unreadable < .failed && WikiStatus.State.running < .complete)
    }

    @Test func aWikiWithoutACompleteRunIsLate() throws {
        let now = UTCTime(seconds: 1_000_000)
        var status = WikiStatus(wiki: try #require(WikiName("testwiki")), isPrivate: false, state: .never)
        #expect(status.age(at: now) == nil && status.isLate(at: now, after: .max))
        status.complete = WikiStatus.CompleteRun(
            date: DumpDate(now), ended: UTCTime(seconds: 999_000), bytes: 1, milliseconds: nil)
        #expect(status.age(at: now) == 1_000)
        #expect(status.isLate(at: now, after: 999) && !status.isLate(at: now, after: 1_000))
        // The clock of another machine may be ahead.
        #expect(status.age(at: UTCTime(seconds: 5)) == 0)
    }
}
