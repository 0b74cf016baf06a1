/// What the status file of a wiki's newest run says, as far as the choice of the next wiki cares.
enum RunState: String, Sendable, Hashable, CaseIterable {
    /// There is no run.
    case never
    /// The run ended before its time: its process died, or it has no status file.
    case interrupted
    /// The run is finished, and some of its jobs failed.
    case failed
    /// Some jobs of the run were done; others were never asked for.
    case partial
    /// Every job is done. What is damaged in the wiki may be missing; it does not come back by another run.
    case complete

    /// Reads the line of a status file; nil stands for a file that is not there.
    ///
    /// A run that says it is in progress counts as interrupted: whoever holds the lock of the wiki, and so may ask what
    /// to do with it, knows that nobody is at work.
    init(statusLine: String?) {
        guard let state = statusLine.flatMap(StatusLine.parse)?.state, !state.isInProgress, !state.isAborted else {
            self = .interrupted
            return
        }
        switch state.name {
        case "done": self = .complete
        case "partial-dump": self = state.isDoneWithOmissions ? .complete : .partial
        case "done failed", "partial-dump failed": self = .failed
        default: self = .interrupted
        }
    }
}
