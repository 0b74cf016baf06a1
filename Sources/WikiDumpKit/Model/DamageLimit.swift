/// How much of a file may be missing before it is not worth publishing, `[misc] maxdamaged`.
///
/// A share of all items, such as `1%`: a file that lacks a greater share is withheld. One or two missing items are never
/// too great a share, so that a single damaged page does not withhold a small wiki. A number beside the share, such as
/// `100, 1%`, can only make the limit stricter: more missing items than that are too many, whatever their share. `0` and
/// `0%` allow nothing to be missing. A file that lacks all of its items is withheld whatever the limit.
struct DamageLimit: Sendable, Hashable, CustomStringConvertible {
    /// How many items of a hundred may be missing.
    var percent: Double
    /// How many items may be missing at most; nil if only the share counts.
    var count: Int64?

    /// The share where none is configured.
    static let defaultPercent = 1.0
    /// From how many missing items on their share counts.
    static let leastCount: Int64 = 3

    /// Makes a limit.
    init(count: Int64? = nil, percent: Double = defaultPercent) {
        self.count = count
        self.percent = percent
    }

    /// Reads `1%` (or `1 percent`), `100` or both with a comma between them; nil for anything else.
    init?(_ text: String) {
        self.init()
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingBlanks() }
        guard parts.count <= 2 else { return nil }
        var kinds: Set<Bool> = []
        for part in parts {
            let mark = ["%", "percent"].first { part.hasSuffix($0) }
            let isShare = mark != nil
            guard kinds.insert(isShare).inserted else { return nil }
            if isShare {
                guard let share = Double(part.dropLast(mark?.count ?? 0).trimmingBlanks()), (0...100).contains(share)
                else {
                    return nil
                }
                percent = share
            } else {
                guard let number = Int64(part), number >= 0 else { return nil }
                count = number
            }
        }
    }

    /// Whether so many missing items of so many are few enough.
    func allows(_ damage: Int64, of items: Int64) -> Bool {
        if damage <= 0 { return true }
        if damage >= items || damage > count ?? .max { return false }
        if damage < Self.leastCount, percent > 0 { return true }
        return Double(damage) <= Double(items) * percent / 100
    }

    /// As it is written in a configuration.
    var description: String {
        let share = percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
        return count.map { "\($0), \(share)" } ?? share
    }
}
