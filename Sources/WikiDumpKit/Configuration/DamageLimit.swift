/// How much of a file may be missing before it is not worth publishing, `[misc] maxdamaged`.
///
/// A number and a share of all items, such as `100, 1%`: a file is withheld when more than both are missing. So a small wiki
/// may lose a hundred old revisions, and a large one a hundredth of them. `0` allows nothing to be missing.
public struct DamageLimit: Sendable, Hashable, CustomStringConvertible {
    /// How many items may be missing at least.
    public var count: Int64
    /// How many of a hundred may be missing at least.
    public var percent: Double

    /// Makes a limit.
    public init(count: Int64 = 0, percent: Double = 0) {
        self.count = count
        self.percent = percent
    }

    /// Reads `100`, `1%` (or `1 percent`) or both with a comma between them; nil for anything else.
    public init?(_ text: String) {
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
    public func allows(_ damage: Int64, of items: Int64) -> Bool {
        damage <= count || Double(damage) <= Double(items) * percent / 100
    }

    /// As it is written in a configuration.
    public var description: String { "\(count), \(percent)%" }
}
