/// The two to six Huffman tables of a block and which of them each group of 50 symbols uses.
struct CodeTables {
    static let groupSize = 50
    /// How many rounds choose a table for each group and then adapt the tables. More rounds gain next to nothing.
    private static let rounds = 4
    /// The cost of a symbol in an initial table that is not made for it.
    private static let foreignCost: UInt16 = 15
    /// For each table, the length of the code of each symbol.
    private(set) var lengths: [[UInt8]] = []
    /// For each group of symbols, the number of its table.
    private(set) var selectors: [UInt8] = []

    /// Finds tables for the symbols of a block.
    init(_ symbols: UnsafeBufferPointer<UInt16>, frequencies: [Int], alphabetSize: Int) {
        let tableCount =
            switch symbols.count {
            case ..<200: 2
            case ..<600: 3
            case ..<1200: 4
            case ..<2400: 5
            default: 6
            }
        let costs = Self.firstCosts(frequencies, tableCount: tableCount, total: symbols.count)
        selectors = [UInt8](repeating: 0, count: (symbols.count + Self.groupSize - 1) / Self.groupSize)
        var table = costs
        for _ in 0..<Self.rounds {
            let usage = unsafe choose(symbols, costs: table, tableCount: tableCount)
            lengths = (0..<tableCount).map { number in
                CodeLengths.best(for: (0..<alphabetSize).map { usage[number << 9 | $0] })
            }
            for symbol in 0..<alphabetSize {
                for number in 0..<tableCount { table[symbol][number] = UInt16(lengths[number][symbol]) }
            }
        }
    }

    /// Costs that give each table a stretch of the symbols, all stretches used equally often.
    private static func firstCosts(_ frequencies: [Int], tableCount: Int, total: Int) -> [SIMD8<UInt16>] {
        var costs = [SIMD8<UInt16>](repeating: SIMD8(repeating: foreignCost), count: 258)
        var sum = 0
        for (symbol, frequency) in frequencies.enumerated() where frequency > 0 {
            // The middle of the symbol decides.
            let number = min(tableCount - 1, (2 * sum + frequency) * tableCount / (2 * total))
            costs[symbol][number] = 0
            sum += frequency
        }
        return costs
    }

    /// Chooses the cheapest table for each group.
    /// - Parameter costs: For each symbol, its cost in each table.
    /// - Returns: at `table << 9 | symbol`, how often a table is used for a symbol.
    private mutating func choose(
        _ symbols: UnsafeBufferPointer<UInt16>, costs: [SIMD8<UInt16>], tableCount: Int
    ) -> [UInt32] {
        var usage = [UInt32](repeating: 0, count: tableCount << 9)
        unsafe usage.withUnsafeMutableBufferPointer { usage in
            unsafe costs.withUnsafeBufferPointer { costs in
                unsafe selectors.withUnsafeMutableBufferPointer { selectors in
                    for group in 0..<selectors.count {
                        let start = group &* Self.groupSize
                        let end = min(start &+ Self.groupSize, symbols.count)
                        var sums = SIMD8<UInt16>()
                        for index in start..<end { unsafe sums &+= costs[Int(symbols[index])] }
                        var best = 0
                        for number in 1..<tableCount where sums[number] < sums[best] { best = number }
                        unsafe selectors[group] = UInt8(truncatingIfNeeded: best)
                        let base = best &<< 9
                        for index in start..<end { unsafe usage[base | Int(symbols[index])] &+= 1 }
                    }
                }
            }
        }
        return usage
    }
}

/// Lengths of the codes of a Huffman table.
enum CodeLengths {
    /// The format allows 20; 17 is what decoders of today expect.
    static let longest = 17

    /// The best lengths for symbols of given frequencies, none longer than ``longest``.
    ///
    /// Symbols that do not occur get a code too, because the format requires one for each.
    static func best(for frequencies: [UInt32]) -> [UInt8] {
        var weights = frequencies.map { max(1, Int($0)) }
        while true {
            let lengths = lengths(weights)
            if lengths.allSatisfy({ $0 <= longest }) { return lengths.map { UInt8($0) } }
            // Weights that differ less make a flatter tree.
            for index in weights.indices { weights[index] = weights[index] / 2 + 1 }
        }
    }

    /// Huffman's method with two queues: leaves by weight, and nodes in the order they are made, which is by weight too.
    private static func lengths(_ weights: [Int]) -> [Int] {
        let leafCount = weights.count
        // The weight and the symbol in one number: one comparison, and no two are equal.
        let leaves = weights.indices.map { weights[$0] << 16 | $0 }.sorted()
        var nodeWeights: [Int] = []
        nodeWeights.reserveCapacity(leafCount)
        // Parents of the leaves in their order, then of the nodes.
        var parents = [Int](repeating: 0, count: 2 * leafCount)
        var leaf = 0
        var node = 0
        func takeLightest(for parent: Int) -> Int {
            if leaf < leafCount, node == nodeWeights.count || leaves[leaf] >> 16 <= nodeWeights[node] {
                parents[leaf] = parent
                leaf += 1
                return leaves[leaf - 1] >> 16
            }
            parents[leafCount + node] = parent
            node += 1
            return nodeWeights[node - 1]
        }
        for parent in 0..<leafCount - 1 {
            let weight = takeLightest(for: parent) + takeLightest(for: parent)
            nodeWeights.append(weight)
        }
        var depths = [Int](repeating: 0, count: leafCount)
        for node in (0..<leafCount - 2).reversed() { depths[node] = depths[parents[leafCount + node]] + 1 }
        var lengths = [Int](repeating: 0, count: leafCount)
        for leaf in 0..<leafCount { lengths[leaves[leaf] & 0xFFFF] = depths[parents[leaf]] + 1 }
        return lengths
    }
}
