/// How much may be missing from a file before it is withheld, `[misc] maxdamaged`.
///
/// The limit is a share of all items, such as `1%`. A file that lacks more is withheld. One or two missing items are always
/// tolerated, so that a single damaged page does not withhold the files of a small wiki. A number beside the share, as in
/// `100, 1%`, makes the limit stricter: more missing items than that are too many, whatever their share. With `0` or `0%`,
/// nothing may be missing. A file that lacks all of its items is always withheld.
struct DamageLimit: Sendable, Hashable, CustomStringConvertible {
    /// The percentage of items that may be missing.
    var percent: Double
    /// The most items that may be missing; nil if only the share counts.
    var count: Int64?

    static let defaultPercent = 1.0
    /// The share matters only from this many missing items on.
    static let leastCount: Int64 = 3

    init(count: Int64? = nil, percent: Double = defaultPercent) {
        self.count = count
        self.percent = percent
    }

    /// Parses `1%` (or `1 percent`), `100`, or both separated by a comma; nil for anything else.
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

    /// Whether a file may be published with this many missing items, out of this many.
    func allows(_ damage: Int64, of items: Int64) -> Bool {
        if damage <= 0 { return true }
        if damage >= items || damage > count ?? .max { return false }
        if damage < Self.leastCount, percent > 0 { return true }
        return Double(damage) <= Double(items) * percent / 100
    }

    var description: String {
        let share = percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
        return count.map { "\($0), \(share)" } ?? share
    }
}
