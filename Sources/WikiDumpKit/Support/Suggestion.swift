/// Finds what was probably meant by a name that is not known.
enum Suggestion {
    /// The nearest of the candidates, if it is near enough to be a slip of the finger.
    static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let limit = name.count <= 4 ? 1 : 2
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate != name {
            let distance = distance(Array(name.lowercased()), Array(candidate.lowercased()), limit: limit)
            if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// A name in the form in which names are compared: without upper case and without marks between its words.
    struct Folded: Hashable {
        let bytes: [UInt8]

        init(_ name: String) {
            let marks = Set("_-. ".utf8)
            bytes = name.lowercased().utf8.filter { !marks.contains($0) }
        }

        /// Whether the one may have been meant by the other: a slip of the finger, another case, other marks between the
        /// words, or an end that one of the two lacks.
        func resembles(_ other: Folded) -> Bool {
            if bytes == other.bytes { return true }
            let (short, long) = bytes.count < other.bytes.count ? (bytes, other.bytes) : (other.bytes, bytes)
            guard short.count > 3 else { return false }
            if long.starts(with: short), short.count * 2 >= long.count { return true }
            let limit = long.count < 8 ? 1 : 2
            return distance(bytes, other.bytes, limit: limit) <= limit
        }
    }

    /// How many letters have to be added, dropped, replaced or swapped with their neighbour; more than `limit` may be
    /// given as any number above it.
    static func distance<Letter: Equatable>(_ a: [Letter], _ b: [Letter], limit: Int) -> Int {
        guard abs(a.count - b.count) <= limit else { return limit + 1 }
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var rows = [Array(0...b.count)]
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    best = min(best, rows[i - 2][j - 2] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
