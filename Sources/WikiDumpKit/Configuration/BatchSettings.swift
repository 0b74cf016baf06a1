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

extension BatchSettings {
    init(_ lookup: OptionLookup, wiki: WikiName) {
        isEnabled = lookup.integer("chunks", "contentbatchesenabled", wiki: wiki) != 0
        pause = lookup.integer("chunks", "testsleep", wiki: wiki)
        staleAge = lookup.integer("reporting", "batchjobsstaleage")
        for case .number(let job, let count) in lookup.list("chunks", "jobsperbatch", wiki: wiki).map(Entry.init)
        where job == JobList.metaHistory.name { rangesPerBatch = count }
    }

    /// What a word of `jobsperbatch` says.
    enum Entry {
        /// How many pieces of a job there are at once.
        case number(job: String, Int)
        /// Nothing that makes sense.
        case nonsense

        init(_ word: String) {
            let sides = word.split(separator: "=", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
            if sides.count == 2, !sides[0].isEmpty, let count = Int(sides[1]), count > 0 {
                self = .number(job: sides[0], count)
            } else {
                self = .nonsense
            }
        }
    }
}
