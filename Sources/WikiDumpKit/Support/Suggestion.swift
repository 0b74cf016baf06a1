/// Finds what was probably meant by an unknown name.
package enum Suggestion {
    /// The nearest candidate, if it is close enough to be a typing error.
    package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let limit = name.count <= 4 ? 1 : 2
        let own = Array(name.lowercased().utf8)
        var best: (name: String, distance: Int)?
        // Looking at the lengths first spares most of the work.
        for candidate in candidates where candidate != name && abs(candidate.utf8.count - own.count) <= limit {
            let distance = distance(own, Array(candidate.lowercased().utf8), limit: limit)
            if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.name
    }

    struct Folded: Hashable {
        let bytes: [UInt8]

        init(_ name: String) {
            let marks = Set("_-. ".utf8)
            bytes = name.lowercased().utf8.filter { !marks.contains($0) }
        }

        /// Whether one name may have been meant by the other: a typing error, other letter case, other separators, or an ending
        /// that one of the two lacks.
        func resembles(_ other: Folded) -> Bool {
            if bytes == other.bytes { return true }
            let (short, long) = bytes.count < other.bytes.count ? (bytes, other.bytes) : (other.bytes, bytes)
            guard short.count > 3 else { return false }
            if long.starts(with: short), short.count * 2 >= long.count { return true }
            let limit = long.count < 8 ? 1 : 2
            return distance(bytes, other.bytes, limit: limit) <= limit
        }
    }

    /// The number of letters to add, drop, replace or swap with a neighbour. If it exceeds `limit`, the result may be any
    /// number above `limit`.
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
