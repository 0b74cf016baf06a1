/// The batches of a job: the content of `batches-JOB.json`.
struct BatchList: Sendable, Hashable {
    /// The batches, ascending.
    var batches: [Batch]

    init(_ batches: [Batch]) { self.batches = batches }

    /// Groups ascending ranges into batches. A batch has at most `count` ranges, without a gap between them.
    init(_ ranges: [ClosedRange<Int64>], per count: Int) {
        batches = []
        var size = 0
        for range in ranges {
            if size > 0, size < count, let last = batches.last, last.pages.isFollowed(by: range) {
                batches[batches.count - 1].pages = last.pages.lowerBound...range.upperBound
                size += 1
            } else {
                batches.append(Batch(range))
                size = 1
            }
        }
    }

    /// The list for the ranges that exist now. Batches that consist of these ranges stay as they are, so that finished and
    /// running work is not lost. Failed batches may be tried again.
    func adapted(to ranges: [ClosedRange<Int64>], per count: Int) -> BatchList {
        var kept: [Batch] = []
        var rest: [ClosedRange<Int64>] = ranges
        for batch in batches {
            let own = rest.filter { batch.pages.contains($0) }
            guard own.covers(batch.pages) else { continue }
            kept.append(batch.status == .failed ? Batch(batch.pages) : batch)
            rest.removeAll(where: own.contains)
        }
        let new = BatchList(rest, per: count).batches
        return BatchList((kept + new).sorted { $0.pages.lowerBound < $1.pages.lowerBound })
    }

    /// Ends all claims, so that others can do these batches.
    mutating func abortClaims(at time: UTCTime) {
        for index in batches.indices where batches[index].status == .claimed { batches[index].end(.aborted, at: time) }
    }

    subscript(pages: ClosedRange<Int64>) -> Batch? { batches.first { $0.pages == pages } }

    /// Changes the batch with these pages, if there is one.
    mutating func change(_ pages: ClosedRange<Int64>, _ body: (inout Batch) -> Void) {
        if let index = batches.firstIndex(where: { $0.pages == pages }) { body(&batches[index]) }
    }
}

extension BatchList {
    /// Reads the content of a file; nil if it is invalid.
    init?(parsing text: String) {
        guard let json = try? JSONValue(parsing: Array(text.utf8)), let members = json.members else { return nil }
        guard !members.isEmpty else {
            self.init([])
            return
        }
        guard case .array(let entries)? = json["batches"] else { return nil }
        let batches = entries.compactMap { Batch($0) }
        guard batches.count == entries.count else { return nil }
        self.init(batches)
    }

    /// The content of the file, without a newline at its end.
    var bytes: [UInt8] {
        let json: JSONValue = batches.isEmpty ? [:] : ["batches": .array(batches.map(\.json))]
        return json.bytes
    }
}

extension ClosedRange<Int64> {
    fileprivate func isFollowed(by next: ClosedRange<Int64>) -> Bool {
        upperBound < .max && upperBound + 1 == next.lowerBound
    }
}

extension [ClosedRange<Int64>] {
    /// Whether the ascending ranges cover `whole` exactly, without a gap.
    func covers(_ whole: ClosedRange<Int64>) -> Bool {
        guard first?.lowerBound == whole.lowerBound, last?.upperBound == whole.upperBound else { return false }
        return zip(self, dropFirst()).allSatisfy { $0.isFollowed(by: $1) }
    }
}
