/// Whether and how several processes share the history of a wiki, `[chunks]`.
public struct BatchSettings: Sendable, Hashable {
    /// Whether the ranges of the history are shared, `contentbatchesenabled`.
    public var isEnabled = false
    /// How many ranges a batch has at most, `jobsperbatch`; nil for as many as there are parts.
    public var rangesPerBatch: Int?
    /// Seconds between two batches of a process, `testsleep`.
    public var pause: Int64 = 0
    /// Seconds without a sign of life after which a batch is taken from its process, `batchjobsstaleage`.
    public var staleAge: Int64 = 3600

    /// Makes settings of a wiki whose history one process does alone.
    public init() {}
}
