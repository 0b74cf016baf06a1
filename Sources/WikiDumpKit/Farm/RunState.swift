/// What the status file of a wiki's newest run says, as far as the choice of the next wiki cares.
public enum RunState: String, Sendable, Hashable, CaseIterable {
    /// There is no run.
    case never
    /// The run ended before its time: its process died, or it has no status file.
    case interrupted
    /// The run is finished, and some of its jobs failed.
    case failed
    /// Some jobs of the run were done; others were never asked for.
    case partial
    /// Every job is done.
    case complete

    /// Reads the line of a status file; nil stands for a file that is not there.
    ///
    /// A run that says it is in progress counts as interrupted: whoever holds the lock of the wiki, and so may ask what
    /// to do with it, knows that nobody is at work.
    init(statusLine: String?) {
        guard let text = statusLine?.trimmingBlanks(), !text.isEmpty else {
            self = .interrupted
            return
        }
        if text.contains("dump aborted") || text.contains("'in-progress") || text.contains("Dump in progress") {
            self = .interrupted
        } else if text.contains(" item failed") || text.contains(" items failed") {
            self = .failed
        } else if text.contains("Partial dump") {
            self = .partial
        } else if text.contains("Dump complete") {
            self = .complete
        } else {
            self = .interrupted
        }
    }
}
