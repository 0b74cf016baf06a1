/// How the jobs of one invocation do their work. Which jobs run is not decided here.
///
/// A job reads the options from ``JobContext/options`` and uses those that apply to it.
public struct RunOptions: Sendable, Hashable {
    /// The part to make, from 1; nil for all parts.
    public var part: Int?
    /// The name of the only checkpoint file to make; nil for all files.
    public var checkpoint: String?
    /// The name of the checkpoint file to start after; nil to start at the beginning.
    public var afterCheckpoint: String?
    /// The page ids to write. The upper bound is `Int64.max` if there is no end.
    public var pageRange: ClosedRange<Int64>?
    /// Whether earlier output of a job is removed before it starts.
    public var cleanup: Bool
    /// The only run whose files may be used as prefetch; nil for all earlier runs.
    public var prefetchDate: DumpDate?
    /// Whether texts may be taken from earlier dumps.
    public var prefetch: Bool
    /// Whether the mediawiki producer may fetch texts in a separate process.
    public var spawn: Bool
    /// Whether to help another process with batches of a job. Status files are not touched.
    public var batches: Bool
    /// The most batches to do; nil for all of them.
    public var batchCount: Int?

    /// Makes options; by default those of an ordinary run.
    public init(
        part: Int? = nil, checkpoint: String? = nil, afterCheckpoint: String? = nil,
        pageRange: ClosedRange<Int64>? = nil, cleanup: Bool = false, prefetchDate: DumpDate? = nil,
        prefetch: Bool = true, spawn: Bool = true, batches: Bool = false, batchCount: Int? = nil
    ) {
        self.part = part
        self.checkpoint = checkpoint
        self.afterCheckpoint = afterCheckpoint
        self.pageRange = pageRange
        self.cleanup = cleanup
        self.prefetchDate = prefetchDate
        self.prefetch = prefetch
        self.spawn = spawn
        self.batches = batches
        self.batchCount = batchCount
    }
}

/// Things that can be requested of a run. Messages name them by the property of the request or of its options.
///
/// Names are between backquotes, so that a program can replace them with the words its users know.
package enum RequestedValue: String, CaseIterable, CustomStringConvertible {
    case date, cutoff, takesLock
    case jobs = "jobs.names"
    case skippedJobs = "jobs.skipped"
    case restart = "jobs.restarts"
    case prerequisites = "jobs.addsPrerequisites"
    case part = "options.part"
    case checkpoint = "options.checkpoint"
    case afterCheckpoint = "options.afterCheckpoint"
    case pageRange = "options.pageRange"
    case cleanup = "options.cleanup"
    case prefetchDate = "options.prefetchDate"
    case prefetch = "options.prefetch"
    case spawn = "options.spawn"
    case batches = "options.batches"
    case batchCount = "options.batchCount"
    case noticeRemoval = "RunNotice.Change.remove"
    case sevenZipPrograms

    /// The name between backquotes.
    package var description: String { "`\(rawValue)`" }

    /// The name with a value to set, between backquotes.
    package func set(to value: String) -> String { "`\(rawValue) = \(value)`" }
}
