import Foundation
import Testing

/// The units that start the loop and the monitor on a machine with systemd.
@Suite(.timeLimit(.minutes(10)))
struct SystemdTests {
    static let folder = DemoFarm.original.deletingLastPathComponent().appendingPathComponent("systemd")
    static let units = ["dumpctl.service", "dumpctl.timer", "dumpctl-monitor.service"]
    static let canVerify = (try? Tool.run(["systemd-analyze", "--version"]).status) == 0

    static let canMakeUsers =
        getuid() == 0 && (try? Tool.run(["systemd-sysusers", "--version"]).status) == 0
        && (try? Tool.run(["systemd-tmpfiles", "--version"]).status) == 0

    /// The values of a key in a unit.
    func values(_ key: String, of unit: String) throws -> [String] {
        try String(contentsOf: Self.folder.appendingPathComponent(unit), encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    @Test func everyUnitIsTested() throws {
        let found = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(found.sorted() == (Self.units + ["dumpctl.sysusers", "dumpctl.tmpfiles"]).sorted())
    }

    /// The words of each line of a file that is no comment.
    private func lines(_ name: String) throws -> [[String]] {
        try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ").map(String.init) }
    }

    /// The README, the units and what makes the user and the folders speak of the same.
    @Test func everythingNamesTheSameUserAndFolders() throws {
        let user = try #require(try lines("dumpctl.sysusers").first)
        #expect(user[0] == "u")
        let services = ["dumpctl.service", "dumpctl-monitor.service"]
        for unit in services { #expect(try values("User", of: unit) == [user[1]], "\(unit)") }

        let readme = try String(
            contentsOf: DemoFarm.original.deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("README.md"), encoding: .utf8)
        var trees: [String: String] = [:]
        for line in readme.split(separator: "\n").map({ $0.drop { $0 == " " } }) {
            for name in ["public", "private", "temp"] where line.hasPrefix("\(name)=/") {
                trees[name] = String(line.dropFirst(name.count + 1))
            }
        }
        try #require(trees.count == 3)
        var folders: [String: [String]] = [:]
        for line in try lines("dumpctl.tmpfiles") where line[0] == "d" { folders[line[1]] = Array(line.dropFirst(2)) }
        for (name, path) in trees {
            #expect(folders[path] == [name == "public" ? "0755" : "0750", user[1], user[1]], "\(name)")
            for unit in services {
                let writable = try values("ReadWritePaths", of: unit).map { String($0.drop { $0 == "-" }) }
                #expect(writable.contains { path.hasPrefix($0 + "/") }, "\(unit) may not write into \(path)")
            }
        }
    }

    @Test(.enabled(if: canMakeUsers)) func theUserAndTheFoldersAreMade() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("root-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: root.appendingPathComponent("etc"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        for (program, file) in [
            (["systemd-sysusers"], "dumpctl.sysusers"), (["systemd-tmpfiles", "--create"], "dumpctl.tmpfiles"),
        ] {
            let outcome = try Tool.run(
                program + ["--root=\(root.path)", Self.folder.appendingPathComponent(file).path])
            #expect(outcome.status == 0, "\(outcome.text)")
        }
        let users = try String(contentsOf: root.appendingPathComponent("etc/passwd"), encoding: .utf8)
        #expect(users.contains("dumps:") && users.contains(":/srv/dumps:"))
        for (name, mode) in ["": 0o755, "/public": 0o755, "/private": 0o750, "/temp": 0o750] {
            let folder = root.appendingPathComponent("srv/dumps\(name)").path
            let found = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
            #expect(found == mode, "\(folder)")
        }
    }

    @Test(.enabled(if: canVerify)) func systemdUnderstandsThem() throws {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("units-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: copy) }
        for unit in Self.units {
            let text = try String(contentsOf: Self.folder.appendingPathComponent(unit), encoding: .utf8)
            try text.replacing("/usr/local/bin/dumpctl", with: Dumpctl.binary.path).write(
                to: copy.appendingPathComponent(unit), atomically: true, encoding: .utf8)
        }
        for unit in Self.units {
            let outcome = try Tool.run(
                [
                    "systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
                    copy.appendingPathComponent(unit).path,
                ])
            // What it does not know it tells, and ends well all the same.
            let lines = outcome.text.split(separator: "\n").filter { $0.contains(copy.path) || $0.contains(unit) }
            #expect(outcome.status == 0 && lines == [], "\(outcome.text)")
        }
    }

    /// What the unit starts is started here, and stopped as systemd does.
    @Test func theServiceDumpsTheFarmAndStopsCleanly() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let words = try #require(try values("ExecStart", of: "dumpctl.service").first).split(separator: " ").map(
            String.init)
        #expect(words.first == "/usr/local/bin/dumpctl")
        let arguments = Array(words.dropFirst()) + ["--configfile", "wikidump.conf"]
        let outcome = try await Dumpctl.run(arguments, in: farm.folder)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(farm.names("public/demowiki").contains { $0.hasPrefix("2") })

        let slow = try DemoFarm()
        defer { slow.remove() }
        try slow.setJobs("- {name: slow, title: T, command: [/bin/sleep, '600'], outputs: [slow.txt]}")
        let running = try Dumpctl.start(arguments, in: slow.folder)
        while !slow.isWriting("-slow.txt"), running.process.isRunning { try await Task.sleep(for: .seconds(0.02)) }
        // Only the process of the unit gets the signal, which is what KillMode=mixed says.
        #expect(try values("KillMode", of: "dumpctl.service") == ["mixed"])
        kill(running.process.processIdentifier, SIGTERM)
        let stopped = try await running.wait()
        let good = try values("SuccessExitStatus", of: "dumpctl.service").flatMap { $0.split(separator: " ") }
        #expect(good.contains(Substring(String(stopped.status))), "\(stopped.error)")
        #expect(slow.names("private/boardwiki").filter { $0.hasPrefix("lock") } == [])
    }
}
