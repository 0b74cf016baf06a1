import Foundation
import Testing

/// The units that start the loop and the monitor on a machine with systemd.
@Suite(.timeLimit(.minutes(10)))
struct SystemdTests {
    static let folder = DemoFarm.original.deletingLastPathComponent().appendingPathComponent("systemd")
    static let units = ["dumpctl.service", "dumpctl.timer", "dumpctl-monitor.service"]
    static let canVerify = (try? Tool.run(["systemd-analyze", "--version"]).status) == 0

    /// The values of a key in a unit.
    func values(_ key: String, of unit: String) throws -> [String] {
        try String(contentsOf: Self.folder.appendingPathComponent(unit), encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    @Test func everyUnitIsTested() throws {
        let found = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(found.sorted() == Self.units.sorted())
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
        func isAtWork() -> Bool {
            slow.names("private/boardwiki").contains { date in
                slow.names("private/boardwiki/\(date)").contains { $0.hasSuffix("-slow.txt.inprog") }
            }
        }
        while !isAtWork(), running.process.isRunning { try await Task.sleep(for: .seconds(0.02)) }
        // Only the process of the unit gets the signal, which is what KillMode=mixed says.
        #expect(try values("KillMode", of: "dumpctl.service") == ["mixed"])
        kill(running.process.processIdentifier, SIGTERM)
        let stopped = try await running.wait()
        let good = try values("SuccessExitStatus", of: "dumpctl.service").flatMap { $0.split(separator: " ") }
        #expect(good.contains(Substring(String(stopped.status))), "\(stopped.error)")
        #expect(slow.names("private/boardwiki").filter { $0.hasPrefix("lock") } == [])
    }
}
