import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct CommandStreamTests {
    private let folder = CommandFolder()

    private func read(_ script: String) async throws -> [UInt8] {
        try await CommandRunner(grace: .milliseconds(200)).read(
            Invocation("read", Command("sh", ["-c", script]))
        ) { output async throws(DumpError) in
            var bytes: [UInt8] = []
            while let next = try await output.next() { bytes += next }
            return bytes
        }
    }

    @Test func whatACommandWritesComesWhole() async throws {
        let bytes = try await read("seq 1 200000")
        #expect(bytes.count == 1_288_895)
        #expect(bytes.suffix(7) == Array("200000\n".utf8))
        #expect(try await read("true") == [])
    }

    @Test func aCommandThatFailsIsTold() async throws {
        let error = await dumpError { _ = try await self.read("echo half; echo lost >&2; exit 3") }
        #expect(error?.message.contains("exit status 3: lost") == true, "\(error?.description ?? "")")
    }

    @Test func whoStopsReadingStopsTheCommand() async throws {
        let told = Mutex<(process: pid_t, at: ContinuousClock.Instant)?>(nil)
        let error = await dumpError {
            try await CommandRunner(grace: .milliseconds(200)).read(
                Invocation("read", Command("sh", ["-c", "echo $$; exec sleep 600"]))
            ) { output async throws(DumpError) in
                let line = String(decoding: try await output.next() ?? [], as: UTF8.self)
                told.withLock { $0 = pid_t(line.dropLast()).map { ($0, ContinuousClock.now) } }
                throw DumpError(.jobFailed, "enough")
            }
        }
        #expect(error?.message == "enough")
        // From when the reader stops: before that, a busy machine may keep it waiting for a thread.
        let stopped = try #require(told.withLock { $0 })
        #expect(ContinuousClock.now - stopped.at < .seconds(120))
        #expect(kill(stopped.process, 0) == -1 && errno == ESRCH, "process \(stopped.process) still runs")
    }

    private func write(_ command: Command, size: Int, failure: DumpError? = nil) async throws -> CommandResult {
        let file = CommandFile(folder.path("out.txt"))
        return try await CommandRunner(grace: .milliseconds(200)).write(
            Invocation("write", command, output: .file(file))
        ) { input async throws(DumpError) in
            var rest = size
            while rest > 0 {
                try await input.write([UInt8](repeating: 0x61, count: min(rest, 100_000)))
                rest -= 100_000
            }
            if let failure { throw failure }
        }
    }

    @Test(arguments: [0, 1, 1_000_000]) func aCommandReadsWhatWeWrite(size: Int) async throws {
        #expect(try await write(Command("cat"), size: size).files.first?.size == Int64(size))
    }

    @Test func halfAnInputIsNotTakenForTheWhole() async throws {
        let error = await dumpError {
            _ = try await self.write(Command("cat"), size: 1000, failure: DumpError(.jobFailed, "damaged"))
        }
        #expect(error?.message == "damaged")
        #expect(try fileSystem.list(folder.root) == [])
    }

    @Test(arguments: ["exit 5", "head -c 10 >/dev/null; exit 5"])
    func aCommandThatDiesIsTold(script: String) async throws {
        let error = await dumpError { _ = try await self.write(Command("sh", ["-c", script]), size: 10_000_000) }
        #expect(error?.message.contains("exit status 5") == true, "\(error?.description ?? "")")
        #expect(try fileSystem.list(folder.root) == [])
    }

    /// A descriptor closed twice would be one that another thread has opened in the meantime.
    @Test(.timeLimit(.minutes(2))) func noDescriptorOfAnotherIsClosed() async throws {
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let command = number % 2 == 0 ? Command("/nonexistent") : Command("sh", ["-c", "exit 5"])
                    let error = await dumpError {
                        _ = try await CommandRunner(grace: .milliseconds(200)).write(
                            Invocation("write", command)
                        ) { input async throws(DumpError) in try await input.write([1, 2, 3]) }
                    }
                    #expect(error?.code == .jobFailed)
                }
            }
        }
    }
}
