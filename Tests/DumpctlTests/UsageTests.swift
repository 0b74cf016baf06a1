import Foundation
import Testing

/// Help, version and wrong usage.
@Suite(.timeLimit(.minutes(10)))
struct UsageTests {
    static let temporary = FileManager.default.temporaryDirectory

    func dumpctl(_ arguments: [String]) async throws -> Dumpctl.Outcome {
        try await Dumpctl.run(arguments, in: Self.temporary)
    }

    @Test(arguments: [
        (["--help"], ["run", "monitor", "config", "Exit statuses: 0 done, 1 failed", "--version", "--help"]),
        (
            ["run", "--help"],
            [
                "<wiki>", "--configfile", "--date", "--job", "--jobs", "--skipjobs", "--skipdone", "--dryrun", "--json",
                "--quiet", "--verbose", "until it exits with 10", "ONE DUMP AFTER ANOTHER", "WHICH RUN", "WHICH JOBS",
                "Examples:",
            ]
        ),
        (["monitor", "--help"], ["--configfile", "--once", "--interval", "--maintenance", "--json", "--quiet"]),
        (["sim", "--help"], ["--seed", "--seeds", "--json", "--quiet", "Exit statuses: 0 nothing is wrong, 1"]),
        (["config", "--help"], ["show", "check"]),
        (["config", "show", "--help"], ["<wiki>", "--configfile", "--json"]),
        (["config", "check", "--help"], ["--configfile", "--json", "Exits with 2"]),
    ])
    func helpNamesEveryOption(arguments: [String], parts: [String]) async throws {
        let outcome = try await dumpctl(arguments)
        #expect(outcome.status == 0)
        #expect(outcome.error == "")
        #expect(outcome.output.contains("USAGE: dumpctl"))
        for part in parts { #expect(outcome.output.contains(part), "\(part)") }
    }

    /// Every option that the help offers is one of these, so none can be added without a look here.
    @Test func runOffersNoOtherOptions() async throws {
        let text = try await dumpctl(["run", "--help"]).output
        // Options stand under several headings; examples before them show some as well.
        let usage = text.split(separator: "\n").drop { !$0.hasPrefix("USAGE") }
        let options = usage.flatMap { $0.split { " ,/.:".contains($0) } }.filter { $0.hasPrefix("--") }
        #expect(
            Set(options.map(String.init)) == [
                "--configfile", "--date", "--job", "--jobs", "--skipjobs", "--skip-jobs", "--skipdone", "--skip-done",
                "--restartfrom", "--restart-from", "--prereqs", "--prerequisites", "--cleanup", "--cutoff", "--force",
                "--exclusive", "--addnotice", "--add-notice", "--delnotice", "--delete-notice", "--prefetchdate",
                "--prefetch-date", "--noprefetch", "--no-prefetch", "--nospawn", "--no-spawn",
                "--log", "--loop", "--maxfails", "--max-failures", "--sleep", "--pause", "--onepass", "--one-pass",
                "--basedir", "--partnum", "--part", "--checkpoint", "--checkpoint-file", "--aftercheckpoint",
                "--after-checkpoint", "--pageidrange", "--page-range", "--batches", "--numbatches", "--batch-count",
                "--dryrun", "--dry-run", "--json", "--quiet", "--verbose", "--version", "--help",
            ])
    }

    @Test func versionIsANumber() async throws {
        let outcome = try await dumpctl(["--version"])
        #expect(outcome.status == 0)
        let parts = outcome.output.trimmingCharacters(in: .newlines).split(separator: ".")
        #expect(parts.count == 3 && parts.allSatisfy { Int($0) != nil }, "\(outcome.output)")
    }

    @Test(arguments: [
        (["frobnicate"], "frobnicate"), (["run", "--bogus"], "--bogus"), (["run", "a", "b"], "b"),
        (["run", "../x"], "../x"), (["run", "--date"], "--date"), (["run", "--quiet", "--verbose"], "--quiet"),
        (["monitor", "--interval", "0"], "--interval"), (["monitor", "--interval", "x"], "--interval"),
        (["monitor", "--once", "--interval", "5"], "--once"), (["config", "show", "--bogus"], "--bogus"),
    ])
    func wrongUsageIsTold(arguments: [String], part: String) async throws {
        let outcome = try await dumpctl(arguments)
        #expect(outcome.status == 2, "\(outcome.error)")
        #expect(outcome.output == "")
        let first = outcome.error.split(separator: "\n").first ?? ""
        #expect(first.hasPrefix("dumpctl: ") && first.contains(part), "\(outcome.error)")
        #expect(outcome.error.contains("--help"))
    }
}
