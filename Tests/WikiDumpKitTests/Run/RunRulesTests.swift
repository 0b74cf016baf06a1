import Testing

@testable import WikiDumpKit

/// What can be asked of a worker together.
@Suite struct RunRulesTests {
    private let today = Sample.date("20261124")

    private func problems(_ request: RunRequest) -> [String] {
        let found = RunRules(request, today: today).problems
        for problem in found { #expect(problem.code == .usage && !problem.remedy.isEmpty, "\(problem)") }
        return found.map(\.message)
    }

    private func refuses(_ request: RunRequest, _ part: String, at place: SourceLocation = #_sourceLocation) {
        let found = problems(request)
        #expect(found.contains { $0.contains(part) }, "\(found)", sourceLocation: place)
        #expect(throws: DumpError.self, sourceLocation: place) { try RunRules(request, today: today).check() }
    }

    private func job(_ names: String..., change: (inout RunRequest) -> Void = { _ in }) -> RunRequest {
        var request = RunRequest(wiki: Sample.wiki(), jobs: JobSelection(names: names))
        change(&request)
        return request
    }

    @Test func ordinaryRequestsAreFine() {
        #expect(problems(RunRequest()) == [])
        #expect(problems(RunRequest(wiki: Sample.wiki(), date: .last, jobs: JobSelection(skipped: ["a"]))) == [])
        #expect(problems(job("a", "b") { $0.jobs.addsPrerequisites = true }) == [])
        #expect(
            problems(
                job("a") {
                    $0.jobs.restarts = true; $0.jobs.skipsDone = true; $0.takesLock = true
                }) == [])
        #expect(problems(RunRequest(date: .day(today), cutoff: today)) == [])
        #expect(problems(job("noop")) == [])
    }

    @Test func restartNeedsOneJob() {
        refuses(RunRequest(jobs: JobSelection(restarts: true)), "none is named")
        refuses(job("a", "b") { $0.jobs.restarts = true }, "several are named")
        refuses(job("latestlinks") { $0.jobs.restarts = true }, "makes no dump files")
    }

    @Test func contradictions() {
        refuses(job("a", "b") { $0.jobs.skipped = ["b"] }, "job b is both asked for and left out")
        refuses(RunRequest(takesLock: true), "none is named")
        refuses(
            RunRequest(options: RunOptions(prefetchDate: today, prefetch: false)), "contradict")
        refuses(RunRequest(notice: .text(" \n")), "empty")
        refuses(job("noop") { $0.jobs.addsPrerequisites = true }, "`jobs.addsPrerequisites`")
        refuses(job("createdirs") { $0.options.cleanup = true }, "`options.cleanup`")
        refuses(job("noop") { $0.jobs.skipped = ["a"] }, "`jobs.skipped`")
    }

    @Test func aCheckpointOfTheArchivesIsRefused() {
        for name in ["metahistory7zdump", "xmlpagelogsdump"] {
            #expect(problems(job(name) { $0.options.part = 2 }) == [])
            let file = "a-20261124-pages-meta-history1.xml-p1p5.bz2"
            refuses(job(name) { $0.options.checkpoint = file }, "has no pieces")
            refuses(job(name) { $0.options.afterCheckpoint = "b" }, "has no pieces")
            refuses(job(name) { $0.options.pageRange = 1...2 }, "has no pieces")
        }
        refuses(job("metahistory7zdumprecombine") { $0.options.part = 2 }, "has no pieces")
    }

    @Test func cutoffsThatEveryWikiWouldMissForEver() {
        refuses(RunRequest(cutoff: Sample.date("20261125")), "today is 2026-11-24")
        refuses(RunRequest(date: .day(Sample.date("20261101")), cutoff: Sample.date("20261102")), "stay due")
    }

    @Test func piecesAreOfOneJob() {
        for options in [
            RunOptions(part: 1), RunOptions(checkpoint: "f"), RunOptions(afterCheckpoint: "f"),
            RunOptions(pageRange: 1...2),
        ] {
            refuses(RunRequest(wiki: Sample.wiki(), options: options), "none is named")
            refuses(
                job("a") {
                    $0.options = options; $0.jobs.restarts = true
                }, "does whole jobs")
            for name in ["pagetable", "tables", "articlesdumprecombine", "pagetitlesdump"] {
                refuses(job(name) { $0.options = options }, "job \(name) has no pieces")
            }
            refuses(job("noop") { $0.options = options }, "makes no dump files")
        }
        refuses(
            job("a") {
                $0.options.checkpoint = "f"; $0.wiki = nil
            }, "no wiki is named")
        refuses(job("a") { $0.options.part = 0 }, "no part 0")
        refuses(
            job("a") {
                $0.options.checkpoint = "f"; $0.options.pageRange = 1...2
            }, "nothing left to choose")
        refuses(
            job("a") {
                $0.options.afterCheckpoint = "f"; $0.options.pageRange = 1...2
            }, "where to begin")
    }

    @Test func batchesAreOfOneJobOfOneRun() {
        let history = JobList.metaHistory.name
        func help(_ names: String..., change: (inout RunRequest) -> Void = { _ in }) -> RunRequest {
            var request = RunRequest(
                wiki: Sample.wiki(), date: .last, jobs: JobSelection(names: names), options: RunOptions(batches: true))
            change(&request)
            return request
        }
        #expect(problems(help(history)) == [])
        #expect(
            problems(
                help(history) {
                    $0.date = .day(today); $0.options.batchCount = 2
                }) == [])
        #expect(problems(help(history) { $0.wiki = nil }) == [])
        #expect(problems(job(history) { $0.options.batchCount = 2 }) == [])
        refuses(job(history) { $0.options.batches = true }, "the run of a date")
        refuses(help(history, "b"), "helps with one job")
        refuses(help(history) { $0.jobs.names = nil }, "helps with one job")
        refuses(help(history) { $0.takesLock = true }, "without the lock")
        refuses(help(history) { $0.options.cleanup = true }, "remove")
        refuses(help(history) { $0.jobs.restarts = true }, "whole batches")
        refuses(help(history) { $0.options.part = 1 }, "whole batches")
        refuses(help(history) { $0.jobs.addsPrerequisites = true }, "`jobs.addsPrerequisites` changes nothing")
        refuses(help(history) { $0.jobs.skipped = ["a"] }, "`jobs.skipped` changes nothing")
        refuses(help(history) { $0.cutoff = today }, "`cutoff` changes nothing")
        refuses(help(history) { $0.notice = .text("a") }, "no page")
        refuses(job(history) { $0.options.batchCount = 0 }, "do nothing")
        refuses(job("a", "b") { $0.options.batchCount = 1 }, "`options.batchCount` limits the batches of one job")
        refuses(RunRequest(options: RunOptions(batchCount: 1)), "`options.batchCount` limits the batches of one job")
    }
}
