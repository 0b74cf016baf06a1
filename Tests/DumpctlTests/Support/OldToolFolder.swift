import Foundation

/// A folder to which `dumpctl compat install` linked the old names, and to run them in.
final class OldToolFolder: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("oldtools-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url("bin"), withIntermediateDirectories: true)
        let outcome = try Tool.run([Dumpctl.binary.path, "compat", "install", url("bin").path])
        guard outcome.status == 0 else { throw Tool.Failure(text: outcome.text) }
    }

    /// One that tests share which write nothing into it.
    static func shared() throws -> OldToolFolder { try common.get() }

    private static let common = Result {
        let folder = try OldToolFolder()
        atexit { try? OldToolFolder.shared().remove() }
        return folder
    }

    func url(_ path: String) -> URL { folder.appendingPathComponent(path) }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// Runs an old program in the folder, or the new one if no name is given.
    func run(_ tool: String?, _ arguments: [String], input: Data? = nil) async throws -> Dumpctl.Outcome {
        try await Dumpctl.gate.pass {
            let program = tool.map { url("bin").appendingPathComponent($0) } ?? Dumpctl.binary
            return try await Dumpctl.start(arguments, in: folder, program: program, input: input).wait()
        }
    }
}
