import Foundation
import Synchronization
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// A wiki that only has folders.
private struct FolderWiki: Wiki {
    let name: WikiName
    let root: FilePath
    var isPrivate: Bool { false }
    var isClosed: Bool { false }
    var settings: WikiSettings { WikiSettings() }
    var directories: WikiDirectories {
        WikiDirectories(
            wiki: name, isPrivate: false, publicTree: root.appending("public"), privateTree: root.appending("private"),
            temporaryTree: root.appending("temp"))
    }

    func contentSource() throws(DumpError) -> any ContentSource { throw DumpError(.source, "none") }

    /// Writes the status file of a run.
    func record(_ date: String, _ text: String, at time: UTCTime) throws {
        let folder = directories.publicRoot.appending(date)
        try fileSystem.makeDirectory(folder)
        let file = folder.appending("status.html")
        try fileSystem.write(Array(text.utf8), to: file)
        try fileSystem.setTime(of: file, to: time)
    }
}

/// How often each wiki was dumped.
private final class Tally: Sendable {
    let counts = Mutex<[WikiName: Int]>([:])
    func add(_ wiki: WikiName) { counts.withLock { $0[wiki, default: 0] += 1 } }
}

@Suite struct WikiQueueTests {
    private let fixture: FarmFixture
    /// 2026-03-01 12:00:00.
    private let clock = FixedClock(UTCTime(seconds: 1_772_366_400))
    private let complete = "<span class='done'>Dump complete</span>"
    private let failed = "<span class='done failed'>Dump complete, 1 item failed</span>"
    private let aborted = "<span class=\"failed\">dump aborted</span>"

    init() throws { fixture = try FarmFixture() }

