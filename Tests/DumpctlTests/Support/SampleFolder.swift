import Foundation

/// A folder with a small dump, `pages.xml.bz2`.
struct SampleFolder {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sample-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try pack(Self.export(1...9))
    }

    /// A page from `<page>` to `</page>`.
    static func page(_ id: Int) -> String {
        let title = id == 2 ? "Caf\u{e9} &amp; Bar" : "Page \(id)"
        return
            "<page>\n    <title>\(title)</title>\n    <ns>0</ns>\n    <id>\(id)</id>\n    <revision>\n      <id>\(id * 10)"
            + "</id>\n      <timestamp>2024-01-01T00:00:00Z</timestamp>\n      <text bytes=\"4\">&lt;b&gt;\(id)</text>\n"
            + "    </revision>\n  </page>"
    }

    static func export(_ ids: some Sequence<Int>) -> String {
        "<mediawiki>\n  <siteinfo>\n    <sitename>X</sitename>\n  </siteinfo>\n"
            + ids.map { "  \(page($0))\n" }.joined() + "</mediawiki>\n"
    }

    /// Makes the dump anew.
    func pack(_ export: String) throws {
        try write("pages.xml", export)
        guard try Tool.run(["bzip2", "-f", "pages.xml"], in: folder).status == 0 else {
            throw Tool.Failure(text: "bzip2 failed")
        }
    }

    /// Changes a byte in the middle of the dump, which is then newer.
    func damage() throws {
        let file = folder.appendingPathComponent("pages.xml.bz2")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 0xFF
        try bytes.write(to: file)
        try FileManager.default.setAttributes([.modificationDate: Date() + 5], ofItemAtPath: file.path)
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    /// Runs one of the shell examples in the folder, with the program under test as `dumpctl`.
    func script(_ name: String, _ arguments: String...) async throws -> Dumpctl.Outcome {
        let script = DemoFarm.original.deletingLastPathComponent().appendingPathComponent("shell/\(name)")
        let path =
            Dumpctl.binary.deletingLastPathComponent().path + ":"
            + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        return try await Dumpctl.gate.pass {
            try await Dumpctl.start(arguments, in: folder, environment: ["PATH": path], program: script).wait()
        }
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
