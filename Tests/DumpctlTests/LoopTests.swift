import Foundation
import Testing

/// `dumpctl run --loop`, with real processes and real signals.
@Suite(.timeLimit(.minutes(10)))
final class LoopTests {
    let farm: DemoFarm

    init() throws { farm = try DemoFarm() }

    deinit { farm.remove() }

    func run(_ words: String) async throws -> Dumpctl.Outcome {
        try await farm.run(["run", "--loop"] + words.split(separator: " ").map(String.init))
    }

    func isComplete(_ wiki: String) -> Bool {
        let tree = wiki == "boardwiki" ? "private" : "public"
        let date = farm.names("\(tree)/\(wiki)").first { $0.hasPrefix("2") } ?? "none"
        let line = (try? farm.text("\(tree)/\(wiki)/\(date)/status.html")) ?? ""
        return line.contains(">Dump complete<") || line.contains(">Partial dump</span>: all jobs done")
    }

    func waitUntil(_ running: Dumpctl.Running, _ condition: () -> Bool) async throws {
        while !condition(), running.process.isRunning { try await Task.sleep(for: .seconds(0.02)) }
        #expect(condition(), "\((try? String(contentsOf: running.error, encoding: .utf8)) ?? "")")
    }

    @Test func onePassDumpsEveryWiki() async throws {
        let outcome = try await run("--onepass --json")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(DemoFarm.wikis.allSatisfy(isComplete))
        let runs = outcome.events.filter { $0["event"] as? String == "runEnded" }
        #expect(Set(runs.compactMap { $0["wiki"] as? String }) == Set(DemoFarm.wikis), "each child tells its events")
        #expect(outcome.error.contains("nothing is left to do"))
        #expect(try await run("--cutoff today --quiet").status == 0, "a cutoff has an end as well")
    }

    @Test func tooManyFailuresEndIt() async throws {
        for wiki in DemoFarm.wikis {
            try Data("no database".utf8).write(to: farm.url("wikis/\(wiki).sqlite"))
        }
        let outcome = try await run("--max-failures 1 --pause 1")
        #expect(outcome.status == 1, "\(outcome.error)")
        #expect(outcome.error.contains("2 dumps in a row failed, the last one: exit status 1"), "\(outcome.error)")
        // Where more may fail than there are wikis, the pass comes to its end, and says so all the same.
        let other = try await run("--maxfails 9 --sleep 1 --onepass")
        #expect(other.status == 1, "\(other.error)")
        #expect(other.error.contains("these wikis failed: boardwiki, demowiki, nordwiki"), "\(other.error)")
    }

