import CProcess
import SystemPackage

/// Makes sure that no process we started outlives us, even if we are killed.
///
/// Linux can signal a child when its parent dies (`PR_SET_PDEATHSIG`). But that applies to the thread that started the child,
/// does not reach the child's own children, and is not available through `posix_spawn`. So we start a watching process before
/// the first command. It waits for our end and then ends all processes with our mark. The mark is an environment variable,
/// which their own children inherit. Process groups alone would miss a command that was just being started.
struct OrphanWatch: Sendable {
    /// Processes with this mark are killed.
    let commandMark: String
    /// Processes with this mark are asked to end, because they have processes of their own and a lock to release.
    let runMark: String

    /// Tells the watching process which pipes to remove; nil if it could not be started.
    private let life: FileDescriptor?

    /// The environment variable that holds the mark.
    static let variable = "WIKIDUMPKIT_PARENT"

    /// The watch over this process, started at first use.
    static let shared = OrphanWatch()

    private init() {
        let id = String(UInt64.random(in: .min ... .max), radix: 36)
        (commandMark, runMark) = ("command-of-\(id)", "run-of-\(id)")
        // Without the watch, processes still end when they next read from us or write to us.
        let end = unsafe cprocess_watch("\(Self.variable)=\(commandMark)", "\(Self.variable)=\(runMark)")
        life = end < 0 ? nil : FileDescriptor(rawValue: end)
    }

    /// Requests that a named pipe be removed after our death.
    func remove(_ pipe: FilePath) {
        // On failure, the next run removes leftover pipes.
        _ = try? life?.writeAll(Array(pipe.string.utf8) + [0])
    }
}
