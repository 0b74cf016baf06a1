import Foundation
import Testing

/// What an operator types: locks, runs, maintenance, and words that are misspelt.
@Suite(.timeLimit(.minutes(10)))
struct OperatorTests {
    private static let date = "20260102"

    /// A farm and a worker that is at work until the file `go` exists.
    private static func atWork() throws -> (DemoFarm, Dumpctl.Running) {
        let farm = try DemoFarm()
        let command = "[/bin/sh, -c, \"until [ -e '\(farm.url("go").path)' ]; do sleep 0.1; done; echo > waited.txt\"]"
        try farm.setJobs("- {name: wait, title: Wait, outputs: [waited.txt], command: \(command)}")
        let worker = try farm.start("run", "demowiki", "--date", date, "--job", "wait")
        while !farm.names("private/demowiki").contains(where: { $0.hasPrefix("lock_") }), worker.process.isRunning {
            usleep(1000)
        }
        return (farm, worker)
    }

    private static func isLocked(_ farm: DemoFarm) -> Bool {
        farm.names("private/demowiki").contains { $0.hasPrefix("lock_") }
    }

    @Test func aLockOfTheDead() async throws {
        let (farm, worker) = try Self.atWork()
        defer { farm.remove() }
        let refused = try await farm.run("unlock", "demowiki")
        #expect(refused.status == 11 && refused.error.contains("is locked by process"), "\(refused.error)")
        let planned = try await farm.run("unlock", "demowiki", "--dryrun")
        #expect(planned.output.hasPrefix("would refuse the lock of demowiki of 2026-01-02"), "\(planned.output)")
        kill(worker.process.processIdentifier, SIGKILL)
        _ = try await worker.wait()
        #expect(Self.isLocked(farm))
        let json = try await farm.run("unlock", "demowiki", "--dryrun", "--json")
        #expect(json.events.first?["stale"] as? Bool == true && Self.isLocked(farm))
        let removed = try await farm.run("unlock", "demowiki")
        #expect(removed.status == 0 && removed.output.contains(", which is dead\n"), "\(removed.error)")
        #expect(!Self.isLocked(farm))
        #expect(try await farm.run("unlock", "demowiki").status == 10)
        let wrong = try await farm.run("unlock", "demowikki")
        #expect(wrong.status == 2 && wrong.error.contains("did you mean demowiki?"), "\(wrong.error)")
    }

    /// A worker whose lock was taken by force publishes nothing from then on.
    @Test func aLockOfTheLiving() async throws {
        let (farm, worker) = try Self.atWork()
        defer { farm.remove() }
        let removed = try await farm.run("unlock", "demowiki", "--force")
        #expect(removed.status == 0, "\(removed.error)")
        try Data().write(to: farm.url("go"))
        let outcome = try await worker.wait()
        #expect(outcome.status == 75, "\(outcome.error)")
        #expect(!farm.names("public/demowiki/\(Self.date)").contains("waited.txt"))
    }

    @Test func aRunIsRemoved() async throws {
        let farm = try await DemoFarm(dumped: ())
        defer { farm.remove() }
        let planned = try await farm.run("purge", "nordwiki", "2026-01-02", "--dry-run")
        #expect(planned.output == "would remove the run of nordwiki of 2026-01-02\n")
        #expect(farm.names("public/nordwiki").contains(Self.date))
        let unknown = try await farm.run("purge", "nordwiki", "20260103")
        #expect(unknown.status == 2 && unknown.error.contains("it has 20260102"), "\(unknown.error)")
        #expect(try await farm.run("purge", "nordwiki", "tomorrow").status == 2)
        let done = try await farm.run("purge", "nordwiki", Self.date, "--json")
        #expect(done.status == 0 && done.events.first?["action"] as? String == "removed", "\(done.error)")
        #expect(!farm.names("public/nordwiki").contains(Self.date))
        #expect(!farm.names("private/nordwiki").contains(Self.date))
        #expect(farm.names("public/nordwiki/latest").allSatisfy { !$0.hasSuffix(".bz2") })
    }

    @Test func workersAreStopped() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        #expect(try await farm.run("maintenance", "--end").status == 10)
        #expect(try await farm.run("maintenance", "a new disk", "--dryrun").status == 0)
        #expect(!farm.names("private").contains("maintenance.txt"))
        #expect(try await farm.run("maintenance", "a new disk").status == 0)
        #expect(try farm.text("private/maintenance.txt") == "a new disk\n")
        let run = try await farm.run("run", "demowiki")
        #expect(run.status == 75 && run.error.contains("maintenance"), "\(run.error)")
        #expect(try await farm.run("maintenance", "--end").output.hasPrefix("ended maintenance: "))
        #expect(try await farm.run("exit", "--json").events.first?["stop"] as? String == "exit")
        #expect(farm.names("private").contains("exit.txt"))
        #expect(try await farm.run("exit", "--end").status == 0)
        #expect(!farm.names("private").contains("exit.txt"))
        let mail = try await farm.run("mail", "--test")
        #expect(mail.status == 10 && mail.error.contains("nobody gets mail"))
    }

    @Test(arguments: [
        ("rnu", "there is no command “dumpctl rnu” (did you mean run?)"),
        ("help statsu", "there is no command “dumpctl statsu” (did you mean status?)"),
        ("compat instal", "there is no command “dumpctl compat instal” (did you mean install?)"),
        ("nonsense", "there is no command “dumpctl nonsense” (`dumpctl --help` lists them)"),
        ("locate-page --titel x", "there is no option --titel for “dumpctl locate-page” (did you mean --title?)"),
        ("run --nosuchthing=3", "there is no option --nosuchthing for “dumpctl run” (`dumpctl run --help` lists them)"),
    ]) func misspeltWords(words: String, message: String) async throws {
        let folder = FileManager.default.temporaryDirectory
        let outcome = try await Dumpctl.run(words.split(separator: " ").map(String.init), in: folder)
        #expect(outcome.status == 2 && outcome.error == "dumpctl: \(message)\n", "\(outcome.error)")
    }

    @Test func whereAConfigurationIsFound() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let near = try await Dumpctl.run(["status", "--json"], in: farm.folder)
        #expect(near.status == 0, "\(near.error)")
        let file = farm.url("wikidump.conf").path
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
        let open = try await Dumpctl.run(["status", "--json"], in: farm.folder)
        #expect(open.status == 2 && open.error.contains("could be changed by others"), "\(open.error)")
        #expect(try await farm.run("status", "--json").status == 0, "it was named")
        let empty = farm.url("empty")
        try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
        let none = try await Dumpctl.run(["status"], in: empty)
        #expect(none.status == 2 && none.error.contains("/etc/wikidump.conf"), "\(none.error)")
        #expect(none.error.contains("\(empty.lastPathComponent)/wikidump.conf"), "\(none.error)")
        let named = try await Dumpctl.run(["status", "--json"], in: empty, environment: ["DUMPCTL_CONFIG": file])
        #expect(named.status == 0, "\(named.error)")
    }
}
