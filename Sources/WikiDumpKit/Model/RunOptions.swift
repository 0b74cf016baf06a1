/// How the jobs of a single invocation do their work, beyond which of them are chosen.
///
/// A job reads them from ``JobContext/options`` and heeds those that apply to it.
public struct RunOptions: Sendable, Hashable {
    /// The part to make, counted from 1; nil for all parts.
    public var part: Int?
    /// The name of the checkpoint file to make, alone of all; nil for all files.
    public var checkpoint: String?
    /// The name of the checkpoint file after which to begin.
    public var afterCheckpoint: String?
    /// The ids of the pages to write, both bounds included; without an upper bound it ends in `Int64.max`.
    public var pageRange: ClosedRange<Int64>?
    /// Whether earlier output of a job is removed before the job begins.
    public var cleanup: Bool
    /// The only run whose files may serve as prefetch; nil for all earlier runs.
    public var prefetchDate: DumpDate?
    /// Whether texts may be taken from earlier dumps.
    public var prefetch: Bool
    /// Whether the mediawiki producer may fetch texts by a process of their own.
    public var spawn: Bool
    /// Whether to help another process with batches of a job, without touching status files.
    public var batches: Bool
    /// How many batches to do at most; nil for all there are.
    public var batchCount: Int?

    /// Makes options; without arguments those of an ordinary run.
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

/// What can be asked of a run, as messages name it: by the property of a request, or of its options, that holds it.
///
/// A program may show its users another word in its place: each name stands between backquotes.
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
