import Foundation
import Testing

/// What a run exits with, and that everything it leaves says the same.
@Suite(.timeLimit(.minutes(10)))
final class RunExitStatusTests {
    let farm: DemoFarm
    static let run = "public/nordwiki/20260102"

    init() throws {
        farm = try DemoFarm()
        try farm.setJobs(
            "- {name: bad, title: T, command: [/usr/bin/false], outputs: [bad.txt]}\n"
                + "  - {name: hollow, title: T, command: [/usr/bin/true], outputs: [hollow.txt]}\n"
                + "  - {name: good, title: T, command: [/bin/echo, good], outputs: [good.txt]}\n"
                + "  - {name: slow, title: T, command: [/bin/sleep, '600'], outputs: [slow.txt]}")
    }

    deinit { farm.remove() }

    func run(_ words: String) async throws -> Dumpctl.Outcome {
        try await farm.run(
            ["run", "nordwiki", "--date", "20260102", "--log"] + words.split(separator: " ").map(String.init))
    }

    /// Looks whether all files agree on where the jobs stand.
    func expectAgreement(
        _ jobs: [String: String], _ status: String, _ line: String, at place: SourceLocation = #_sourceLocation
    ) throws {
        func json(_ name: String) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: farm.data("\(Self.run)/\(name)")) as? [String: Any])
        }
        let text = try farm.statuses(Self.run)
        let info = try #require(try json("dumpruninfo.json")["jobs"] as? [String: [String: Any]])
        let published = try #require(try json("dumpstatus.json")["jobs"] as? [String: [String: Any]])
        #expect(Set(info.keys) == Set(text.keys) && Set(published.keys) == Set(text.keys), sourceLocation: place)
        for (job, state) in text {
            #expect(info[job]?["status"] as? String == state, "\(job)", sourceLocation: place)
            #expect(published[job]?["status"] as? String == state, "\(job)", sourceLocation: place)
        }
        for (job, state) in jobs { #expect(text[job] == state, "\(job)", sourceLocation: place) }
        let page = try farm.text("\(Self.run)/index.html")
        #expect(page.contains(line), sourceLocation: place)
        #expect(try farm.text("\(Self.run)/status.html").contains(line), sourceLocation: place)
        let log = try farm.text("private/nordwiki/20260102/dumplog.txt")
        #expect(log.contains(status), "\(log)", sourceLocation: place)
        #expect(farm.names("private/nordwiki").filter { $0.hasPrefix("lock") } == [], sourceLocation: place)
    }

    @Test func done() async throws {
        #expect(try await run("--job good").status == 0)
        try expectAgreement(["good": "done", "bad": "waiting"], "partial dump", ">Partial dump<")
        #expect(try await run("--skipjobs bad,hollow,slow").status == 0)
        try expectAgreement(["good": "done", "bad": "skipped"], "dump complete", ">Dump complete<")
    }

    @Test func failed() async throws {
        let outcome = try await run("--job good,bad")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("dumpctl: nordwiki 2026-01-02: bad failed"))
        try expectAgreement(["good": "done", "bad": "failed"], "exit status 1", "1 item failed<")
        // An old failure is not that of a run that was asked for something else, and stays on record.
        #expect(try await run("--job pagetitlesdump").status == 0)
        try expectAgreement(["bad": "failed", "pagetitlesdump": "done"], "1 of", "1 item failed<")
        // Neither does a success of one job hide the failure of another.
        #expect(try await run("--job bad,good").status == 1)
    }

    @Test func nothingToDoIsQuiet() async throws {
        #expect(try await run("--job good").status == 0)
        let quiet = try await run("--job good --skipdone --quiet")
        #expect(quiet.status == 10)
        #expect(quiet.error == "" && quiet.output == "", "\(quiet)")
        let told = try await run("--job good --skipdone")
        #expect(told.status == 10 && told.error.contains("has nothing left to do"), "\(told)")
    }

    @Test func usage() async throws {
        for words in ["--job nosuch", "--bogus", "--restartfrom"] {
            #expect(try await run(words).status == 2)
        }
        #expect(farm.names("public") + farm.names("private") == [])
    }

    @Test func whatIsBadIsWithheld() async throws {
        #expect(try await run("--job hollow,good").status == 3)
        try expectAgreement(["good": "done", "hollow": "failed"], "exit status 3", "1 item failed<")
        #expect(!farm.names(Self.run).contains { $0.contains("hollow") })
        #expect(try await run("--job hollow,bad").status == 1, "there is a failure of another kind too")
    }

    @Test func nothingToDo() async throws {
        #expect(try await run("--skipjobs bad,hollow,slow --quiet").status == 0)
        let outcome = try await run("--skipjobs bad,hollow,slow")
        #expect(outcome.status == 10)
        #expect(outcome.error.contains("nothing left to do"))
    }

    @Test(arguments: [(SIGTERM, Int32(143)), (SIGINT, Int32(130)), (SIGHUP, Int32(129))])
    func stopsAndLocks(signal: Int32, status: Int32) async throws {
        let running = try farm.start("run", "nordwiki", "--date", "20260102", "--job", "good,slow", "--log")
        while !farm.isWriting("nordwiki-20260102-slow.txt"), running.process.isRunning {
            try await Task.sleep(for: .seconds(0.02))
        }
        let held = try await run("--job good")
        #expect(held.status == 11)
        #expect(held.error.contains("\(running.process.processIdentifier)"), "the holder is named")
        kill(running.process.processIdentifier, signal)
        #expect(try await running.wait().status == status)
        try expectAgreement(["good": "done", "slow": "waiting"], "exit status \(status)", "dump aborted<")
    }

    @Test func stoppedEarly() async throws {
        let running = try farm.start("run", "nordwiki", "--date", "20260102", "--job", "slow", "--log")
        while !farm.isWriting("nordwiki-20260102-slow.txt"), running.process.isRunning {
            try await Task.sleep(for: .seconds(0.02))
        }
        for name in farm.names("private/nordwiki") where name.hasPrefix("lock_") {
            try FileManager.default.removeItem(at: farm.url("private/nordwiki/\(name)"))
        }
        let outcome = try await running.wait()
        #expect(outcome.status == 75)
        #expect(outcome.error.contains("lock"))
        #expect(try await run("--job good").status == 0, "it can go on")
    }
}
