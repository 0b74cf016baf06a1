import Synchronization
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// When a loop goes on, and when it ends.
@Suite(.timeLimit(.minutes(5))) final class DumpLoopTests {
    private let farm: TemporaryFarm
    private let files: StopFiles

    init() throws {
        farm = try TemporaryFarm()
        files = StopFiles(in: farm.root)
    }

    /// Attempts that end as they were told; whoever asks for more is told that nothing is left.
    private final class Script: Sendable {
        let left: Mutex<[DumpLoop.Attempt]>
        let count = Mutex(0)

        init(_ attempts: [DumpLoop.Attempt]) { left = Mutex(attempts) }

        func next() -> DumpLoop.Attempt {
            count.withLock { $0 += 1 }
            return left.withLock { $0.isEmpty ? .nothingToDo : $0.removeFirst() }
        }
    }

    private func loop(
        _ attempts: [DumpLoop.Attempt], failures: Int = 3, pause: Duration = .milliseconds(1),
        endsWhenDone: Bool = true,
        endsWithDump: Bool = false
    ) -> (DumpLoop, Script) {
        let script = Script(attempts)
        let limits = DumpLoop.Limits(
            failures: failures, pause: pause, endsWhenDone: endsWhenDone, endsWithDump: endsWithDump)
        return (DumpLoop(limits, files: files, logger: LogCapture().logger) { script.next() }, script)
    }

    @Test func dumpsFollowEachOtherWithoutAPause() async throws {
        // A pause would outlast the time limit of the test.
        let (loop, script) = loop(Array(repeating: .done, count: 1000), pause: .seconds(86_400))
        #expect(try await loop.run() == .nothingLeft)
        #expect(script.count.withLock { $0 } == 1001)
    }

    @Test func onlyFailuresInARowCount() async throws {
        let bad = DumpLoop.Attempt.failed("exit status 1")
        let (patient, script) = loop([bad, bad, .done, bad, bad, .lockHeld], failures: 2)
        #expect(try await patient.run() == .nothingLeft)
        #expect(script.count.withLock { $0 } == 6)
        let (other, tries) = loop([bad, bad, .stopped, bad, .done], failures: 2)
        let error = await dumpError { _ = try await other.run() }
        #expect(error?.code == .jobFailed)
        #expect(error?.message.contains("3 dumps in a row failed, the last one: exit status 1") == true)
        #expect(tries.count.withLock { $0 } == 4)
    }

    @Test func withoutAnEndItWaitsAndLooksAgain() async throws {
        let (loop, script) = loop([.nothingToDo, .lockHeld, .nothingToDo], endsWhenDone: false)
        let task = Task { try await loop.run() }
        while script.count.withLock({ $0 }) < 5 { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        let error = await dumpError { _ = try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test func aPassWaitsForWikisThatAreTriedAgain() async throws {
        let bad = DumpLoop.Attempt.failed("exit status 1")
        let (loop, script) = loop([.done, bad, .waiting, .waiting, bad, .waiting, .done], failures: 1)
        #expect(try await loop.run() == .nothingLeft)
        #expect(script.count.withLock { $0 } == 8)
    }

    @Test func oneDumpIsEnough() async throws {
        let (loop, script) = loop([.failed("x"), .done, .done], endsWithDump: true)
        #expect(try await loop.run() == .dumped)
        #expect(script.count.withLock { $0 } == 2)
    }

    @Test func theExitFileEndsIt() async throws {
        let (idle, script) = loop([], pause: .seconds(86_400), endsWhenDone: false)
        let task = Task { try await idle.run() }
        while script.count.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(1)) }
        try fileSystem.write([], to: files.exit)
        #expect(try await task.value == .exitFile)
        let (other, none) = loop([.done])
        #expect(try await other.run() == .exitFile)
        #expect(none.count.withLock { $0 } == 0)
    }

    @Test func maintenanceHoldsItUp() async throws {
        try fileSystem.write([], to: files.maintenance)
        let (loop, script) = loop([.done])
        let task = Task { try await loop.run() }
        try await Task.sleep(for: .milliseconds(50))
        #expect(script.count.withLock { $0 } == 0)
        try fileSystem.remove(files.maintenance)
        #expect(try await task.value == .nothingLeft)
    }
}

/// Finding the program of this process again.
@Suite struct ChildProgramTests {
    @Test func aPathIsLookedUpEachTime() throws {
        let farm = try TemporaryFarm()
        let path = farm.root.appending("tool")
        try fileSystem.write(Array("1".utf8), to: path, permissions: 0o755)
        #expect(try ChildProgram(name: path.string, workingDirectory: "/").path() == path)
        #expect(try ChildProgram(name: "./tool", workingDirectory: farm.root).path().lexicallyNormalized() == path)
        try fileSystem.remove(path)
        // What is left is the program that runs.
        let own = try #require(try fileSystem.linkTarget("/proc/self/exe"))
        #expect(try ChildProgram(name: path.string, workingDirectory: "/").path().string == own)
    }

    @Test func aNameIsLookedUpInThePath() throws {
        let found = try ChildProgram(name: "sh", workingDirectory: "/").path()
        #expect(found.lastComponent == "sh" && found.isAbsolute)
    }
}
