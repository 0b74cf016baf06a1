/// How a process ended.
package enum CommandStatus: Sendable, Hashable, CustomStringConvertible {
    /// By itself, with an exit status.
    case exited(Int32)
    /// By a signal.
    case signaled(Int32)

    /// `exit status 1`, or `signal 9`.
    package var description: String {
        switch self {
        case .exited(let code): "exit status \(code)"
        case .signaled(let number): "signal \(number)"
        }
    }
}

/// Why a process was stopped by us.
enum CommandStop: Sendable, Hashable {
    /// The task was cancelled.
    case cancelled
    /// It took longer than its limit.
    case timeLimit
    /// It gave no sign of life for longer than its limit.
    case silence
    /// Its output was more than the limit.
    case tooMuchOutput
}

/// How a command ended.
struct CommandOutcome: Sendable {
    /// The command.
    let command: Command
    /// How its process ended.
    let status: CommandStatus
    /// Why we stopped it; nil if it ended by itself.
    let stop: CommandStop?
    /// From start to end.
    let duration: Duration
    /// The last lines it wrote to standard error, at most 20; one that names an error of PHP stays among them.
    let lastLines: [String]

    /// Whether it did what it should.
    var isSuccess: Bool { status == .exited(0) && stop == nil }
}

/// What a command that did well has left.
struct CommandResult: Sendable {
    /// How it ended.
    let outcome: CommandOutcome
    /// What was collected; empty unless asked for.
    let output: [UInt8]
    /// Records of the files that now stand under their names, in the order of the output and ``Invocation/files``.
    let files: [FileRecord]
}

/// Something that happens while a command runs.
enum CommandEvent: Sendable {
    /// A command was started. Arguments hold no secrets, so it can be shown as it is.
    case started(Command, processID: Int32)
    /// A command wrote a line to standard error, without the line break; bytes that are no UTF-8 are replaced. What is
    /// longer than 8 KiB comes in pieces.
    case line(Command, String)
    /// A command ended.
    case ended(CommandOutcome)
    /// A command failed and is tried again after a pause.
    case retrying(CommandFailure, attempt: Int, pause: Duration)
}