    private func wiki(_ name: String) throws -> FolderWiki {
        FolderWiki(name: try #require(WikiName(name)), root: fixture.path)
    }

    private func time(_ daysAgo: Int64) -> UTCTime { UTCTime(seconds: clock.now().seconds - daysAgo * 86_400) }

    private func criteria(_ date: String = "20260301") throws -> WikiQueue.Criteria {
        WikiQueue.Criteria(date: try #require(DumpDate(date)))
    }

    private func order(_ queue: WikiQueue) -> [String] { queue.candidates.map(\.wiki.name.description) }

    @Test func neverDumpedThenBrokenThenOldest() throws {
        let wikis = try ["anew", "bold", "cfail", "dabort", "enew", "ffresh", "gmonth", "htoday", "ipart"].map(wiki)
        try wikis[1].record("20260101", complete, at: time(59))
        try wikis[2].record("20260227", failed, at: time(2))
        try wikis[3].record("20260226", aborted, at: time(3))
        try wikis[5].record("20260301", complete, at: time(0))
        try wikis[6].record("20260228", complete, at: time(1))
        try wikis[7].record("20260301", failed, at: time(0))
        try wikis[8].record("20260131", "<span class='partial-dump'>Partial dump</span>", at: time(29))
        let queue = WikiQueue(wikis, criteria: try criteria(), clock: clock)
        #expect(order(queue) == ["anew", "enew", "dabort", "cfail", "bold", "ipart", "gmonth"])
        #expect(queue.failedToday.map(\.description) == ["htoday"])
        #expect(queue.problems.isEmpty)
    }

    @Test func whatWasInterruptedTodayComesAfterThoseNobodyWorkedOn() throws {
        let wikis = try ["akilled", "blong", "cweek", "dpart", "enew"].map(wiki)
        try wikis[0].record("20260301", aborted, at: time(0))
        // A run of many days whose process died today.
        try wikis[1].record("20260220", "<span class='in-progress'>Dump in progress</span>", at: time(0))
        try wikis[2].record("20260222", complete, at: time(7))
        try wikis[3].record("20260301", "<span class='partial-dump'>Partial dump</span>", at: time(0))
        let queue = WikiQueue(wikis, criteria: try criteria(), clock: clock)
        #expect(order(queue) == ["enew", "cweek", "blong", "akilled", "dpart"])
    }

    /// Workers that go on until nothing is due come to an end, though every wiki fails.
    @Test(arguments: ["20260301", "20260110"]) func failuresAreNotTriedForEver(date: String) throws {
        let wikis = try ["a", "b", "c"].map(wiki)
        var attempts = 0
        while let next = WikiQueue(wikis, criteria: try criteria(date), clock: clock).candidates.first {
            attempts += 1
            try #require(attempts <= 3)
            try (next.wiki as? FolderWiki)?.record(date, failed, at: clock.now())
        }
        #expect(attempts == 3)
        try wikis[0].record(date, failed, at: time(-1000))
        clock.advance(by: 86_400)
        let tomorrow = WikiQueue(wikis, criteria: try criteria("20260302"), clock: clock)
        #expect(Set(order(tomorrow)) == ["a", "b", "c"])
        #expect(tomorrow.failedToday.isEmpty)
    }

    /// What failed and may pass has its turn again in the same night: last, after a pause that grows, some times.
    @Test func whatMayPassIsTriedAgainInTheSameNight() throws {
        let wikis = try ["broken", "other"].map(wiki)
        let today = "20260301"
        let date = try #require(DumpDate(today))
        func fail(_ code: DumpError.Code, _ text: String) throws {
            let earlier = try FailedAttempts.read(wikis[0])
            try FailedAttempts(date, [("articlesdump", code, text)], after: earlier, at: clock.now()).write(wikis[0])
            try wikis[0].record(today, failed, at: clock.now())
        }
        func queue() throws -> WikiQueue {
            // The time of the file is that of the machine.
            let file = wikis[0].directories.privateRoot.appending(FailedAttempts.fileName)
            if last != nil { try fileSystem.setTime(of: file, to: try #require(last)) }
            return WikiQueue(wikis, criteria: try criteria(today), clock: clock)
        }
        var last: UTCTime?
        var pauses: [Int64] = []
        for _ in 0..<4 {
            try fail(.unavailable, "away")
            last = clock.now()
            let waiting = try queue()
            #expect(order(waiting) == ["other"])
            guard let time = waiting.waiting.values.first else { break }
            pauses.append(time.seconds - clock.now().seconds)
            clock.advance(by: time.seconds - clock.now().seconds)
            let due = try queue()
            // A wiki that is broken does not keep the others waiting.
            #expect(order(due) == ["other", "broken"])
            #expect(try due.stillDue(try #require(due.candidates.last)))
        }
        #expect(pauses == [600, 1200, 2400])
        #expect(try queue().failedToday.map(\.description) == ["broken"])
        try FailedAttempts.forget(wikis[0])
        last = nil
        // A wrong argument is tried once more, and no third time; what has to be put right is not tried at all.
        for (code, text, tries) in [(DumpError.Code.jobFailed, "unknown option", 1), (.schema, "no table", 0)] {
            var count = 0
            while count < 5 {
                try fail(code, text)
                last = clock.now()
                guard let time = try queue().waiting.values.first else { break }
                count += 1
                clock.advance(by: time.seconds - clock.now().seconds)
            }
            #expect(count == tries, "\(code)")
            try FailedAttempts.forget(wikis[0])
            last = nil
        }
    }

    @Test func aRunThatFailedBeforeItHadAFolderWaitsAsWell() throws {
        let wikis = try ["early"].map(wiki)
        try wikis[0].record("20260220", complete, at: time(9))
        let date = try #require(DumpDate("20260301"))
        try FailedAttempts(date, [("articlesdump", .schema, "no table")], after: nil, at: clock.now()).write(wikis[0])
        let file = wikis[0].directories.privateRoot.appending(FailedAttempts.fileName)
        try fileSystem.setTime(of: file, to: clock.now())
        let queue = WikiQueue(wikis, criteria: try criteria(), clock: clock)
        #expect(queue.candidates.isEmpty && queue.failedToday.map(\.description) == ["early"])
        clock.advance(by: 86_400)
        #expect(order(WikiQueue(wikis, criteria: try criteria("20260302"), clock: clock)) == ["early"])
    }

    /// A run that was cut off is taken up first; not when that was refused a moment ago.
    @Test func aRefusedRunWaitsWhateverWasBefore() throws {
        let wikis = try ["cut", "other"].map(wiki)
        try wikis[0].record("20260226", aborted, at: time(3))
        try wikis[1].record("20260101", complete, at: time(59))
        let date = try #require(DumpDate("20260226"))
        try fileSystem.makeDirectory(wikis[0].directories.privateRoot)
        try FailedAttempts(refused: date, DumpError(.source, "no database"), after: nil, at: clock.now()).write(
            wikis[0])
        let file = wikis[0].directories.privateRoot.appending(FailedAttempts.fileName)
        try fileSystem.setTime(of: file, to: clock.now())
        let queue = WikiQueue(wikis, criteria: try criteria(), clock: clock)
        #expect(order(queue) == ["other"] && queue.failedToday.map(\.description) == ["cut"])
        clock.advance(by: 86_400)
        #expect(order(WikiQueue(wikis, criteria: try criteria("20260302"), clock: clock)) == ["cut", "other"])
    }

    @Test func sameDayIsOrderedByTheTimeOfTheStatus() throws {
        let wikis = try ["a", "b", "c"].map(wiki)
        for (index, wiki) in wikis.enumerated() {
            try wiki.record("20260201", complete, at: UTCTime(seconds: time(28).seconds - Int64(index)))
        }
        #expect(order(WikiQueue(wikis, criteria: try criteria(), clock: clock)) == ["c", "b", "a"])
    }

    @Test func cutoff() throws {
        let wikis = try ["never", "old", "recent"].map(wiki)
        try wikis[1].record("20260101", complete, at: time(1))
        try wikis[2].record("20260215", complete, at: time(15))
        var criteria = try criteria()
        criteria.cutoff = DumpDate("20260215")
        #expect(order(WikiQueue(wikis, criteria: criteria, clock: clock)) == ["never", "old"])
        criteria.byStatusTime = true
        #expect(order(WikiQueue(wikis, criteria: criteria, clock: clock)) == ["never", "recent"])
    }

    @Test func whatIsUnfinishedIsNoDumpForACutoff() throws {
        let wikis = try ["broken", "failed", "partial", "whole"].map(wiki)
        try wikis[0].record("20260215", aborted, at: time(14))
        try wikis[1].record("20260215", failed, at: time(14))
        try wikis[2].record("20260215", "<span class='partial-dump'>Partial dump</span>", at: time(14))
        try wikis[3].record("20260215", complete, at: time(14))
        var criteria = try criteria()
        criteria.cutoff = DumpDate("20260201")
        let queue = WikiQueue(wikis, criteria: criteria, clock: clock)
        #expect(order(queue) == ["broken", "partial"])
        #expect(queue.failedSinceCutoff.map(\.description) == ["failed"])
        criteria.byStatusTime = true
        #expect(
            order(WikiQueue(wikis, criteria: criteria, clock: clock)) == ["broken"], "some jobs are all that is wanted")
    }

    @Test func fixedOrder() throws {
        let wikis = try ["c", "a", "b"].map(wiki)
        try wikis[0].record("20260215", complete, at: time(13))
        var criteria = try criteria()
        criteria.fixedOrder = true
        #expect(order(WikiQueue(wikis, criteria: criteria, clock: clock)) == ["c", "a", "b"])
    }

    @Test func whatIsCompleteIsLeftOut() throws {
        let wiki = try wiki("a")
        try wiki.record("20260301", complete, at: time(0))
        #expect(WikiQueue([wiki], criteria: try criteria(), clock: clock).candidates.isEmpty)
        #expect(WikiQueue([wiki], criteria: try criteria("20260302"), clock: clock).candidates.count == 1)
        var criteria = try criteria()
        criteria.includesComplete = true
        #expect(WikiQueue([wiki], criteria: criteria, clock: clock).candidates.count == 1)
    }

    @Test func theFutureIsReportedAndDoesNotLoseAWiki() throws {
        let wikis = try ["a", "b", "c"].map(wiki)
        try wikis[0].record("20300101", complete, at: time(0))
        try wikis[0].record("20260101", complete, at: time(59))
        try wikis[1].record("20260110", complete, at: time(-1000))
        try wikis[2].record("20260302", complete, at: time(0))
        let queue = WikiQueue(wikis, criteria: try criteria(), clock: clock)
        #expect(order(queue) == ["a", "b"])
        #expect(queue.problems.map(\.code) == [.clock, .clock])
        #expect(queue.problems.first?.message.contains("20300101") == true)
    }

    @Test func aFolderThatCannotBeListedConcernsOneWikiOnly() throws {
        let wikis = try ["a", "b"].map(wiki)
        try fileSystem.makeDirectory(fixture.path.appending("public"))
        try fixture.write("public/a", "a file where a folder should be")
        let queue = WikiQueue(wikis, criteria: try criteria(), clock: clock)
        #expect(order(queue) == ["b"])
        #expect(queue.problems.count == 1)
    }

    @Test func stillDue() throws {
        let wiki = try wiki("a")
        let queue = WikiQueue([wiki], criteria: try criteria(), clock: clock)
        let candidate = try #require(queue.candidates.first)
        #expect(try queue.stillDue(candidate))
        try wiki.record("20260301", "<span class='in-progress'>Dump in progress</span>", at: time(0))
        #expect(try queue.stillDue(candidate), "the other worker died")
        try wiki.record("20260301", failed, at: time(0))
        #expect(try !queue.stillDue(candidate))
        try wiki.record("20260301", complete, at: time(0))
        #expect(try !queue.stillDue(candidate))
    }

    @Test func claims() async throws {
        let wikis = try ["a", "b"].map(wiki)
        let table = LockTable()
        let (criteria, clock) = (try criteria(), clock)
        func claim() async throws -> WikiClaim {
            try await WikiQueue(wikis, criteria: criteria, clock: clock).claimNext(
                date: { _ in criteria.date }, locks: table.factory(clock: clock))
        }
        guard case .claimed(let first, let lock, let grant) = try await claim(),
            case .claimed(let second, _, _) = try await claim()
        else {
            Issue.record("two wikis were free")
            return
        }
        #expect(first.wiki.name.description == "a")
        #expect(second.wiki.name.description == "b")
        guard case .allHeld(2) = try await claim() else {
            Issue.record("both wikis are held")
            return
        }
        for wiki in wikis { try wiki.record("20260301", complete, at: time(0)) }
        try await lock.release(grant)
        guard case .nothingDue = try await claim() else {
            Issue.record("both wikis are done")
            return
        }
    }

    /// Workers whose queues were all made before any of them began: each wiki is dumped once.
    @Test(.timeLimit(.minutes(10))) func manyWorkersDumpEachWikiOnce() async throws {
        let wikis = try (0..<30).map { try wiki("wiki\($0)") }
        let (criteria, clock, complete) = (try criteria(), clock, complete)
        let queue = WikiQueue(wikis, criteria: criteria, clock: clock)
        let dumped = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    while true {
                        let claim = try await queue.claimNext(
                            date: { _ in criteria.date }, locks: FileLock.factory(staleAge: 3600, clock: clock))
                        switch claim {
                        case .claimed(let candidate, let lock, let grant):
                            dumped.add(candidate.wiki.name)
                            await Task.yield()
                            try (candidate.wiki as? FolderWiki)?.record("20260301", complete, at: clock.now())
                            try await lock.release(grant)
                        case .allHeld: await Task.yield()
                        case .nothingDue: return
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let counts = dumped.counts.withLock { $0 }
        #expect(counts.count == 30)
        #expect(counts.values.allSatisfy { $0 == 1 })
    }

    @Test func aThousandWikisAreOrderedQuickly() throws {
        let wikis = try (0..<1000).map { try wiki("wiki\($0)") }
        for wiki in wikis {
            let folder = fixture.path.string + "/public/\(wiki.name)/20260201"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        let criteria = try criteria()
        let start = threadSeconds()
        #expect(WikiQueue(wikis, criteria: criteria, clock: clock).candidates.count == 1000)
        let elapsed = threadSeconds() - start
        // An optimised build needs less than 0.1 s. This one checks every path many times over; the limit only finds a
        // wrong order of growth.
        #expect(elapsed < 5, "\(elapsed) s of a processor")
    }

    /// What this thread has used of a processor; unlike the time of day it does not depend on what else is going on.
    private func threadSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
