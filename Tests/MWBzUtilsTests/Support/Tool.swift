import Foundation
import Testing

/// A command line program that reads or writes the same formats, as an independent judge.
struct Tool: CustomTestStringConvertible, Sendable {
    let name: String
    let arguments: [String]

    static let bzip2 = Tool(name: "bzip2", arguments: [])
    /// Readers of bzip2 data on standard input.
    static let bzip2Readers = [
        Tool(name: "bzip2", arguments: ["-dc"]),
        Tool(name: "lbzip2", arguments: ["-dc"]),
        Tool(
            name: "python3",
            arguments: ["-c", "import bz2,sys; sys.stdout.buffer.write(bz2.open(sys.stdin.buffer).read())"]),
    ].filter(\.isInstalled)
    static let gzipReaders = [
        Tool(name: "gzip", arguments: ["-dc"]),
        Tool(
            name: "python3",
            arguments: ["-c", "import gzip,sys; sys.stdout.buffer.write(gzip.open(sys.stdin.buffer).read())"]),
    ].filter(\.isInstalled)

    var testDescription: String { name }

    var isInstalled: Bool { path != nil }

    private var path: String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs the program. Input and output are files, so neither side can block the other.
    ///
    /// The threads that tests run on block all signals, and a child inherits that; `lbzip2` then waits for one for ever.
    /// So the child begins with none blocked.
    func run(_ input: [UInt8], _ more: [String] = []) throws -> (status: Int32, output: [UInt8]) {
        try TemporaryFolder.with { folder in
            let source = folder.appendingPathComponent("in")
            let target = folder.appendingPathComponent("out")
            try Data(input).write(to: source)
            let status = try spawn(try #require(path), more, input: source.path, output: target.path)
            return (status, Array(try Data(contentsOf: target)))
        }
    }

    private func spawn(_ path: String, _ more: [String], input: String, output: String) throws -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe _ = posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        unsafe sigemptyset(&noSignals)
        unsafe posix_spawnattr_setsigmask(&attributes, &noSignals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words = unsafe ([path] + arguments + more).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let failure = unsafe posix_spawn(&pid, path, &actions, &attributes, &words, environ)
        try #require(failure == 0)
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0 { try #require(errno == EINTR) }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
    }
}

/// A folder that is gone after the test.
enum TemporaryFolder {
    static func with<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mwbz-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    static func with<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mwbz-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }
}