    @Test func aDumpWithOmissionsIsNoFailure() async throws {
        for wiki in DemoFarm.wikis {
            try Tool.change(
                farm.url("wikis/\(wiki).sqlite"),
                "UPDATE logging SET log_actor = 99999 WHERE log_id = (SELECT min(log_id) FROM logging)")
        }
        let outcome = try await run("--max-failures 0 --onepass --json")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(DemoFarm.wikis.allSatisfy(isComplete))
        let last = outcome.error.split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("dumpctl: damaged items are missing from the dumps of boardwiki (1 item), "), "\(last)")
        let missing = outcome.events.filter { $0["event"] as? String == "runEnded" }.map { $0["missing"] as? Int }
        #expect(missing == [1, 1, 1])
    }

    @Test func aNamedWikiIsDumpedOnce() async throws {
        let outcome = try await run("nordwiki --quiet")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(isComplete("nordwiki") && !isComplete("demowiki"))
    }

    @Test func theOptionsOfARunReachEachDump() async throws {
        let outcome = try await run(
            "--onepass --date 20260102 --job xmlpagelogsdump,pagetitlesdump --restartfrom --skipdone --cleanup "
                + "--skipjobs metahistorybz2dump --json")
        #expect(outcome.status == 2 && outcome.error.contains("--restartfrom"), "\(outcome.error)")
        let sensible = try await run(
            "--onepass --date 20260102 --job xmlpagelogsdump,pagetitlesdump --skipdone --cleanup --json")
        #expect(sensible.status == 0, "\(sensible.error)")
        for wiki in DemoFarm.wikis {
            let tree = wiki == "boardwiki" ? "private" : "public"
            let done = try farm.statuses("\(tree)/\(wiki)/20260102").filter { $0.value == "done" }
            #expect(Set(done.keys) == ["xmlpagelogsdump", "pagetitlesdump"], "\(wiki)")
        }
    }

    @Test func aLoopCanRestartFromAJob() async throws {
        let outcome = try await run("--job metacurrentdump --restartfrom --cutoff today --json")
        #expect(outcome.status == 0, "\(outcome.error)")
        let runs = outcome.events.filter { $0["event"] as? String == "runStarted" }
        #expect(runs.count == DemoFarm.wikis.count, "each wiki is dumped once: \(outcome.error)")
        for wiki in DemoFarm.wikis {
            let tree = wiki == "boardwiki" ? "private" : "public"
            let date = try #require(farm.names("\(tree)/\(wiki)").first { $0.hasPrefix("2") })
            let done = try farm.statuses("\(tree)/\(wiki)/\(date)").filter { $0.value == "done" }
            let later = ["metacurrentdump", "xmlpagelogsdump", "metahistorybz2dump", "articlesmultistreamdump"]
            #expect(Set(done.keys) == Set(later), "\(wiki)")
        }
    }

    @Test(arguments: [(SIGTERM, Int32(143)), (SIGINT, Int32(130))])
    func signalsStopTheDumpAndTheLoop(signal: Int32, status: Int32) async throws {
        try farm.setJobs("- {name: slow, title: T, command: [/bin/sleep, '600'], outputs: [slow.txt]}")
        let running = try farm.start("run", "--loop", "--onepass", "--date", "20260102")
        try await waitUntil(running) { farm.isWriting("boardwiki-20260102-slow.txt") }
        kill(running.process.processIdentifier, signal)
        let outcome = try await running.wait()
        #expect(outcome.status == status, "\(outcome.error)")
        #expect(
            outcome.error.contains(
                "resume with: dumpctl run --configfile wikidump.conf --date 20260102 --loop --onepass"),
            "\(outcome.error)")
        #expect(!outcome.error.contains("at once"), "nothing had to be cut off")
        #expect(farm.names("private/boardwiki").filter { $0.hasPrefix("lock") } == [])
        #expect(try farm.statuses("private/boardwiki/20260102")["slow"] == "waiting")
        // Those that watch over the end of a process end a moment after it.
        var left = ""
        for _ in 0..<500 where left != "0" {
            left = try Tool.run([
                "sh", "-c",
                "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c '^HOME=\(farm.folder.path)$'",
            ]).text.trimmingCharacters(in: .whitespacesAndNewlines)
            if left != "0" { try await Task.sleep(for: .milliseconds(20)) }
        }
        #expect(left == "0", "a process is left")
        try farm.setJobs("- {name: slow, title: T, command: [/bin/echo, '600'], outputs: [slow.txt]}")
        #expect(try await run("--onepass --date 20260102 --quiet").status == 0)
        #expect(isComplete("boardwiki"))
    }

    @Test func filesOfTheOperatorHoldItUpAndEndIt() async throws {
        try FileManager.default.createDirectory(at: farm.url("private"), withIntermediateDirectories: true)
        try Data().write(to: farm.url("private/maintenance.txt"))
        let held = try farm.start("run", "--loop", "--onepass")
        try await waitUntil(held) {
            (try? String(contentsOf: held.error, encoding: .utf8))?.contains("waiting until") == true
        }
        #expect(farm.names("private") == ["maintenance.txt"])
        // A run by itself does not wait.
        let single = try await farm.run("run", "nordwiki")
        #expect(single.status == 75)
        #expect(single.error.contains("maintenance.txt exists") && single.error.contains("run again"))
        #expect(farm.names("private") == ["maintenance.txt"], "nothing was made")
        try FileManager.default.removeItem(at: farm.url("private/maintenance.txt"))
        #expect(try await held.wait().status == 0)
        #expect(DemoFarm.wikis.allSatisfy(isComplete))

        let idle = try farm.start("run", "--loop", "--sleep", "600")
        try await Task.sleep(for: .seconds(0.5))
        try Data().write(to: farm.url("private/exit.txt"))
        let outcome = try await idle.wait()
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.error.contains("exit.txt is there"))
    }

    @Test func maintenanceStopsADumpBeforeItsNextJob() async throws {
        let folder = farm.url("stop").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let script =
            "import sys; open(sys.argv[1] + '/maintenance.txt', 'w').close(); open(sys.argv[2], 'w').write('x')"
        try Data(script.utf8).write(to: farm.url("stop.py"))
        try farm.setJobs(
            "- {name: one, title: T, command: [/usr/bin/python3, \(farm.url("stop.py").path), \(folder), '{output}'], "
                + "outputs: [one.txt]}\n"
                + "  - {name: two, title: T, command: [/bin/echo], outputs: [two.txt]}")
        let words = ["run", "nordwiki", "--date", "20260102", "--job", "one,two", "--basedir", folder]
        let stopped = try await farm.run(words)
        #expect(stopped.status == 75, "\(stopped.error)")
        #expect(stopped.error.contains("job two of nordwiki does not start"), "\(stopped.error)")
        let found = try farm.statuses("public/nordwiki/20260102")
        #expect(found["one"] == "done" && found["two"] == "waiting")
        #expect(farm.names("private/nordwiki").filter { $0.hasPrefix("lock") } == [])
        try FileManager.default.removeItem(atPath: folder + "/maintenance.txt")
        #expect(try await farm.run(words + ["--skipdone"]).status == 0)
    }

    /// A job of the first wiki puts another program and another configuration in place.
    @Test func eachDumpIsMadeByTheNewestProgramAndConfiguration() async throws {
        try FileManager.default.createDirectory(at: farm.url("bin"), withIntermediateDirectories: true)
        let program = farm.url("bin/dumpctl")
        try FileManager.default.createSymbolicLink(at: program, withDestinationURL: Dumpctl.binary)
        let script = """
            import os, sys
            folder, output = sys.argv[1:]
            with open(folder + '/bin/new', 'w') as f:
                f.write('#!/bin/sh\\necho new >> ' + folder + '/bin/used\\nexec \(Dumpctl.binary.path) "$@"\\n')
            os.chmod(folder + '/bin/new', 0o755)
            os.rename(folder + '/bin/new', folder + '/bin/dumpctl')
            with open(folder + '/jobs.yaml', 'w') as f:
                f.write("jobs:\\n  - {name: later, title: T, command: [/bin/echo], outputs: [later.txt]}\\n")
            open(output, 'w').write('x')
            """
        try Data(script.utf8).write(to: farm.url("change.py"))
        try farm.setJobs(
            "- {name: change, title: T, command: [/usr/bin/python3, \(farm.url("change.py").path), \(farm.folder.path), "
                + "'{output}'], outputs: [change.txt]}")
        let outcome = try await Dumpctl.start(
            ["run", "--loop", "--onepass", "--date", "20260102", "--configfile", "wikidump.conf"], in: farm.folder,
            program: program
        ).wait()
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(try farm.text("bin/used") == "new\nnew\nnew\n", "two dumps, and the look that finds nothing left")
        #expect(try farm.statuses("private/boardwiki/20260102")["change"] == "done")
        for wiki in ["demowiki", "nordwiki"] {
            let found = try farm.statuses("public/\(wiki)/20260102")
            #expect(found["later"] == "done" && found["change"] == nil, "\(wiki)")
        }
    }

    @Test func aKilledDumpIsGoneOnWith() async throws {
        // The first one would outlive the dump that it kills, and write while the second is at work.
        let script = """
            import os, signal, sys, time
            folder, output = sys.argv[1:]
            def mark(name): open(f'{folder}/{name}', 'w').close()
            def wait(name):
                end = time.monotonic() + 120
                while not os.path.exists(f'{folder}/{name}') and time.monotonic() < end: time.sleep(0.01)
            if not os.path.exists(f'{folder}/died'):
                mark('died')
                os.kill(os.getppid(), signal.SIGKILL)
                wait('second')
                open(output, 'w').write('stale')
                mark('stale')
            else:
                open(output, 'w').write('good')
                mark('second')
                time.sleep(0.3)
            """
        try Data(script.utf8).write(to: farm.url("die.py"))
        try farm.setJobs(
            "- {name: die, title: T, command: [/usr/bin/python3, \(farm.url("die.py").path), \(farm.folder.path), "
                + "'{output}'], outputs: [die.txt]}")
        let outcome = try await run("nordwiki --date 20260102 --pause 1")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.error.contains("a dump failed, 1 in a row: signal 9"), "\(outcome.error)")
        #expect(isComplete("nordwiki"))
        #expect(!farm.names("").contains("stale"), "the first one has ended with its dump")
        #expect(try farm.text("public/nordwiki/20260102/nordwiki-20260102-die.txt") == "good")
        // What it left is removed by the next run of the wiki.
        #expect(try await run("nordwiki --date 20260103 --quiet").status == 0)
        #expect(farm.names("public/nordwiki/20260102").filter { $0.hasSuffix(".inprog") } == [])
    }

    @Test(arguments: [
        ("nordwiki --onepass", "needs --loop"), ("--maxfails 2", "needs --loop"), ("--sleep 5", "needs --loop"),
        ("--loop --sleep 0", "from 1"), ("--loop --maxfails -1", "maxfails"),
        ("--loop --job articlesdump", "over and over"), ("--loop --job noop", "over and over"),
        ("--loop nosuchwiki", "nosuchwiki"), ("--loop --restartfrom", "--restartfrom"),
    ])
    func whatCannotWorkIsRefused(words: String, part: String) async throws {
        let outcome = try await farm.run(["run"] + words.split(separator: " ").map(String.init))
        #expect(outcome.status == 2, "\(outcome.error)")
        #expect(outcome.error.hasPrefix("dumpctl: ") && outcome.error.contains(part), "\(outcome.error)")
        #expect(farm.names("public") + farm.names("private") == [])
    }
}
