import MWBzUtils

/// Compares the files of a File Export with their names and with each other: ranges, pages that are in two files, and the
/// revisions of a page that was too large for one.
struct ShardCheck {
    private struct Shard {
        let name: String
        let pages: FileContents.Numbered
        let edges: (first: Int64, last: Int64)?
    }

    private var shards: [Shard] = []

    /// Takes the counts of a file, and compares them with its name.
    mutating func take(_ name: String, _ contents: FileContents, _ verdict: inout FileVerdict) {
        let ranged = RangedFileName(name)
        guard !ranged.type.isEmpty, let pages = contents.pages else { return }
        shards.append(Shard(name: name, pages: pages, edges: verdict.edges))
        guard let first = pages.first, let last = pages.last else { return verdict.add("has no page") }
        if let range = ranged.pages, first < range.lowerBound || last > range.upperBound {
            verdict.add(
                "has the pages \(first) to \(last), but its name says \(range.lowerBound) to \(range.upperBound)")
        }
        guard let split = ranged.splitPage?.revisions, let from = contents.revisions?.first,
            let through = contents.revisions?.last
        else { return }
        // The second number of early names repeated the first, and says nothing.
        if from < split.lowerBound || split.count > 1 && through > split.upperBound {
            verdict.add(
                "has the revisions \(from) to \(through), but its name says \(split.lowerBound) to \(split.upperBound)")
        }
    }

    /// The disagreements: the name of a file, and what is wrong with it.
    func problems() -> [(file: String, message: String)] {
        let sorted = shards.filter { $0.pages.first != nil }.sorted { one, other in
            func key(_ shard: Shard) -> (Int64, Int64) { (shard.pages.first ?? 0, shard.edges?.first ?? 0) }
            return key(one) < key(other)
        }
        var found: [(file: String, message: String)] = []
        for (one, next) in zip(sorted, sorted.dropFirst()) {
            guard let last = one.pages.last, let first = next.pages.first, last >= first else { continue }
            if last > first {
                found.append((next.name, "begins with page \(first), but \(one.name) has pages up to \(last)"))
            } else if let end = one.edges?.last, let start = next.edges?.first, start <= end {
                found.append(
                    (
                        next.name,
                        "begins with revision \(start) of page \(first), but \(one.name) has revisions up to \(end)"
                    ))
            }
        }
        return found
    }
}
