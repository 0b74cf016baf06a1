import Foundation
import Testing

/// Nothing that a process started outlives it, however it dies.
@Suite(.timeLimit(.minutes(5)))
struct OrphanTests {
    /// A job whose command starts another process, in a session of its own, and both wait.
    private static let job =
        "- {name: slow, title: T, outputs: [slow.txt], command: [/bin/sh, -c, "
        + "'setsid sleep 300 & echo $! >grandchild; echo $$ >child; sleep 300']}"

    /// The numbers that the job wrote down, once both are there.
    private func processes(
        of farm: DemoFarm, _ wiki: String = "demowiki", while running: Dumpctl.Running
    ) async throws -> [pid_t] {
        // They are in the work folder of the run.
        func numbers() -> [pid_t] {
            let folder = farm.names("public/\(wiki)").first { $0.hasPrefix(".work-") } ?? ""
            return ["child", "grandchild"].compactMap { name in
                let text = try? farm.text("public/\(wiki)/\(folder)/\(name)")
                return text.flatMap { pid_t($0.trimmingCharacters(in: .newlines)) }
            }
        }
        while numbers().count < 2, running.process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
        return numbers()
    }

    private func isAlive(_ id: pid_t) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
        return !status.isEmpty && !status.contains(") Z ")
    }

    /// Whether all of them end within some seconds.
    private func end(_ ids: [pid_t]) async throws -> Bool {
        for _ in 0..<200 {
            if !ids.contains(where: isAlive) { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        for id in ids { kill(id, SIGKILL) }
        return false
    }

    @Test func aKilledRunTakesItsProcessesAlong() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        try farm.setJobs(Self.job)
        let running = try farm.start("run", "demowiki", "--date", "20260102", "--job", "slow")
        let ids = try await processes(of: farm, while: running)
        #expect(ids.count == 2 && ids.allSatisfy(isAlive))
        kill(running.process.processIdentifier, SIGKILL)
        let outcome = try await running.wait()
        #expect(outcome.signal == SIGKILL, "\(outcome)")
        #expect(try await end(ids))
    }

    @Test func aKilledLoopEndsItsRunAndThatTheRest() async throws {
        let farm = try DemoFarm(copies: ["slowwiki"])
        defer { farm.remove() }
        try farm.setJobs(Self.job)
        let running = try farm.start("run", "--loop", "--job", "slow", "--skipdone", "--quiet")
        let ids = try await processes(of: farm, "slowwiki", while: running)
        #expect(ids.count == 2 && ids.allSatisfy(isAlive))
        kill(running.process.processIdentifier, SIGKILL)
        _ = try await running.wait()
        #expect(try await end(ids))
        // The run was asked to end, and gave its lock back.
        for _ in 0..<100 where !farm.names("private/slowwiki").filter({ $0.hasPrefix("lock") }).isEmpty {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(farm.names("private/slowwiki").filter { $0.hasPrefix("lock") } == [])
    }
}
