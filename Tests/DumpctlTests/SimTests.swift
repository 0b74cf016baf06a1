import Foundation
import Testing

/// `dumpctl sim`.
struct SimTests {
    /// Hash tables have another order in each process. Nothing may follow it, or a seed could not be played again.
    @Test(arguments: [2, 4, 17]) func aSeedIsTheSameInEveryProcess(seed: Int) async throws {
        let words = ["sim", "--seed", "\(seed)", "--json"]
        let folder = FileManager.default.temporaryDirectory
        let first = try await Dumpctl.run(words, in: folder)
        #expect(first.status == 0 && first.output.contains("\"hash\""), "\(first.output) \(first.error)")
        for _ in 0..<3 {
            let again = try await Dumpctl.run(words, in: folder)
            #expect(again.output == first.output)
        }
    }
}
