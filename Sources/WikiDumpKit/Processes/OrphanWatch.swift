import CProcess
import SystemPackage

/// Sees to it that no process that we started outlives us, even when we are killed.
///
/// Linux can send a signal to a child when its parent dies (`PR_SET_PDEATHSIG`), but it means the thread that started the
/// child, tells nothing to the children of the child, and cannot be asked for by `posix_spawn`. So another process, which
/// we start before the first command, waits for our end and then ends all that bear our mark: a variable of their
/// environment, which their own children inherit. Process groups alone would miss a command that was just being started.
struct OrphanWatch: Sendable {
    /// Whoever bears it is killed.
    let commandMark: String
    /// Whoever bears it is asked to end, as it has processes of its own and a lock to give back.
    let runMark: String

    /// Where the process learns which pipes to remove; nil where it could not be started.
    private let life: FileDescriptor?

    /// The variable of the environment that holds a mark.
    static let variable = "WIKIDUMPKIT_PARENT"

    /// The watch over this process; started when it is asked for first.
    static let shared = OrphanWatch()

    private init() {
        let id = String(UInt64.random(in: .min ... .max), radix: 36)
        (commandMark, runMark) = ("command-of-\(id)", "run-of-\(id)")
        // Without it processes end all the same when they next read from us or write to us.
        let end = unsafe cprocess_watch("\(Self.variable)=\(commandMark)", "\(Self.variable)=\(runMark)")
        life = end < 0 ? nil : FileDescriptor(rawValue: end)
    }

    /// Lets a named pipe be removed when we are dead.
    func remove(_ pipe: FilePath) {
        // The next run removes what nobody removed before.
        _ = try? life?.writeAll(Array(pipe.string.utf8) + [0])
    }
}
