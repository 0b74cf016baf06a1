/// How a process ended.
public enum CommandStatus: Sendable, Hashable, CustomStringConvertible {
    /// By itself, with an exit status.
    case exited(Int32)
    /// By a signal.
    case signaled(Int32)

    /// `exit status 1`, or `signal 9`.
    public var description: String {
        switch self {
        case .exited(let code): "exit status \(code)"
        case .signaled(let number): "signal \(number)"
        }
    }

    /// Whether nobody was left to read its output. A shell reports the signal as 128 + 13.
    var isBrokenPipe: Bool { self == .signaled(13) || self == .exited(141) }
}

/// Why a process was stopped by us.
public enum CommandStop: Sendable, Hashable {
    /// The task was cancelled.
    case cancelled
    /// It took longer than its limit.
    case timeLimit
    /// It gave no sign of life for longer than its limit.
    case silence
    /// Its output was more than the limit.
    case tooMuchOutput
    /// Another command of the pipeline failed, or could not be started.
    case neighbour
}

/// What became of one command of a pipeline.
public struct CommandOutcome: Sendable {
    /// The command.
    public let command: Command
    /// How it ended.
    public let status: CommandStatus
    /// Why we stopped it; nil if it ended by itself.
    public let stop: CommandStop?
    /// From start to end.
    public let duration: Duration
    /// The last lines it wrote to standard error, at most 20.
    public let lastLines: [String]

    /// Whether it did what it should, without a look at its neighbours.
    public var isSuccess: Bool { status == .exited(0) && stop == nil }
}

/// What became of a pipeline that did well.
public struct PipelineOutcome: Sendable {
    /// One for each command, in order.
    public let commands: [CommandOutcome]
    /// What was collected; empty unless asked for.
    public let output: [UInt8]
    /// Records of the files that now stand under their names, in the order of the output and ``Pipeline/files``.
    public let files: [FileRecord]
    /// From start to end.
    public let duration: Duration
}
