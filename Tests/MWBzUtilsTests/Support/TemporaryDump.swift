import Foundation
import SystemPackage

/// A dump in a folder that is gone after the test.
enum TemporaryDump {
    static func with<Result>(_ data: [UInt8], _ body: (FilePath) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mwbz-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("dump.xml.bz2")
        try Data(data).write(to: path)
        return try await body(FilePath(path.path))
    }
}
