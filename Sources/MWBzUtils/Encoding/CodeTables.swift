/// The two to six Huffman tables of a block and which of them each group of 50 symbols uses.
struct CodeTables {
    static let groupSize = 50
    /// Rounds of choosing tables for groups and making tables for their groups. More gain next to nothing.
    private static let rounds = 4
    /// What a symbol costs in a first table that is not made for it.
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
