/// Something that happens while a pipeline runs.
public enum CommandEvent: Sendable {
    /// A command was started. Arguments hold no secrets, so it can be shown as it is.
    case started(Command, processID: Int32)
    /// A command wrote a line to standard error, without the line break; bytes that are no UTF-8 are replaced. What is
    /// longer than 8 KiB comes in pieces.
    case line(Command, String)
    /// A command ended.
    case ended(CommandOutcome)
    /// A pipeline failed and is tried again after a pause.
    case retrying(CommandFailure, attempt: Int, pause: Duration)
}
