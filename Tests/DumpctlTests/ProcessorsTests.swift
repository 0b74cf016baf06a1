import Foundation
import MWBzUtils
import Testing

@Suite struct ProcessorsTests {
    @Test("As many as nproc counts, which heeds what a process is bound to")
    func count() async throws {
        // OMP_NUM_THREADS would change what it says.
        let nproc = try await Tool.runAside(["nproc"], environment: ["OMP_NUM_THREADS": ""])
        #expect(Int(nproc.text.trimmingCharacters(in: .whitespacesAndNewlines)) == Processors.count)
    }
}
