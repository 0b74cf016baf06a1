import Foundation

/// Runs a program of the system.
enum Tool {
    struct Outcome: Sendable {
        var status: Int32
        var output: Data
        var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// Runs a program that `PATH` finds; what it prints on either channel is its output.
    @discardableResult
    static func run(_ words: [String], in folder: URL? = nil, environment: [String: String] = [:]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, output: output)
    }

    /// Runs a program that takes a while, without keeping a thread of the concurrency pool.
    static func runAside(
        _ words: [String], in folder: URL? = nil, environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try run(words, in: folder, environment: environment) })
            }
        }
    }

    /// Changes a database by some SQL.
    static func change(_ database: URL, _ sql: String) throws {
        let program = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()"
        let outcome = try run(["python3", "-c", program, database.path, sql])
        guard outcome.status == 0 else { throw Failure(text: outcome.text) }
    }

    struct Failure: Error {
        let text: String
    }
}

/// A small file system in memory, laid over a folder.
final class SmallDisk {
    let folder: URL

    /// Whether this process may mount one.
    static let isPossible: Bool = {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("disk-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        guard (try? SmallDisk(over: folder, kilobytes: 64)) != nil else { return false }
        return true
    }()

    /// Mounts it; what was in the folder is in it as well.
    init(over folder: URL, kilobytes: Int) throws {
        self.folder = folder
        let kept = folder.deletingLastPathComponent().appendingPathComponent("kept-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: folder, to: kept)
        defer { try? FileManager.default.removeItem(at: kept) }
        let outcome = try Tool.run(["mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "none", folder.path])
        guard outcome.status == 0 else { throw Tool.Failure(text: outcome.text) }
        try Tool.run(["cp", "-a", kept.path + "/.", folder.path])
    }

    deinit { _ = try? Tool.run(["umount", "-l", folder.path]) }

    func makeReadOnly() throws { try Tool.run(["mount", "-o", "remount,ro", folder.path]) }

    /// Fills it, so that only so much is left.
    func fill(leaving kilobytes: Int) throws {
        var record = statvfs()
        guard unsafe statvfs(folder.path, &record) == 0 else { throw Tool.Failure(text: "statvfs failed") }
        let free = Int(record.f_bavail) * Int(record.f_frsize) - kilobytes * 1024
        try Data(count: max(0, free)).write(to: folder.appendingPathComponent("ballast"))
    }

    func removeBallast() throws { try FileManager.default.removeItem(at: folder.appendingPathComponent("ballast")) }
}
