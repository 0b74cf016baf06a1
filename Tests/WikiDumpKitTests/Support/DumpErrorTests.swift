import Testing

@testable import WikiDumpKit

@Suite struct DumpErrorTests {
    @Test(arguments: DumpError.Code.all) func whatEverybodyMayRead(code: DumpError.Code) {
        #expect(!code.publicText.contains("/"))
        #expect(!code.publicText.isEmpty)
        // Each class has a sentence of its own; the last resort is for classes to come.
        #expect(code.publicText != "the job failed")
    }
}
