/// The state of a wiki's newest run according to its status file, as far as it matters for choosing the next wiki.
enum RunState: String, Sendable, Hashable, CaseIterable {
    /// There is no run.
    case never
    /// The run ended early: its process died, or it has no status file.
    case interrupted
    /// The run is finished, but some of its jobs failed.
    case failed
    /// Some jobs of the run were done; the others were never asked for.
    case partial
    /// Every job is done. Damaged items of the wiki may be missing, but another run would not bring them back.
    case complete

    /// Reads the line of a status file; nil stands for a missing file.
    ///
    /// A run that claims to be in progress counts as interrupted. Only the holder of the wiki's lock asks this question, so no
    /// other process can be working on the run.
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
