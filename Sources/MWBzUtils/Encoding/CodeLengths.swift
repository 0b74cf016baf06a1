/// Lengths of the codes of a Huffman table.
enum CodeLengths {
    /// The format allows 20; 17 is what decoders of today expect.
    static let longest = 17

    /// The best lengths for symbols that occur so often, none longer than ``longest``.
    ///
    /// Symbols that do not occur get a code too: the format wants one for each.
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
