import Synchronization
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct RetryPolicyTests {
    private let folder = CommandFolder()

    /// - Returns: how often it was tried again.
    private func run(_ invocation: Invocation, _ retries: RetryPolicy) async throws -> Int {
        let count = Mutex(0)
        let runner = CommandRunner { event in
            if case .retrying = event { count.withLock { $0 += 1 } }
        }
        do throws(CommandFailure) {
            _ = try await retries.run(runner.report) { () async throws(CommandFailure) in
                try await runner.run(invocation)
            }
        } catch {
            #expect(count.withLock { $0 } == 0, "\(error)")
            throw error
        }
        return count.withLock { $0 }
    }

    @Test func aFailureThatMayPassIsTriedAgainWithItsOutput() async throws {
        let (mark, file) = (folder.path("mark"), folder.path("out.txt"))
        let script = "echo try; [ -e \"$1\" ] || { : > \"$1\"; exit 1; }"
        let invocation = Invocation(
            "flaky", Command("sh", ["-c", script, "sh", mark.string]), output: .file(CommandFile(file)))
        #expect(try await run(invocation, .doubling(.milliseconds(10), retries: 2)) == 1)
        #expect(try fileSystem.read(file) == Array("try\n".utf8), "the second try must begin with an empty file")
    }

    @Test func aFailureThatStaysIsNotTriedAgain() async throws {
        await #expect(throws: CommandFailure.self) {
            try await run(
                Invocation("p", Command("no-such-program-at-all")), .doubling(.milliseconds(1), retries: 5))
        }
    }
}
