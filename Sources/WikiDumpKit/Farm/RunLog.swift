import MWBzUtils
import Synchronization
package import SystemPackage

/// The log of a run. Each line has the time.
///
/// The last lines are always kept in memory for a mail. A file is written once it is known which run the log belongs to;
/// earlier lines go into it too. Each line is passed to the operating system before the call returns, so none is lost when the
/// process ends.
package final class RunLog: Sendable {
    private struct State {
        var lines: [String] = []
        var file: (any OpenFile)?
        var hasFailed = false
    }

    /// How many lines are kept in memory.
    private static let depth = 200
    private let clock: any WallClock
    private let state = Mutex(State())

    /// Creates a log without a file.
    package init(clock: any WallClock = SystemWallClock()) { self.clock = clock }

    deinit { state.withLock { state in try? state.file?.close() } }

    /// Starts to write to a file, appending to its content. Only the owner and the group may read it.
    /// - Parameters:
    ///   - path: The file.
    ///   - fileSystem: The file system of the file.
    /// - Throws: ``DumpError`` with code `permission`, `diskFull` or `fileSystem`.
    package func open(_ path: FilePath, on fileSystem: FileSystem) throws(DumpError) {
        try fileSystem.makeDirectory(
            path.removingLastComponent(), permissions: WikiDirectories.privateDirectoryPermissions)
        let file: any OpenFile
        do throws(Errno) {
            file = try fileSystem.calls.open(path, .append(WikiDirectories.privateFilePermissions))
        } catch {
            throw DumpError(error, "cannot write the log \(path)")
        }
        state.withLock { state in
            if let old = state.file { try? old.close() }
            state.file = file
            for line in state.lines { Self.write(line, &state) }
        }
    }

    /// Adds a text, with the time before each of its lines.
    package func write(_ text: String) {
        let time = clock.now().statusText
        state.withLock { state in
            for part in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
                let line = "\(time): \(part)"
                if state.lines.count == Self.depth { state.lines.removeFirst() }
                state.lines.append(line)
                Self.write(line, &state)
            }
        }
    }

    /// The last lines, newest last.
    package func tail(_ count: Int) -> [String] { state.withLock { Array($0.lines.suffix(count)) } }

    /// Writes a line to the file. Errors are ignored because a failing log must not stop a dump.
    private static func write(_ line: String, _ state: inout State) {
        guard let file = state.file, !state.hasFailed else { return }
        if (try? file.write(Array((line + "\n").utf8))) == nil { state.hasFailed = true }
    }
}
