/// What of the changes in memory reaches the disk before the power is gone.
///
/// A disk may write changes in any order, as one that knows no barriers does. Real file systems are kinder: with a journal, a
/// change of names is not lost when a later one survives.
package enum PowerCut: Sendable, Hashable {
    /// Nothing.
    case losingEverything
    /// Everything.
    case keepingEverything
    /// Everything but the changes with these numbers.
    case losing(Set<Int>)
    /// Only the changes with these numbers.
    case keeping(Set<Int>)
    /// What chance will have. Of bytes that are written to several blocks, some blocks may survive and others not.
    case random(seed: UInt64)

    /// The ways to cut the power that are worth trying: nothing and everything survives, each change is lost alone or survives
    /// alone, and what chance will have. Of few changes every subset is lost once.
    package static func all(of changes: [DiskChange], seeds: Range<UInt64>) -> [PowerCut] {
        let numbers = changes.map(\.number)
        if numbers.isEmpty { return [.keepingEverything] }
        var cuts: [PowerCut] = [.losingEverything, .keepingEverything]
        if numbers.count <= 6 {
            cuts += (1..<(1 << numbers.count) - 1).map { subset in
                .losing(Set(numbers.indices.filter { subset >> $0 & 1 == 1 }.map { numbers[$0] }))
            }
        } else {
            cuts += numbers.flatMap { [.losing([$0]), .keeping([$0])] }
        }
        return cuts + seeds.map { .random(seed: $0) }
    }

    /// The changes that survive, or the parts of them that do.
    func survivors(of changes: [DiskChange], blockSize: Int) -> [DiskChange] {
        switch self {
        case .losingEverything: return []
        case .keepingEverything: return changes
        case .losing(let numbers): return changes.filter { !numbers.contains($0.number) }
        case .keeping(let numbers): return changes.filter { numbers.contains($0.number) }
        case .random(let seed):
            var generator = SeededGenerator(seed: seed)
            // Cuts that lose nearly all or nearly nothing find other faults than those that lose half.
            let share = [0.1, 0.5, 0.9].randomElement(using: &generator) ?? 0.5
            return changes.flatMap { change in
                let isTorn = Int.random(in: 0..<3, using: &generator) == 0
                let pieces = isTorn ? change.pieces(blockSize: blockSize) : [change]
                return pieces.filter { _ in Double.random(in: 0..<1, using: &generator) < share }
            }
        }
    }
}

/// Random numbers that a seed brings back (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins the numbers of a seed.
    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
