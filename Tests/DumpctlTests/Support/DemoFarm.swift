import Foundation

/// A copy of the demo farm in a folder of its own.
struct DemoFarm {
    let folder: URL

    /// The wikis of the demo.
    static let wikis = ["boardwiki", "demowiki", "nordwiki"]

    /// The folder of the demo in the project.
    static let original = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Examples/demo")

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("farm-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: Self.original, to: folder)
    }

    /// Makes the farm one of many wikis that all have the content of one.
    init(copies: [String], of wiki: String = "nordwiki") throws {
        try self.init()
        for copy in copies {
            for suffix in [".sqlite", ".siteinfo.json"] {
                try FileManager.default.copyItem(
                    at: folder.appendingPathComponent("wikis/" + wiki + suffix),
                    to: folder.appendingPathComponent("wikis/" + copy + suffix))
            }
        }
        try Data((copies.joined(separator: "\n") + "\n").utf8).write(to: folder.appendingPathComponent("all.dblist"))
        try Data().write(to: folder.appendingPathComponent("private.dblist"))
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func run(_ arguments: String...) throws -> Dumpctl.Outcome { try run(arguments) }

    func run(_ arguments: [String]) throws -> Dumpctl.Outcome {
        try Dumpctl.run(arguments + ["--configfile", "wikidump.conf"], in: folder)
    }

    func start(_ arguments: String...) throws -> Dumpctl.Running {
        try Dumpctl.start(arguments + ["--configfile", "wikidump.conf"], in: folder)
    }

    /// The names in a folder of the farm, sorted.
    func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path)) ?? [])
            .sorted()
    }

    func data(_ path: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(path)) }

    func text(_ path: String) throws -> String { String(decoding: try data(path), as: UTF8.self) }

    /// The contents of the dump files of a run: everything that has to be the same when it is made again.
    func dumpFiles(_ path: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in names(path) where name.contains("-20") && (name.hasSuffix(".gz") || name.hasSuffix(".bz2")) {
            files[name] = try data("\(path)/\(name)")
        }
        return files
    }
}
