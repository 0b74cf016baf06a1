/// How a process ended.
package enum CommandStatus: Sendable, Hashable, CustomStringConvertible {
    case exited(Int32)
    /// It was ended by a signal.
    case signaled(Int32)

    /// `exit status 1`, or `signal 9`.
    package var description: String {
        switch self {
        case .exited(let code): "exit status \(code)"
        case .signaled(let number): "signal \(number)"
        }
    }
}

/// Why we stopped a process.
enum CommandStop: Sendable, Hashable {
    case cancelled
    case timeLimit
    /// It showed no sign of life for longer than its limit.
    case silence
    /// It wrote more than the limit.
    case tooMuchOutput
}

/// How a command ended.
struct CommandOutcome: Sendable {
    let command: Command
    let status: CommandStatus
    /// Why we stopped it; nil if it ended by itself.
    let stop: CommandStop?
    /// The time from start to end.
    let duration: Duration
    /// The last lines of standard error, at most 20. A line that names a PHP error is kept among them.
    let lastLines: [String]

    var isSuccess: Bool { status == .exited(0) && stop == nil }
}

/// The result of a successful command.
struct CommandResult: Sendable {
    let outcome: CommandOutcome
    /// The collected output; empty unless requested.
    let output: [UInt8]
    /// Records of the files that now have their final names, in the order of the output and ``Invocation/files``.
    let files: [FileRecord]
}

/// Something that happens while a command runs.
enum CommandEvent: Sendable {
    /// A command was started. Its arguments contain no secrets, so they can be shown.
    case started(Command, processID: Int32)
    /// A command wrote a line to standard error, given here without the line break. Invalid UTF-8 is replaced. Lines longer
    /// than 8 KiB arrive in pieces.
    case line(Command, String)
    case ended(CommandOutcome)
    /// A command failed and will be retried after a pause.
    case retrying(CommandFailure, attempt: Int, pause: Duration)
}
