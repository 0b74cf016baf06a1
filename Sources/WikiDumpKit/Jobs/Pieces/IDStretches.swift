/// Ranges of ids, with overlapping and adjacent ones merged: what must be read to cover all of them.
struct IDStretches: Sendable, Hashable {
    let ranges: [ClosedRange<Int64>]

    init(_ ranges: [ClosedRange<Int64>]) {
        var merged: [ClosedRange<Int64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }
}

/// A batch of revisions that belongs to one piece of every output, with its position.
struct PlacedBatch: Sendable {
    var batch: RevisionBatch
    /// The first page of the batch; nil if it concerns no page, or if everything goes to the same files.
    var position: Int64?
}

/// Reads the revisions of some pieces, stretch by stretch, and splits batches where a file ends.
actor StretchReader {
    private let snapshot: any ContentSnapshot
    private let selection: RevisionSelection
    /// The stretches that are still to be read; nil stands for everything.
    private var stretches: ArraySlice<ClosedRange<Int64>?>
    /// The last ids of files, ascending.
    private let cuts: [Int64]
    private var cursor: (any RevisionCursor)?
    private var held: ArraySlice<PlacedBatch> = []

    init(_ snapshot: any ContentSnapshot, _ selection: RevisionSelection, pieces: [DumpPiece]) {
        self.snapshot = snapshot
        self.selection = selection
        if pieces.allSatisfy({ $0 == .whole }) {
            (stretches, cuts) = ([nil], [])
        } else {
            let ids = pieces.map(\.readIDs)
            stretches = IDStretches(ids).ranges.map { $0 }[...]
            cuts = Set(ids.flatMap { [$0.upperBound, $0.lowerBound == .min ? .min : $0.lowerBound - 1] }).sorted()
        }
    }

    /// The next batch, or nil at the end.
    func next() async throws(DumpError) -> PlacedBatch? {
        while true {
            if let batch = held.popFirst() { return batch }
            if let cursor {
                if let batch = try await cursor.next() {
                    held = cuts.isEmpty ? [PlacedBatch(batch: batch)] : batch.split(after: cuts)[...]
                } else {
                    self.cursor = nil
                }
            } else if let stretch = stretches.popFirst() {
                var selection = selection
                selection.pages = stretch?.halfOpen
                cursor = try await snapshot.revisions(selection)
            } else {
                return nil
            }
        }
    }
}

extension RevisionBatch {
    /// Splits the batch so that no part has pages on both sides of a cut.
    /// - Parameter cuts: The ids after which files end, ascending.
    func split(after cuts: [Int64]) -> [PlacedBatch] {
        func side(_ id: Int64) -> Int { cuts.partitioningIndex { $0 >= id } }
        var placed: [Int: PlacedBatch] = [:]
        for run in runs {
            placed[side(run.page.id), default: PlacedBatch(batch: RevisionBatch(runs: []), position: run.page.id)]
                .batch.runs.append(run)
        }
        var general: [ContentProblem] = []
        for problem in problems {
            guard let page = problem.page else {
                general.append(problem)
                continue
            }
            placed[side(page), default: PlacedBatch(batch: RevisionBatch(runs: []), position: page)]
                .batch.problems.append(problem)
        }
        var result = placed.sorted { $0.key < $1.key }.map(\.value)
        if general.isEmpty { return result }
        if result.isEmpty {
            result.append(PlacedBatch(batch: RevisionBatch(runs: [], problems: general), position: nil))
        } else {
            result[0].batch.problems += general
        }
        return result
    }
}
