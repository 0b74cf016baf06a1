/// Whether and how the content of a wiki is written in pieces, `[chunks]`.
struct PartSettings: Sendable, Hashable {
    /// How large parts are.
    enum Sizes: Sendable, Hashable {
        /// One part with everything.
        case one
        /// Ids of each part, in order; the last part goes on to the end, whatever its number says.
        case list([Int64])
        /// As many parts of so many ids as there need to be.
        case equal(Int64)
        /// So many parts of one size.
        case count(Int)
    }

    /// Whether files are written in numbered parts, `chunksenabled`.
    var isEnabled = false
    /// How many page ids a part has, `pagesperchunkhistory`.
    var pages = Sizes.one
    /// How many log ids a part has, `chunksforpagelogs` or `logitemsperpagelogs`.
    var logEntries = Sizes.one
    /// Whether pages with texts are written as many files of page ranges, `checkpointtime`.
    var usesRanges = false
    /// Most revisions of a range of the history, and page ids of a range of current revisions, `revsperjob`.
    var revisionsPerRange: Int64 = 1_000_000
    /// Most bytes of the texts of a range of the history, `maxrevbytes`.
    var bytesPerRange: Int64 = 35_000_000_000
    /// Whether the pieces of the current revisions are joined, `recombinemetacurrent`.
    var recombinesCurrent = true
    /// Whether the pieces of the history are joined, `recombinehistory`.
    var recombinesHistory = true

    /// Makes the settings of a wiki whose files are whole.
    init() {}

    /// Whether pages with texts are written in pieces.
    var splitsPages: Bool { isEnabled || usesRanges }

    /// The parts of the pages.
    /// - Parameter last: The highest page id.
    func pageParts(last: Int64) -> [DumpPiece] { isEnabled ? pages.parts(last: last) : [.whole] }

    /// The parts of the log.
    /// - Parameter last: The highest log id.
    func logParts(last: Int64) -> [DumpPiece] { isEnabled ? logEntries.parts(last: last) : [.whole] }
}

extension PartSettings.Sizes {
    /// What a value of the configuration says; nil if it makes no sense. One number stands for parts of that size.
    init?(_ words: [String]) {
        let numbers = words.compactMap { Int64($0) }
        guard numbers.count == words.count else { return nil }
        if numbers.isEmpty || numbers == [0] {
            self = .one
            return
        }
        guard numbers.allSatisfy({ $0 > 0 }) else { return nil }
        self = numbers.count == 1 ? .equal(numbers[0]) : .list(numbers)
    }

    /// The same with sizes that do not depend on the highest id any more, so that a wiki may grow between two processes
    /// that make files of one run.
    func resolved(last: Int64) -> Self {
        switch self {
        case .one, .list: return self
        case .equal(let size):
            return .list(Array(repeating: size, count: Int(max(1, (max(0, last) + size - 1) / size))))
        case .count(let count):
            // Room for ids that are given between this moment and the reading.
            return .list(Array(repeating: 200 + max(0, last) / Int64(count), count: count))
        }
    }

    /// How many parts there are; nil if that depends on the highest id.
    var count: Int? {
        switch self {
        case .one: 1
        case .list(let sizes): sizes.count
        case .equal: nil
        case .count(let count): count
        }
    }

    /// The parts, which leave no id out. The last one has no end.
    func parts(last: Int64) -> [DumpPiece] {
        guard case .list(let sizes) = resolved(last: last) else {
            return [DumpPiece(part: 1, ids: 1...Int64.max, isRange: false)]
        }
        var first: Int64 = 1
        return sizes.enumerated().map { index, size in
            let (next, isTooMuch) = first.addingReportingOverflow(size)
            let end = index == sizes.count - 1 || isTooMuch ? Int64.max : next - 1
            defer { first = isTooMuch ? .max : next }
            return DumpPiece(part: index + 1, ids: first...max(first, end), isRange: false)
        }
    }
}

/// Whether and how several processes share the history of a wiki, `[chunks]`.
struct BatchSettings: Sendable, Hashable {
    /// Whether the ranges of the history are shared, `contentbatchesenabled`.
    var isEnabled = false
    /// How many ranges a batch has at most, `jobsperbatch`; nil for as many as there are parts.
    var rangesPerBatch: Int?
    /// Seconds between two batches of a process, `testsleep`.
    var pause: Int64 = 0
    /// Seconds without a sign of life after which a batch is taken from its process, `batchjobsstaleage`.
    var staleAge: Int64 = 3600

    /// Makes settings of a wiki whose history one process does alone.
    init() {}
}
