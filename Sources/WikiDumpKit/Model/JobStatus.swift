/// Where a job of a run stands.
public enum JobStatus: String, Sendable, Hashable, CaseIterable {
    /// Not begun, or stopped before its end: the next run does it.
    case waiting
    /// Being done now; after a crash, what a dead process left.
    case inProgress = "in-progress"
    /// All its files are complete, and agree with what they were made from.
    case done
    /// It ended without all its files.
    case failed
    /// Left out on request.
    case skipped
}
