import Foundation
import Testing

/// A dry run tells what would be done, and does nothing.
@Suite(.timeLimit(.minutes(10)))
final class DryRunTests {
    let farm: DemoFarm

    init() async throws {
        farm = try await DemoFarm(dumped: ())
        try farm.setJobs(
            "- {name: copied, title: T, command: [/bin/cp, '{input}', '{output}'], inputs: [all-titles.gz], "
                + "outputs: [copy.gz], after: [allpagetitlesdump]}")
    }

    deinit { farm.remove() }

    func plan(_ words: String) async throws -> [String: Any] {
        let outcome = try await farm.run(["run", "--dryrun", "--json"] + words.split(separator: " ").map(String.init))
        #expect(outcome.status == 0, "\(outcome.error)")
        return try #require(outcome.events.first)
    }

    func job(_ name: String, of plan: [String: Any]) throws -> [String: Any] {
        try #require((plan["jobs"] as? [[String: Any]])?.first { $0["job"] as? String == name })
    }

    @Test func commandsAreShownAsTheyWouldRun() async throws {
        let plan = try await plan("nordwiki --date 20260103 --job copied --prereqs")
        let folder = farm.url("public/nordwiki/20260103").resolvingSymlinksInPath().path
        let commands = try #require(try job("copied", of: plan)["commands"] as? [[String]])
        #expect(
            commands == [
                [
                    "/bin/cp", folder + "/nordwiki-20260103-all-titles.gz",
                    folder + "/nordwiki-20260103-copy.gz.inprog",
                ]
            ])
        #expect(try job("articlesdump", of: plan)["commands"] as? [[String]] == [])
        let text = try await farm.run("run", "nordwiki", "--date", "20260103", "--job", "copied", "--dryrun")
        #expect(text.output.contains("will fail: it needs allpagetitlesdump"))
        #expect(text.output.contains("command: /bin/cp "))
    }

    @Test func expectationsComeFromTheLastRun() async throws {
        let plan = try await plan("nordwiki --date 20260103")
        let articles = try job("articlesdump", of: plan)
        let file = "public/nordwiki/20260102/nordwiki-20260102-pages-articles.xml.bz2"
        #expect(articles["expectedBytes"] as? Int == (try farm.data(file).count))
        #expect(articles["lastRun"] as? String == "20260102")
        #expect(articles["expectedMilliseconds"] as? Int != nil)
        let jobs = try #require(plan["jobs"] as? [[String: Any]])
        let sum = jobs.filter { $0["willRun"] as? Bool == true }.compactMap { $0["expectedBytes"] as? Int }.reduce(0, +)
        #expect(plan["expectedBytes"] as? Int == sum)
        #expect(sum > 0 && plan["expectedMilliseconds"] as? Int != nil)
        #expect(try job("copied", of: plan)["expectedBytes"] == nil, "it never ran")
        let text = try await farm.run("run", "nordwiki", "--date", "20260103", "--dryrun")
        #expect(text.output.contains("on 2026-01-02") && text.output.contains("last time"), "\(text.output)")
    }

    @Test func whatWouldGoIsNamed() async throws {
        for date in ["20251201", "20251101"] {
            try FileManager.default.copyItem(
                at: farm.url("public/nordwiki/20260102"), to: farm.url("public/nordwiki/\(date)"))
        }
        try farm.addOption("keep=1", to: "cleanup")
        #expect(try await plan("nordwiki --date 20260103")["removedRuns"] as? [String] == ["20251201", "20251101"])
        let cleaning = try await plan("nordwiki --date last --job articlesdump --cleanup")
        #expect(
            try job("articlesdump", of: cleaning)["removedFiles"] as? [String]
                == ["nordwiki-20260102-pages-articles.xml.bz2"])
        #expect(try await plan("nordwiki --date last --addnotice Late")["notice"] as? String == "Late")
    }

    @Test func whoIsAtWorkIsNamed() async throws {
        let host = ProcessInfo.processInfo.hostName
        try Data("\(host).invalid 4711".utf8).write(to: farm.url("private/nordwiki/lock_20260102"))
        let holder = try #require(try await plan("nordwiki --date last")["lockedBy"] as? [String: Any])
        #expect(holder["host"] as? String == "\(host).invalid" && holder["process"] as? Int == 4711)
    }

    /// Names, sizes, times, numbers and bytes of everything below the farm.
    func everything() throws -> ([String: Data], String) {
        let listing = try Tool.run(
            [
                "find", ".", "-name", ".out-*", "-o", "-name", ".err-*", "-o", "-path", ".", "-o", "-printf",
                "%p %m %s %T@ %C@ %i\n",
            ], in: farm.folder
        ).text.split(separator: "\n").sorted().joined(separator: "\n")
        return (farm.contents("."), listing)
    }

    @Test(arguments: [
        "nordwiki --cleanup --job articlesdump --date last", "nordwiki --addnotice Late --date last",
        "nordwiki --delnotice --date last", "nordwiki --force", "nordwiki --date 20251224", "demowiki --prereqs",
        "--cutoff today --skipjobs tables", "nordwiki --date last --job noop", "demowiki --job createdirs",
        "nordwiki --date last --job latestlinks", "boardwiki --date 20260103 --job xmlstubsdump --restartfrom",
        "nordwiki --date last --skipdone --job tables", "nordwiki --verbose", "nordwiki --quiet",
    ])
    func nothingOnDiskChanges(words: String) async throws {
        try Data("other.example 4711".utf8).write(to: farm.url("private/nordwiki/lock_20260102"))
        try Data("half".utf8).write(
            to: farm.url("public/nordwiki/20260102/nordwiki-20260102-pages-articles.xml.bz2.inprog"))
        let before = try everything()
        let outcome = try await farm.run(["run", "--dryrun"] + words.split(separator: " ").map(String.init))
        #expect(outcome.status == 0, "\(outcome.error)")
        let after = try everything()
        #expect(after.1 == before.1)
        let changed = before.0.keys.filter { !$0.contains("/.out-") && after.0[$0] != before.0[$0] }
        #expect(changed.filter { !$0.hasPrefix(".out-") && !$0.hasPrefix(".err-") } == [])
    }
}
