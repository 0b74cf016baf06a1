/// Whether and how the content of a wiki is split into pieces, `[chunks]`.
struct PartSettings: Sendable, Hashable {
    enum Sizes: Sendable, Hashable {
        /// One part with everything.
        case one
        /// The number of ids in each part, in order. The last part continues to the end, whatever its number.
        case list([Int64])
        /// As many parts of this size as necessary.
        case equal(Int64)
        /// This many parts of equal size.
        case count(Int)
    }

    /// Whether files are split into numbered parts, `chunksenabled`.
    var isEnabled = false
    /// The number of page ids in each part, `pagesperchunkhistory`.
    var pages = Sizes.one
    /// The number of log ids in each part, `chunksforpagelogs` or `logitemsperpagelogs`.
    var logEntries = Sizes.one
    /// Whether pages with texts are split into many files by page ranges, `checkpointtime`.
    var usesRanges = false
    /// The most revisions in a range of the history, and the most page ids in a range of current revisions, `revsperjob`.
    var revisionsPerRange: Int64 = 1_000_000
    /// The most text bytes in a range of the history, `maxrevbytes`.
    var bytesPerRange: Int64 = 35_000_000_000
    /// Whether the pieces of the current revisions are joined, `recombinemetacurrent`.
    var recombinesCurrent = true
    /// Whether the pieces of the history are joined, `recombinehistory`.
    var recombinesHistory = true

    /// More parts than any wiki has.
    static let mostParts = 9_999

    var splitsPages: Bool { isEnabled || usesRanges }

    func pageParts(last: Int64) -> [DumpPiece] { isEnabled ? pages.parts(last: last) : [.whole] }

    func logParts(last: Int64) -> [DumpPiece] { isEnabled ? logEntries.parts(last: last) : [.whole] }
}

extension PartSettings.Sizes {
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

    func resolved(last: Int64) -> Self {
        switch self {
        case .one, .list: return self
        case .equal(let size):
            let whole = max(0, last).quotientAndRemainder(dividingBy: size)
            let count = max(1, whole.quotient + (whole.remainder > 0 ? 1 : 0))
            // The last part has no end, so it takes what would be left.
            return .list(Array(repeating: size, count: Int(min(Int64(PartSettings.mostParts), count))))
        case .count(let count):
            // Leaves room for ids that are assigned between now and the read.
            return .list(Array(repeating: 200 + max(0, last) / Int64(count), count: count))
        }
    }

    /// The number of parts; nil if it depends on the highest id.
    var count: Int? {
        switch self {
        case .one: 1
        case .list(let sizes): sizes.count
        case .equal: nil
        case .count(let count): count
        }
    }

    /// The parts. They cover all ids, and the last one has no end.
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
    /// Whether processes share the ranges of the history, `contentbatchesenabled`.
    var isEnabled = false
    /// The most ranges in a batch, `jobsperbatch`; nil for as many as there are parts.
    var rangesPerBatch: Int?
    var pause: Int64 = 0
    /// The number of seconds without a sign of life after which a process loses its batch, `batchjobsstaleage`.
    var staleAge: Int64 = 3600
}
