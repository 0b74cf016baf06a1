import Foundation
import Testing

/// `dumpctl status` and `dumpctl why`, on farms in every state.
@Suite(.timeLimit(.minutes(10))) struct StatusTests {
    private struct Farm: Decodable {
        let schema: Int
        let wikis: [Wiki]
        var pause: Pause?

        struct Pause: Decodable { let kind: String }
    }

    private struct Wiki: Decodable {
        let wiki: String
        let state: String
        var date: String?
        var complete: Complete?
        let failures: [Failure]
        var late: Bool?
        var lock: Holder?
        var place: Int?
        var problem: String?
        let missingItems: Int
        let lackingJobs: [String]
        var explanation: String?
        var command: String?

        struct Complete: Decodable {
            let date: String
            let bytes: Int
            let milliseconds: Int
        }
        struct Failure: Decodable {
            var job: String?
            let reason: String
        }
        struct Holder: Decodable {
            let process: Int32
            let stale: Bool
        }
    }

    private func look(_ farm: DemoFarm, _ options: String...) async throws -> (
        wikis: [Wiki], status: Int32, pause: String?
    ) {
        let outcome = try await farm.run(["status", "--json"] + options)
        let found = try JSONDecoder().decode(Farm.self, from: Data(outcome.output.utf8))
        #expect(found.schema == 1)
        return (found.wikis, outcome.status, found.pause?.kind)
    }

    private func why(_ farm: DemoFarm, _ wiki: String) async throws -> (Wiki, String) {
        let outcome = try await farm.run("why", wiki, "--json")
        #expect(outcome.status == 0, "\(outcome.error)")
        let told = try await farm.run("why", wiki)
        return (try JSONDecoder().decode(Wiki.self, from: Data(outcome.output.utf8)), told.output)
    }

    @Test func aFarmThatWasNeverDumped() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let (wikis, status, _) = try await look(farm)
        #expect(status == 0)
        #expect(wikis.map(\.wiki) == DemoFarm.wikis)
        #expect(wikis.allSatisfy { $0.state == "never" && $0.complete == nil })
        #expect(wikis.map(\.place) == [1, 2, 3])
        let (told, text) = try await why(farm, "nordwiki")
        #expect(
            told.explanation?.contains("has not yet been dumped. 2 other wikis come before it in the queue.") == true)
        #expect(text.contains("\n  dumpctl run nordwiki --date "))
        // A first dump is late, whatever the age.
        #expect(try await look(farm, "--max-age", "1000d").status == 1)
        // Looking made nothing.
        #expect(farm.names("private") == [] && farm.names("public") == [])
    }

    @Test func completeAndLate() async throws {
        let farm = try await DemoFarm(dumped: ())
        defer { farm.remove() }
        let (wikis, status, _) = try await look(farm, "nordwiki", "--max-age", "1d")
        let wiki = try #require(wikis.first)
        #expect(status == 0 && wiki.state == "complete" && wiki.late == false)
        let complete = try #require(wiki.complete)
        #expect(complete.date == "20260102" && complete.milliseconds > 0)
        // The sum of what the run page offers.
        let run = try farm.text("public/nordwiki/20260102/dumpstatus.json")
        let sizes = run.matches(of: /"size": (\d+)/).compactMap { Int($0.output.1) }
        #expect(complete.bytes == sizes.reduce(0, +) && complete.bytes > 0)

        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -200_000)],
            ofItemAtPath: farm.url("public/nordwiki/20260102/status.html").path)
        let late = try await farm.run("status", "nordwiki", "--max-age", "2d")
        #expect(late.status == 1)
        #expect(late.output.contains("2 days 7 h"))
        #expect(late.output.contains("1 late"))
        #expect(try await look(farm, "nordwiki", "--max-age", "3d").status == 0)
        #expect(try await look(farm, "--late", "--max-age", "3d").wikis.map(\.wiki) == ["boardwiki", "demowiki"])
    }

    @Test func aRefusedRunAndAFailedJob() async throws {
        let farm = try await DemoFarm(dumped: ())
        defer { farm.remove() }
        try FileManager.default.removeItem(at: farm.url("wikis/demowiki.sqlite"))
        #expect(try await farm.run("run", "demowiki", "--quiet").status != 0)
        let command = "[/bin/sh, -c, \"echo the disk is on fire >&2; exit 3\"]"
        try farm.setJobs("- {name: mine, title: Mine, outputs: [mine.txt], command: \(command)}")
        #expect(try await farm.run("run", "nordwiki", "--date", "20260103", "--quiet", "--job", "mine").status == 1)

        let (wikis, _, _) = try await look(farm, "--failed")
        #expect(wikis.map(\.wiki) == ["demowiki", "nordwiki"])
        let refused = try #require(wikis.first)
        #expect(refused.failures.first?.job == nil)
        #expect(refused.failures.first?.reason.contains("demowiki.sqlite") == true)
        let failed = try #require(wikis.last)
        #expect(failed.date == "20260103" && failed.complete?.date == "20260102")
        #expect(failed.failures.map(\.job) == ["mine"])
        let (told, text) = try await why(farm, "nordwiki")
        #expect(
            told.explanation?.contains("with 1 failed job. mine failed: /bin/sh ") == true, "\(told.explanation ?? "")")
        #expect(told.explanation?.contains("the disk is on fire") == true, "\(told.explanation ?? "")")
        #expect(told.explanation?.contains("Its newest complete run is that of 2026-01-02") == true)
        #expect(text.contains("\n  dumpctl run nordwiki --date 20260103 --configfile wikidump.conf\n"))
    }

    @Test func aWorkerAtWorkAndADeadOne() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        // A job that waits, so that the worker is at work whenever this process gets to look.
        let go = farm.url("go")
        let command = "[/bin/sh, -c, \"until [ -e '\(go.path)' ]; do sleep 0.1; done; echo waited\"]"
        try farm.setJobs("- {name: wait, title: Wait, outputs: [waited.txt], command: \(command)}")
        let worker = try farm.start("run", "demowiki", "--date", "20260102")
        while !farm.names("private/demowiki").contains(where: { $0.hasPrefix("lock_") }), worker.process.isRunning {
            usleep(1000)
        }
        worker.pause()
        let id = worker.process.processIdentifier
        let (wikis, _, _) = try await look(farm)
        let running = try #require(wikis.first { $0.wiki == "demowiki" })
        #expect(running.state == "running" && running.lock?.process == id && running.lock?.stale == false)
        #expect(running.place == nil)
        #expect(wikis.filter { $0.wiki != "demowiki" }.map(\.place) == [1, 2])
        let (told, _) = try await why(farm, "demowiki")
        #expect(told.explanation?.contains("Its lock is held by process \(id) on ") == true)
        #expect(told.command == nil)

        kill(id, SIGKILL)
        _ = try await worker.wait()
        let (dead, _, _) = try await look(farm, "demowiki")
        #expect(dead.first?.lock?.stale == true)
        #expect(["interrupted", "never"].contains(dead.first?.state))
        #expect(try await why(farm, "demowiki").0.explanation?.contains("which is dead") == true)
        try Data().write(to: go)
        #expect(try await farm.run("run", "demowiki", "--date", "20260102", "--quiet").status == 0)
        #expect(try await look(farm, "demowiki").wikis.first?.state == "complete")
    }

    @Test func missingItemsAreNoCompleteRun() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let remove = """
            DELETE FROM text WHERE old_id = (SELECT CAST(substr(content_address, 4) AS INTEGER) FROM content
            JOIN slots ON slot_content_id = content_id JOIN page ON page_latest = slot_revision_id LIMIT 1);
            """
        #expect(try Tool.run(["sqlite3", farm.url("wikis/nordwiki.sqlite").path, remove]).status == 0)
        #expect(try await farm.run("run", "nordwiki", "--date", "20260102", "--quiet").status == 5)
        let (wiki, text) = try await why(farm, "nordwiki")
        #expect(wiki.state == "lacking" && wiki.missingItems == 1, "\(wiki)")
        #expect(wiki.lackingJobs.contains("articlesdump"))
        #expect(
            wiki.explanation?.contains("but 1 item that is damaged in the wiki is missing") == true,
            "\(wiki.explanation ?? "")")
        #expect(text.contains("When the wiki is repaired, type:\n  dumpctl run nordwiki --date 20260102 --job "))
    }

    @Test func whatCannotBeReadIsTold() async throws {
        let farm = try await DemoFarm(dumped: ())
        defer { farm.remove() }
        try Data().write(to: farm.url("private/demowiki"))
        let (wikis, status, _) = try await look(farm)
        #expect(status == 0)
        #expect(wikis.first?.wiki == "demowiki" && wikis.first?.state == "unreadable")
        #expect(wikis.first?.problem?.contains("private/demowiki") == true, "\(wikis)")
        #expect(wikis.last?.state == "complete")
    }

    @Test func pausesAreTold() async throws {
        let farm = try await DemoFarm(dumped: ())
        defer { farm.remove() }
        try Data().write(to: farm.url("private/maintenance.txt"))
        #expect(try await look(farm).pause == "maintenance")
        #expect(try await why(farm, "demowiki").0.explanation?.contains("maintenance.txt exists") == true)
        #expect(try await farm.run("status").output.hasSuffix("private/maintenance.txt exists.\n"))
    }

    @Test(arguments: [
        (["status", "wikki"], "there is no wiki “wikki”"), (["why", "nordwikii"], "did you mean nordwiki?"),
        (["status", "--late"], "--late needs --max-age"), (["status", "--max-age", "3 parsecs"], "3 parsecs"),
        (["status", "--watch", "--json"], "--watch is for people"),
    ])
    func slips(arguments: [String], part: String) async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let outcome = try await farm.run(arguments)
        #expect(outcome.status == 2)
        #expect(outcome.error.contains(part), "\(outcome.error)")
    }
}
