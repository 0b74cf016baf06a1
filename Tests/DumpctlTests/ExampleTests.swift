import Foundation
import Testing

/// The examples do what they say.
@Suite struct ExampleTests {
    @Test func aJobAndPagesOfOnesOwn() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let program = Dumpctl.binary.deletingLastPathComponent().appendingPathComponent("CustomJob")
        let outcome = try await Dumpctl.start(["wikidump.conf", "demowiki"], in: farm.folder, program: program).wait()
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output.contains("longpagesdump done"))
        let date = try #require(farm.names("public/demowiki").first { $0.hasPrefix("20") })
        let list = try farm.text("public/demowiki/\(date)/demowiki-\(date)-long-pages.txt")
        #expect(list.split(separator: "\n").allSatisfy { $0.split(separator: "\t").count == 2 })
        #expect(!list.isEmpty)
        #expect(try farm.text("public/demowiki/\(date)/index.html").contains("<li>longpagesdump: done</li>"))
        #expect(try farm.text("public/demowiki/\(date)/demowiki-\(date)-md5sums.txt").contains("long-pages.txt"))
    }
}
