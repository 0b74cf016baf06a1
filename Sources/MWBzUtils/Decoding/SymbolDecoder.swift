/// Turns the symbols of a block into the last column of its sorted rotations, counting the bytes.
struct SymbolDecoder {
    private static let groupSize = 50
    let header: BlockHeader
    /// The most bytes the column may have.
    let limit: Int

    /// Decodes up to the end of the block.
    /// - Parameters:
    ///   - reader: Stands at the first symbol; afterwards, behind the last.
    ///   - column: Room for `limit` bytes.
    ///   - counts: 256 numbers, all zero.
    /// - Returns: the length of the column, or nil if the symbols break a rule.
    func decode(
        _ source: inout BitReader, into column: UnsafeMutablePointer<UInt8>, counts: UnsafeMutablePointer<UInt32>
    ) -> Int? {
        unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 32) { words in
            guard let words = words.baseAddress else { return nil }
            let recent = unsafe MoveToFront(header.usedBytes, in: words)
            let endSymbol = header.endSymbol
            var reader = source
            var count = 0
            var run = 0
            var runBit = 0
            for selector in header.selectors {
                let table = header.tables[Int(selector)]
                let isAtEnd: Bool? = unsafe table.lookUp.withUnsafeBufferPointer { lookUp in
                    for _ in 0..<Self.groupSize {
                        reader.refill()
                        var entry = unsafe Int(lookUp[Int(reader.buffer &>> UInt64(64 &- HuffmanTable.lookUpBits))])
                        if entry == 0 {
                            guard let code = table.longCode(reader.buffer) else { return nil }
                            entry = code.symbol << 5 | code.length
                        }
                        reader.drop(entry & 31)
                        let symbol = entry &>> 5
                        if symbol < 2 {
                            // The digits of a number of repetitions, lowest first; no number needs more than 21.
                            if runBit > 20 { return nil }
                            run &+= (symbol &+ 1) &<< runBit
                            runBit &+= 1
                            continue
                        }
                        if run > 0 {
                            if run > limit &- count { return nil }
                            let byte = recent.first
                            unsafe (column + count).update(repeating: byte, count: run)
                            unsafe counts[Int(byte)] &+= UInt32(truncatingIfNeeded: run)
                            count &+= run
                            run = 0
                            runBit = 0
                        }
                        if symbol == endSymbol { return true }
                        if count == limit { return nil }
                        let byte = recent.use(symbol &- 1)
                        unsafe column[count] = byte
                        unsafe counts[Int(byte)] &+= 1
                        count &+= 1
                    }
                    return false
                }
                guard let isAtEnd else { return nil }
                if isAtEnd {
                    source = reader
                    return count
                }
                if reader.isPastEnd { break }
            }
            source = reader
            return nil
        }
    }
}
