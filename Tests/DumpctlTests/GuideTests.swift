import Foundation
import Testing

/// The Swift code of the guides for writing one's own stands in the examples or in tests, so it compiles and runs.
@Suite struct GuideTests {
    private static let project = DemoFarm.original.deletingLastPathComponent().deletingLastPathComponent()

    private static let sources: String = ["Examples", "Tests"].map { folder in
        let root = project.appendingPathComponent(folder)
        let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".swift") }.map {
            (try? String(contentsOf: root.appendingPathComponent($0), encoding: .utf8)) ?? ""
        }.joined()
    }.joined()

    @Test(arguments: ["WritingAJob", "WritingALock", "WritingAWiki"]) func codeIsTested(guide: String) throws {
        let page = Self.project.appendingPathComponent("Sources/WikiDumpKit/WikiDumpKit.docc/\(guide).md")
        let parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```swift\n").dropFirst()
        #expect(parts.count >= 4)
        for part in parts {
            let code = part.components(separatedBy: "```")[0]
            let isTested = Self.sources.contains(code)
            #expect(isTested, "not found in examples and tests:\n\(code)")
        }
    }

    /// Whoever imports both libraries can name every type of them without saying from which it is.
    @Test func noTypeOfOneLibraryHasTheNameOfOneOfTheOther() throws {
        let declaration =
            /^(?:public|package) (?:final |indirect )?(?:struct|class|enum|actor|protocol|typealias) (\w+)/
        func names(_ module: String) throws -> Set<String> {
            let root = Self.project.appendingPathComponent("Sources/\(module)")
            var names: Set<String> = []
            for case let name as String in FileManager.default.enumerator(atPath: root.path) ?? .init() {
                guard name.hasSuffix(".swift") else { continue }
                let text = try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
                for line in text.split(separator: "\n") {
                    if let match = line.prefixMatch(of: declaration) { names.insert(String(match.1)) }
                }
            }
            return names
        }
        let (tools, kit) = (try names("MWBzUtils"), try names("WikiDumpKit"))
        #expect(tools.count > 40 && kit.count > 60)
        #expect(tools.intersection(kit).union(tools.union(kit).intersection(["MWBzUtils", "WikiDumpKit"])) == [])
    }
}
