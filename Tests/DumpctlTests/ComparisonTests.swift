import Foundation
import Testing

/// The list of faults of the old scripts names tests; each of them has to exist.
@Suite struct ComparisonTests {
    @Test func namedTestsExist() throws {
        let project = DemoFarm.original.deletingLastPathComponent().deletingLastPathComponent()
        let tests = project.appendingPathComponent("Tests")
        var sources: [String: String] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: tests.path) ?? .init() {
            guard name.hasSuffix(".swift"), let file = name.split(separator: "/").last else { continue }
            sources[String(file.dropLast(6))] = try String(
                contentsOf: tests.appendingPathComponent(name), encoding: .utf8)
        }
        let text = try String(
            contentsOf: project.appendingPathComponent("Documentation/faults-of-the-old-scripts.md"), encoding: .utf8
        )
        var count = 0
        for match in text.matches(of: /`(\w+Tests)\/(\w+)`/) {
            count += 1
            let source = sources[String(match.1)] ?? ""
            #expect(source.contains("func \(match.2)("), "\(match.0)")
        }
        #expect(count > 150)
    }
}
