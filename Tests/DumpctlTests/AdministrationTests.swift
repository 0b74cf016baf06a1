import Foundation
import Testing

/// The commands with which an operator looks after a farm, on a farm with one small job.
@Suite(.timeLimit(.minutes(10))) final class AdministrationTests {
    private let farm: DemoFarm

    init() throws {
        farm = try DemoFarm()
        try farm.setJobs(
            "- {name: good, title: Good, outputs: [good.txt], command: [/bin/echo, good]}\n"
                + "  - {name: bad, title: Bad, outputs: [bad.txt], command: [/bin/sh, -c, \"echo no paper >&2; exit 3\"]}"
        )
    }

    deinit { farm.remove() }

    private static let run = "public/nordwiki/20260102"

    private func dump(_ jobs: String, _ date: String = "20260102") async throws {
        let outcome = try await farm.run("run", "nordwiki", "--date", date, "--quiet", "--job", jobs)
        #expect(outcome.status == (jobs.contains("bad") ? 1 : 0), "\(outcome.error)")
    }

    /// Runs a command as a rehearsal, which must change nothing, and then in earnest.
    private func change(_ words: String...) async throws -> (rehearsal: String, told: String) {
        let before = (farm.contents("public"), farm.contents("private"))
        let rehearsal = try await farm.run(words + ["--dryrun"])
        #expect(rehearsal.status == 0, "\(rehearsal.error)")
        #expect(before.0 == farm.contents("public") && before.1 == farm.contents("private"))
        let outcome = try await farm.run(words)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(!farm.names("private/nordwiki").contains { $0.hasPrefix("lock_") })
        return (rehearsal.output, outcome.output)
    }

    @Test func failedJobsAreListedWithTheirReasonMarkedAndTriedAgain() async throws {
        try await dump("good,bad")
        let jobs = try await farm.run("jobs", "nordwiki", "--state", "failed").output
        #expect(jobs.contains("bad") && jobs.contains("no paper") && !jobs.contains("good"), "\(jobs)")
        #expect(try await farm.run("list", "--state", "failed").output.contains("nordwiki  2026-01-02  failed"))
        #expect(try await farm.run("list", "--before", "2026-01-02").output == "no run fits\n")
        #expect(try await farm.run("show", "failed").output == "nordwiki\n")
        #expect(try await farm.run("show", "lastrun").output == "20260102\n")
        #expect(try await farm.run("show", "alldone").status == 1)
        let plan = try await farm.run("rerun", "nordwiki", "--dryrun")
        #expect(
            plan.output.contains("run  bad: ") && plan.output.contains("failed on ") && plan.output.contains("no paper")
        )

        let refused = try await farm.run("mark", "nordwiki", "bad", "done")
        #expect(refused.status == 2 && refused.error.contains("bad.txt is not there"), "\(refused.error)")
        let near = try await farm.run("mark", "nordwiki", "godo", "failed")
        #expect(near.status == 2 && near.error.contains("did you mean good?"), "\(near.error)")
        let marked = try await change("mark", "nordwiki", "good", "failed", "--date", "2026-01-02")
        #expect(marked.rehearsal.hasPrefix("would mark good") && marked.told.hasPrefix("marked good"))
        #expect(try farm.statuses(Self.run)["good"] == "failed")
        #expect(try await farm.run("why", "nordwiki").output.contains("marked as failed by the operator"))
        let removed = try await change("remove", "nordwiki")
        #expect(removed.told.contains("nordwiki-20260102-good.txt"))
        #expect(!farm.names(Self.run).contains("nordwiki-20260102-good.txt"))
        #expect(try await farm.run("rerun", "nordwiki", "--quiet").status == 1)
        #expect(try farm.statuses(Self.run)["good"] == "done")
    }

    @Test func aRunIsPurgedButNotByMistake() async throws {
        try await dump("good", "20260101")
        try await dump("good")
        let missing = try await farm.run("purge", "nordwiki", "2026-01-03")
        #expect(missing.status == 2 && missing.error.contains("2026-01-01, 2026-01-02"), "\(missing.error)")
        let unknown = try await farm.run("purge", "nordwikki", "2026-01-01")
        #expect(unknown.status == 2 && unknown.error.contains("did you mean nordwiki?"), "\(unknown.error)")
        let told = try await change("purge", "nordwiki", "2026-01-01")
        #expect(told.told == "removed the run of nordwiki of 2026-01-01\n")
        #expect(farm.names("public/nordwiki").contains("20260102"))
        #expect(!farm.names("public/nordwiki").contains("20260101"))
        #expect(!farm.names("private/nordwiki").contains("20260101"))
    }

    @Test func aNoticeDoesNotMakeTheRunNewer() async throws {
        try await dump("good")
        let status = try farm.text("\(Self.run)/status.html")
        _ = try await change("notice", "Wait for Monday.", "nordwiki")
        #expect(try farm.text("\(Self.run)/index.html").contains("Wait for Monday."))
        #expect(try farm.text("\(Self.run)/status.html") == status)
        _ = try await change("undo", "notice", "nordwiki")
        #expect(try !farm.text("\(Self.run)/index.html").contains("Wait for Monday."))
        #expect(try await farm.run("undo", "notice", "nordwiki").output.contains("has no notice"))
    }

    @Test func theFarmIsHeldUpAndGoesOn() async throws {
        _ = try await change("maintenance", "New disks.")
        #expect(try farm.text("private/maintenance.txt") == "New disks.\n")
        #expect(try await farm.run("run", "nordwiki", "--job", "good", "--quiet").status == 75)
        _ = try await change("undo", "maintenance")
        _ = try await change("exit")
        #expect(farm.names("private").contains("exit.txt"))
        _ = try await change("undo", "exit")
        #expect(!farm.names("private").contains("exit.txt"))
    }

    @Test func onlyALockThatNobodyNeedsIsRemoved() async throws {
        try await dump("good")
        #expect(try await farm.run("unlock").output == "no lock is held\n")
        let lock = farm.url("private/nordwiki/lock_20260102")
        try Data("elsewhere.example.org 4711\n".utf8).write(to: lock)
        for words in [
            ["unlock", "nordwiki"], ["purge", "nordwiki", "20260102", "--force"], ["notice", "x", "nordwiki"],
            ["mark", "nordwiki", "good", "failed", "--dryrun"],
        ] {
            let refused = try await farm.run(words)
            #expect(refused.status == 11 && refused.error.contains("process 4711 on elsewhere.example.org"), "\(words)")
        }
        let far = try await farm.run("kill", "nordwiki")
        #expect(far.status == 2 && far.error.contains("cannot be stopped from here"), "\(far.error)")
        #expect(try await farm.run("unlock").output.contains("left the lock of nordwiki"))
        // A sign of life of long ago.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -10_000)], ofItemAtPath: lock.path)
        let told = try await change("unlock", "nordwiki")
        #expect(told.told.hasPrefix("removed the lock of nordwiki of 2026-01-02"))
        try Data("elsewhere.example.org 4711\n".utf8).write(to: lock)
        _ = try await change("unlock", "nordwiki", "--force")
    }

    @Test func aWorkingProcessIsStopped() async throws {
        try farm.setJobs("- {name: slow, title: Slow, outputs: [slow.txt], command: [/bin/sleep, '1000']}")
        let run = try farm.start("run", "nordwiki", "--date", "20260102", "--quiet", "--job", "slow")
        while !farm.names("private/nordwiki").contains("lock_20260102") {
            try await Task.sleep(for: .milliseconds(50))
        }
        while try await farm.run("kill", "nordwiki").output.hasPrefix("asked process") == false {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try await run.wait().status == 143)
        #expect(try await farm.run("kill", "--all").output == "no process works on any wiki\n")
    }
}
