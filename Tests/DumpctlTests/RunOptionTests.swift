import Foundation
import Testing

/// The options of `dumpctl run`, alone and together.
@Suite(.timeLimit(.minutes(10)))
final class RunOptionTests {
    let farm: DemoFarm
    static let run = "public/nordwiki/20260102"

    init() async throws { farm = try await DemoFarm(dumped: ()) }

    deinit { farm.remove() }

    func run(_ words: String) async throws -> Dumpctl.Outcome {
        try await farm.run(["run"] + words.split(separator: " ").map(String.init))
    }

    func jobs(_ outcome: Dumpctl.Outcome) -> [String] { outcome.events.first?["jobs"] as? [String] ?? [] }

    func statuses(_ run: String) throws -> [String: String] { try farm.statuses("public/nordwiki/\(run)") }

    // MARK: Which jobs

    @Test func restartFromDoesAJobAndAllLaterOnes() async throws {
        let outcome = try await run("nordwiki --date 20260103 --job metacurrentdump --restartfrom --json")
        #expect(outcome.status == 0, "\(outcome.error)")
        let later = ["metacurrentdump", "xmlpagelogsdump", "metahistorybz2dump", "articlesmultistreamdump"]
        #expect(jobs(outcome) == later)
        let found = try statuses("20260103")
        #expect(Set(found.filter { $0.value == "done" }.keys) == Set(later))
        #expect(found["articlesdump"] == "waiting")
        let rest = try await run("nordwiki --date 20260103 --job xmlstubsdump --restart-from --skip-done --json")
        #expect(rest.status == 0, "\(rest.error)")
        #expect(jobs(rest) == ["xmlstubsdump", "articlesdump"])
        let idle = try await run("nordwiki --date 20260103 --job xmlstubsdump --restartfrom --skipdone")
        #expect(idle.status == 10)
        let without = try await run(
            "nordwiki --date 20260103 --job metacurrentdump --restartfrom --skipjobs metahistorybz2dump --dryrun --json"
        )
        let plan = try #require(without.events.first?["jobs"] as? [[String: Any]])
        #expect(
            plan.filter { $0["willRun"] as? Bool == true }.compactMap { $0["job"] as? String }
                == ["metacurrentdump", "xmlpagelogsdump", "articlesmultistreamdump"])
    }

    @Test func oldRunsGoWhenANewOneBecomesComplete() async throws {
        for date in ["20251201", "20251101"] {
            try FileManager.default.copyItem(
                at: farm.url("public/nordwiki/20260102"), to: farm.url("public/nordwiki/\(date)"))
        }
        try farm.addOption("keep=1", to: "cleanup")
        try farm.setJobs("- {name: odd, title: T, command: [/bin/cat, '\(farm.url("odd").path)'], outputs: [odd.txt]}")
        func dates() -> [String] { farm.names("public/nordwiki").filter { $0.hasPrefix("20") } }
        func removed(_ words: String) async throws -> [String]? {
            try await run(words + " --dryrun --json").events.first?["removedRuns"] as? [String]
        }
        let all = ["20251101", "20251201", "20260102", "20260103"]
        #expect(try await run("nordwiki --date 20260103 --quiet").status == 1, "a job fails")
        #expect(dates() == all, "a run that failed removes none")
        #expect(try await run("nordwiki --date 20260103 --job articlesdump --quiet").status == 0)
        #expect(dates() == all, "the run is not complete yet")
        try Data("odd".utf8).write(to: farm.url("odd"))
        let plan = try await removed("nordwiki --date 20260103 --job odd")
        #expect(try await run("nordwiki --date 20260103 --job odd --quiet").status == 0)
        #expect(dates() == ["20260102", "20260103"], "the one job that was missing makes it complete")
        #expect(plan?.sorted() == ["20251101", "20251201"], "and the plan said so")

        try FileManager.default.copyItem(
            at: farm.url("public/nordwiki/20260102"), to: farm.url("public/nordwiki/20251201"))
        #expect(try await removed("nordwiki --date 20260103 --job odd") == [])
        #expect(try await run("nordwiki --date 20260103 --job odd --quiet").status == 0)
        #expect(dates() == ["20251201", "20260102", "20260103"], "a job that is done again removes none")
    }

    @Test func nothingIsAskedWhenTheStateOfARunIsLost() async throws {
        for name in ["dumpruninfo.txt", "dumpruninfo.json"] {
            try FileManager.default.removeItem(at: farm.url("\(Self.run)/\(name)"))
        }
        let before = try farm.dumpFiles(Self.run)
        // Nobody is there to answer: standard input is at its end.
        let outcome = try await Dumpctl.start(
            ["run", "nordwiki", "--date", "20260102", "--skipdone", "--configfile", "wikidump.conf"],
            in: farm.folder, input: Data()
        ).wait()
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(try statuses("20260102").values.allSatisfy { $0 == "done" })
        #expect(try farm.dumpFiles(Self.run) == before)
    }

    @Test func prerequisitesAreDoneOnRequest() async throws {
        try farm.setJobs(
            "- {name: copied, title: T, command: [/bin/cat, '{input}'], inputs: [all-titles.gz], "
                + "outputs: [copy.gz], after: [allpagetitlesdump]}")
        let missing = try await run("nordwiki --date 20260103 --job copied")
        #expect(missing.status == 1)
        #expect(missing.error.contains("job allpagetitlesdump is not done") && missing.error.contains("--prereqs"))
        let outcome = try await run("nordwiki --date 20260103 --job copied --prereqs --json")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(jobs(outcome) == ["allpagetitlesdump", "copied"])
        let again = try await run("nordwiki --date 20260103 --job copied --prerequisites --json")
        #expect(jobs(again) == ["copied"], "what is done is not done again for others")
        #expect(
            try farm.data("public/nordwiki/20260103/nordwiki-20260103-copy.gz")
                == farm.data("public/nordwiki/20260103/nordwiki-20260103-all-titles.gz"))
    }

    @Test func whatIsLeftOutTakesItsDependentsWithIt() async throws {
        try farm.setJobs(
            "- {name: copied, title: T, command: [/bin/cat, '{input}'], inputs: [all-titles.gz], "
                + "outputs: [copy.gz], after: [allpagetitlesdump]}")
        let outcome = try await run("nordwiki --date 20260103 --skipjobs allpagetitlesdump --quiet")
        #expect(outcome.status == 0, "\(outcome.error)")
        let found = try statuses("20260103")
        #expect(found["allpagetitlesdump"] == "skipped" && found["copied"] == "skipped")
        #expect(try farm.text("public/nordwiki/20260103/status.html").contains(">Dump complete<"))
    }

    @Test func skippingWorksWithNamedJobsToo() async throws {
        let outcome = try await run("nordwiki --date 20260103 --job tables,pagetitlesdump --skip-jobs pagetable --json")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(jobs(outcome).contains("imagetable") && jobs(outcome).last == "pagetitlesdump")
        #expect(try statuses("20260103")["pagetable"] == "waiting", "the next full run does it")
    }

    @Test func cleanupRemovesTheOldFilesFirst() async throws {
        try farm.setJobs(
            "- {name: copied, title: T, command: [/bin/cat, \(farm.url("flag").path)], outputs: [copy.txt]}")
        let file = Self.run + "/nordwiki-20260102-copy.txt"
        try Data("one\n".utf8).write(to: farm.url("flag"))
        #expect(try await run("nordwiki --date last --job copied --quiet").status == 0)
        try FileManager.default.removeItem(at: farm.url("flag"))
        #expect(try await run("nordwiki --date last --job copied --quiet").status == 1)
        #expect(try farm.text(file) == "one\n", "what was good stays until something takes its place")
        let plan = try await run("nordwiki --date last --job copied --cleanup --dryrun")
        #expect(plan.status == 0)
        #expect(try farm.text(file) == "one\n")
        let cleaned = try await run("nordwiki --date last --job copied --cleanup")
        #expect(cleaned.status == 1)
        #expect(cleaned.error.contains("removed the earlier nordwiki-20260102-copy.txt"))
        #expect(farm.names(Self.run).filter { $0.contains("copy.txt") } == [])
        try Data("two\n".utf8).write(to: farm.url("flag"))
        #expect(try await run("nordwiki --date last --job copied --cleanup --quiet").status == 0)
        #expect(try farm.text(file) == "two\n")
    }

    // MARK: Which run

    @Test func cutoffLeavesAloneWhatIsNewEnough() async throws {
        #expect(try await run("nordwiki --cutoff 20260101 --dryrun").status == 10)
        #expect(try await run("nordwiki --cutoff 20260102").status == 10)
        #expect(try await run("nordwiki --cutoff today --dryrun").status == 0)
        // Wikis that were never dumped are older than any day.
        for wiki in ["boardwiki", "demowiki"] {
            let outcome = try await run("--date 20260102 --cutoff 20260102 --job pagetitlesdump --json")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.events.first?["wiki"] as? String == wiki)
        }
        #expect(try await run("--cutoff 20260102 --job pagetitlesdump").status == 10)
        // A run of one job is no dump of the wiki.
        let whole = try await run("--cutoff 20260102 --dryrun --json")
        #expect(whole.status == 0 && whole.events.first?["wiki"] as? String == "boardwiki", "\(whole.error)")
    }

    @Test func theNextWikiDoesNotWaitForOneWithoutWork() async throws {
        #expect(try await run("demowiki --date 20260102 --job pagetitlesdump --quiet").status == 0)
        #expect(try await run("boardwiki --date 20260102 --job namespaces --quiet").status == 0)
        let plan = try await run("--date 20260102 --job pagetitlesdump --skipdone --dryrun --json")
        #expect(plan.events.first?["wiki"] as? String == "boardwiki")
        let outcome = try await run("--date 20260102 --job pagetitlesdump --skipdone --json")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.events.first?["wiki"] as? String == "boardwiki")
        #expect(try await run("--date 20260102 --job pagetitlesdump --skipdone").status == 10)
    }

    /// A wiki that is looked at and passed over keeps everything, its notice too.
    @Test func choosingWritesNothing() async throws {
        try Data("Late\n".utf8).write(to: farm.url(Self.run + "/notice.txt"))
        let (folder, locks) = (farm.contents("public/nordwiki"), farm.contents("private/nordwiki"))
        for wiki in ["boardwiki", "demowiki", nil] {
            let outcome = try await run(
                "--nospawn --noprefetch --date 20260102 --job pagetitlesdump --skipdone --json")
            #expect(outcome.status == (wiki == nil ? 10 : 0), "\(outcome.error)")
            #expect(outcome.events.first?["wiki"] as? String == wiki)
            #expect(farm.contents("public/nordwiki") == folder)
            #expect(farm.contents("private/nordwiki") == locks)
        }
    }

    @Test func dateCanBeToday() async throws {
        let outcome = try await run("nordwiki --date today --job pagetitlesdump --exclusive --json")
        #expect(outcome.status == 0)
        let date = try #require(outcome.events.first?["date"] as? String)
        #expect(farm.names("public/nordwiki").contains(date))
        #expect(date > "20260102")
    }

    @Test func forceTakesTheLockFromALivingProcess() async throws {
        try farm.setJobs("- {name: slow, title: T, command: [/bin/sleep, '600'], outputs: [slow.txt]}")
        let slow = try farm.start("run", "nordwiki", "--date", "20260103", "--job", "slow")
        while !farm.isWriting("nordwiki-20260103-slow.txt"),
            slow.process.isRunning
        { try await Task.sleep(for: .seconds(0.01)) }
        #expect(try await run("nordwiki --date 20260103 --job pagetitlesdump").status == 11)
        let outcome = try await run("nordwiki --date 20260103 --job pagetitlesdump --force")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.error.contains("took the lock of nordwiki from process \(slow.process.processIdentifier)"))
        // It sees at its next look at the lock that it has lost it. Until then the fence keeps it from changing anything.
        #expect(try await slow.wait().status == 75)
        #expect(farm.names("private/nordwiki").filter { $0.hasPrefix("lock") } == [])
        #expect(try statuses("20260103")["slow"] == "waiting")
        #expect(try statuses("20260103")["pagetitlesdump"] == "done")
    }

    @Test func noticesAreShownOnThePage() async throws {
        let text = "Late because of <the move> & more"
        let outcome = try await farm.run("run", "nordwiki", "--date", "last", "--addnotice", text, "--quiet")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(try farm.text(Self.run + "/index.html").contains("Late because of &lt;the move&gt; &amp; more"))
        #expect(try farm.text(Self.run + "/notice.txt") == text + "\n")
        #expect(try farm.text(Self.run + "/status.html").contains(">Dump complete<"))
        let removed = try await run("nordwiki --date last --delnotice --job pagetitlesdump --quiet")
        #expect(removed.status == 0)
        #expect(!(try farm.text(Self.run + "/index.html").contains("Late because")))
        #expect(!farm.names(Self.run).contains("notice.txt"))
    }

    @Test func optionsForPrefetchSayThatTheDatabaseIsRead() async throws {
        let outcome = try await run(
            "nordwiki --date 20260103 --job articlesdump --nospawn --noprefetch")
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("--noprefetch, --nospawn changes nothing"), "\(outcome.error)")
        let dated = try await run("nordwiki --date 20260103 --job articlesdump --prefetchdate 20260102")
        #expect(dated.status == 0)
        #expect(dated.error.contains("--prefetchdate changes nothing"), "\(dated.error)")
    }

    // MARK: What cannot work

    @Test(arguments: [
        ("nordwiki --restartfrom", "--restartfrom"),
        ("nordwiki --job articlesdump,xmlstubsdump --restartfrom", "several"),
        ("nordwiki --job articlesdump --skipjobs articlesdump", "both asked for and left out"),
        ("--force", "name the wiki"),
        ("nordwiki --addnotice a --delnotice", "--delnotice"),
        ("nordwiki --cutoff 20990101", "today is"),
        ("--cutoff 20260103 --date 20260102", "stay due"),
        ("nordwiki --cutoff yesterday", "not a date"),
        ("nordwiki --date 20261301", "not a date"),
        ("nordwiki --prefetchdate x", "not a date"),
        ("nordwiki --prefetchdate 20260101 --noprefetch", "contradict"),
        ("nordwiki --job noop --prereqs", "makes no dump files"),
        ("nordwiki --job latestlinks --cleanup", "makes no dump files"),
        ("nordwiki --partnum 1", "none is named"),
        ("nordwiki --job articlesdump --pageidrange 9,3", "ends before it begins"),
        ("nordwiki --job articlesdump --pageidrange a,b", "not a range"),
        ("nordwiki --job articlesdump --pageidrange 1,2 --checkpoint f", "nothing left to choose"),
        ("nordwiki --job articlesdump --batches", "--date"),
        ("nordwiki --job articlesdump --numbatches 1", "not done in batches"),
        ("nordwiki --job pagetable --partnum 1", "has no pieces"),
    ])
    func whatCannotWorkIsRefusedBeforeAnythingStarts(words: String, part: String) async throws {
        let before = (farm.contents("public"), farm.contents("private"), farm.contents("temp"))
        for dry in [[], ["--dryrun"]] {
            let outcome = try await farm.run(["run"] + words.split(separator: " ").map(String.init) + dry)
            #expect(outcome.status == 2, "\(outcome.error)")
            #expect(outcome.output == "")
            #expect(outcome.error.hasPrefix("dumpctl: ") && outcome.error.contains(part), "\(outcome.error)")
        }
        #expect(farm.contents("public") == before.0)
        #expect(farm.contents("private") == before.1)
        #expect(farm.contents("temp") == before.2)
    }
}
