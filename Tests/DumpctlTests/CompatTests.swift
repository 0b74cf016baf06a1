import Foundation
import Testing

/// `dumpctl compat`.
@Suite struct CompatTests {
    private let folder: OldToolFolder

    init() throws { folder = try OldToolFolder() }

    private func compat(_ words: String...) async throws -> Dumpctl.Outcome {
        try await folder.run(nil, ["compat"] + words)
    }

    private var names: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.url("bin").path))?.sorted() ?? []
    }

    @Test func linksComeAndGo() async throws {
        defer { folder.remove() }
        #expect(names.contains("revsperpage"))
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder.url("bin/revsperpage").path)
                == Dumpctl.binary.path)
        let again = try await compat("install", "bin", "--json")
        #expect(again.events.count == names.count)
        #expect(again.events.allSatisfy { $0["action"] as? String == "kept" })
        let removed = try await compat("remove", "bin")
        #expect(removed.status == 0)
        #expect(removed.output.contains("removed bin/revsperpage\n"))
        #expect(names == [])
        #expect(try await compat("remove", "bin").output == "There are no links to dumpctl in bin.\n")
    }

    @Test func otherProgramsAreLeftAloneOrMovedAside() async throws {
        defer { folder.remove() }
        let program = folder.url("bin/revsperpage")
        try FileManager.default.removeItem(at: program)
        try Data("old".utf8).write(to: program)
        let refused = try await compat("install", "bin")
        #expect(refused.status == 1)
        #expect(refused.error.contains("other programs named revsperpage"))
        #expect(try Data(contentsOf: program) == Data("old".utf8))
        let forced = try await compat("install", "bin", "--force", "--json")
        #expect(forced.status == 0, "\(forced.error)")
        let change = try #require(forced.events.first { $0["name"] as? String == "revsperpage" })
        #expect(change["action"] as? String == "replaced")
        #expect(change["aside"] as? String == "bin/revsperpage.before-dumpctl")
        #expect(try await folder.run("revsperpage", ["-V"]).error.contains("dumpctl"))
        let removed = try await compat("remove", "bin")
        #expect(removed.output.contains("restored bin/revsperpage\n"))
        #expect(names == ["revsperpage"])
        #expect(try Data(contentsOf: program) == Data("old".utf8))
    }

    @Test func linksOfAnOlderPlaceAreRenewed() async throws {
        defer { folder.remove() }
        let link = folder.url("bin/revsperpage").path
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/nowhere/bin/dumpctl")
        #expect(try await compat("install", "bin").status == 0)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == Dumpctl.binary.path)
    }

    @Test func aFolderThatIsNone() async throws {
        defer { folder.remove() }
        let outcome = try await compat("install", "none")
        #expect(outcome.status == 1)
        #expect(outcome.error == "dumpctl: none is not a folder (make it first, or name another one)\n")
    }
}
