import Synchronization
package import SystemPackage

/// The log of a run: what was said while it ran, with the time, line by line.
///
/// The last lines are kept for a mail in any case. A file is written once it is known which run it is of; what was said
/// before goes into it too. Each line is on its way to the disk before the call returns, so the end of a process takes
/// none with it.
package final class RunLog: Sendable {
    private struct State {
        var lines: [String] = []
        var file: FileDescriptor?
        var hasFailed = false
    }

    /// How many lines are kept.
    private static let depth = 200
    private let clock: any WallClock
    private let state = Mutex(State())

    /// Makes a log without a file.
    package init(clock: any WallClock = SystemWallClock()) { self.clock = clock }

    deinit { state.withLock { state in try? state.file?.close() } }

    /// Begins to write to a file, behind what is in it. Nobody outside of the group may read it.
    /// - Throws: ``DumpError`` with code `permission`, `diskFull` or `fileSystem`.
    package func open(_ path: FilePath) throws(DumpError) {
        try FileSystem.makeDirectory(
            path.removingLastComponent(), permissions: WikiDirectories.privateDirectoryPermissions)
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .append, .closeOnExec, .noFollow],
                permissions: FilePermissions(rawValue: CModeT(WikiDirectories.privateFilePermissions)))
        } catch {
            throw DumpError(Errno(from: error), "cannot write the log \(path)")
        }
        state.withLock { state in
            if let old = state.file { try? old.close() }
            state.file = file
            for line in state.lines { Self.write(line, &state) }
        }
    }

    /// Adds a text, each of its lines with the time.
    package func write(_ text: String) {
        let time = clock.now().statusText
        state.withLock { state in
            for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
                let line = "\(time): \(part)"
                if state.lines.count == Self.depth { state.lines.removeFirst() }
                state.lines.append(line)
                Self.write(line, &state)
            }
        }
    }

    /// The last lines, the newest last.
    package func tail(_ count: Int) -> [String] { state.withLock { Array($0.lines.suffix(count)) } }

    /// A log that cannot be written must not stop a dump.
    private static func write(_ line: String, _ state: inout State) {
        guard let file = state.file, !state.hasFailed else { return }
        if (try? file.writeAll((line + "\n").utf8)) == nil { state.hasFailed = true }
    }
}
