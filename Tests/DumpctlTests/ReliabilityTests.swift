import Foundation
import Testing

/// A sample of what `make reliability` does with every call: one call to the file system fails, or the program is killed at it.
/// Then the tree holds nothing that misleads its readers, and the same command repairs everything.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ReliabilityTests {
    private static let program = DemoFarm.original.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Tests/Reliability/disturb.py")

    private func disturb(_ commands: String, _ errors: String, sample: Int) async throws {
        let outcome = try await Dumpctl.gate.pass {
            try await Tool.runAside([
                "python3", Self.program.path, "--dumpctl", Dumpctl.binary.path, "--commands", commands, "--errors",
                errors,
                "--sample", "\(sample)", "--jobs", "2",
            ])
        }
        #expect(outcome.status == 0, "\(outcome.text)")
        #expect(outcome.text.contains(" 0 findings"))
    }

    @Test func callsOfFarmCommandsFail() async throws {
        try await disturb("run,monitor", "EIO,ENOSPC,ESTALE,half", sample: 8)
    }

    @Test func callsOfToolsFail() async throws {
        try await disturb("recompress --multistream,append,split,compat install", "EIO,ENOSPC,ESTALE,half", sample: 8)
    }

    @Test func processesAreKilled() async throws {
        try await disturb("run,run --job,run --batches", "SIGKILL", sample: 5)
    }
}
