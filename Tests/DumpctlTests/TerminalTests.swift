import Foundation
import Testing
import WikiDumpKit

@testable import dumpctl

/// The live display on a terminal, which `script` of util-linux stands in for.
@Suite(.timeLimit(.minutes(10)))
final class TerminalTests {
    let farm: DemoFarm

    init() async throws { farm = try await DemoFarm(dumped: ()) }

    deinit { farm.remove() }

    /// What a person sees of a run of demowiki.
    func show(_ environment: [String: String], _ more: String = "") async throws -> String {
        let command =
            "stty cols 100; exec '\(Dumpctl.binary.path)' run demowiki --date 20260103 --configfile wikidump.conf \(more)"
        var environment = environment
        environment["NO_COLOR"] = environment["NO_COLOR"] ?? ""
        environment["HOME"] = farm.folder.path
        let words = ["timeout", "100", "script", "-qec", command, "/dev/null"]
        let (folder, variables) = (farm.folder, environment)
        let outcome = try await Dumpctl.gate.pass {
            try await Tool.runAside(words, in: folder, environment: variables)
        }
        #expect(outcome.status == 0, "\(outcome.text)")
        return outcome.text
    }

    /// The colours in a text: escape sequences that end in `m`.
    func colours(_ text: String) -> Int { text.matches(of: /\u{1B}\[[0-9;]*m/).count }

    @Test func aTerminalShowsJobsAtWork() async throws {
        // One that lasts: a fast machine is done with the others before lines are drawn for the first time.
        try farm.setJobs("- {name: slow, title: T, outputs: [slow.txt], command: [/bin/sh, -c, 'sleep 1; echo']}")
        let text = try await show(["TERM": "xterm"])
        #expect(text.contains("\u{1B}[2K  slow"), "lines are drawn again in place")
        #expect(colours(text) > 8)
        #expect(text.contains("run of 2026-01-03: 32 jobs"))
        for job in CommandTests.jobs { #expect(text.contains("\u{1B}[32m✓\u{1B}[0m \(job): ")) }
        #expect(text.contains("dump complete"))
        // Redrawn lines are cut to the width of the terminal, or they could not be drawn over.
        for line in text.split(whereSeparator: \.isNewline) where line.contains("\u{1B}[2K  ") {
            let shown = String(line).replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "")
            #expect(shown.count < 100, "\(shown)")
        }
    }

    @Test func aJobAtWorkShowsItsBytesBeforeAndAfterCompression() {
        let progress = JobProgress(items: 12, expectedItems: 40, bytesIn: 3_000_000, bytesOut: 1_000_000)
        #expect(RunText.active("stubs", progress, seconds: 2).contains("2.9 MB → 976 KB"))
    }

    @Test func moreJobsThanLinesDoNotScroll() {
        let lines = (1...9).map { "job \($0)" } + ["jobs 1 to 9 of 12"]
        #expect(LiveLines.fitting(lines, height: 24) == lines)
        let few = LiveLines.fitting(lines, height: 6)
        #expect(few == ["job 1", "job 2", "job 3", "  … and 6 more jobs at work", "jobs 1 to 9 of 12"])
        #expect(LiveLines.fitting(lines, height: 2) == ["jobs 1 to 9 of 12"])
        #expect(LiveLines.fitting(lines, height: 0).count == 1)
    }

    @Test func theWholeRunHasALine() {
        let half = JobProgress(items: 20, expectedItems: 40, bytesIn: 1, bytesOut: 1)
        #expect(RunText.overall([(half, 60)], ended: 7, jobs: 12) == "  job 8 of 12, 1 min 0 s left for it")
        #expect(
            RunText.overall([(half, 60), (JobProgress(), 3)], ended: 7, jobs: 12).hasPrefix("  jobs 8 to 9 of 12, "))
        #expect(RunText.overall([(JobProgress(), 3)], ended: 11, jobs: 12) == "  job 12 of 12")
    }

    @Test func aLogTellsProgressNowAndThen() {
        var lines = ProgressLines()
        let start = ContinuousClock.Instant.now
        func progress(_ items: Int64) -> JobProgress {
            JobProgress(items: items, expectedItems: 100, bytesIn: 1, bytesOut: 1)
        }
        lines.begin("stubs", at: start)
        #expect(lines.line("stubs", progress(50), at: start + .seconds(1)) == nil)
        #expect(lines.line("stubs", progress(51), at: start + .seconds(6))?.hasPrefix("stubs [#####.....]") == true)
        #expect(lines.line("stubs", progress(54), at: start + .seconds(20)) == nil)
        #expect(lines.line("stubs", progress(55), at: start + .seconds(21)) != nil)
        #expect(lines.line("stubs", progress(55), at: start + .seconds(80)) == nil)
        #expect(lines.line("stubs", progress(55), at: start + .seconds(81)) != nil)
        #expect(lines.end("stubs", at: start + .seconds(90)) == 90)
    }

    @Test func coloursAreLeftOutOnRequest() async throws {
        let text = try await show(["TERM": "xterm", "NO_COLOR": "1"])
        #expect(colours(text) == 0)
        #expect(text.contains("✓ articlesdump: 1 file"))
        #expect(text.contains("dump complete"))
    }

    @Test func aSimpleTerminalGetsPlainLines() async throws {
        let text = try await show(["TERM": "dumb"])
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("dump complete"))
    }

    @Test func quietPrintsNothingOnATerminalEither() async throws {
        #expect(try await show(["TERM": "xterm"], "--quiet") == "")
    }
}
