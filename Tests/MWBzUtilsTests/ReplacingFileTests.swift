import Foundation
import MWBzUtils
import SystemPackage
import Testing

@Suite struct ReplacingFileTests {
    private func names(_ folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test func putsTheFileInPlaceAtOnce() throws {
        try TemporaryFolder.with { folder in
            let target = folder.appendingPathComponent("out")
            try Data("old".utf8).write(to: target)
            var file = try ReplacingFile(FilePath(target.path), permissions: [.ownerReadWrite])
            try file.append(Array("new ".utf8))
            try file.append(Array("text".utf8))
            #expect(try Data(contentsOf: target) == Data("old".utf8))
            #expect(file.size == 8)
            try file.commit()
            #expect(try Data(contentsOf: target) == Data("new text".utf8))
            #expect(try names(folder) == ["out"])
            let attributes = try FileManager.default.attributesOfItem(atPath: target.path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func leavesNothingWithoutACommit() throws {
        try TemporaryFolder.with { folder in
            func giveUp() throws {
                var file = try ReplacingFile(FilePath(folder.appendingPathComponent("out").path))
                try file.append([1, 2, 3])
                #expect(try !names(folder).contains("out"))
            }
            try giveUp()
            #expect(try names(folder) == [])
        }
    }

    @Test func killedBeforeACommitItLeavesNothing() throws {
        try TemporaryFolder.with { folder in
            var file = try ReplacingFile(FilePath(folder.appendingPathComponent("out").path))
            try file.append([1, 2, 3])
            // What is in the folder now is what a kill would leave.
            #expect(try names(folder) == [])
            try file.commit()
            #expect(try names(folder) == ["out"])
        }
    }

    @Test func refusesWhatIsInTheWay() throws {
        try TemporaryFolder.with { folder in
            let target = FilePath(folder.appendingPathComponent("out").path)
            #expect(throws: BzError.self) { _ = try ReplacingFile(FilePath(folder.path)) }
            #expect(throws: BzError.self) { _ = try ReplacingFile(FilePath("/dev/null")) }
            #expect(throws: BzError.self) { _ = try ReplacingFile(target.appending("x")) }
            // Made by somebody else while ours is being written.
            var file = try ReplacingFile(target, existing: .refuse)
            try file.append([1])
            try Data("theirs".utf8).write(to: URL(fileURLWithPath: target.string))
            do {
                try file.commit()
                Issue.record("their file was replaced")
            } catch {
                #expect((error as? BzError)?.code == .fileSystem)
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: target.string)) == Data("theirs".utf8))
            #expect(throws: BzError.self) { _ = try ReplacingFile(target, existing: .refuse) }
        }
    }

    @Test func twoOfOneNameDoNotMeet() throws {
        try TemporaryFolder.with { folder in
            let target = folder.appendingPathComponent(String(repeating: "n", count: 255))
            var first = try ReplacingFile(FilePath(target.path))
            var second = try ReplacingFile(FilePath(target.path))
            try first.append([1])
            try second.append([2])
            try first.commit()
            #expect(try Data(contentsOf: target) == Data([1]))
            try second.commit()
            #expect(try Data(contentsOf: target) == Data([2]))
        }
    }
}
