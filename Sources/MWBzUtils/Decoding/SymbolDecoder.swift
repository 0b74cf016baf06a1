/// Turns the symbols of a block into the last column of its sorted rotations, counting the bytes.
struct SymbolDecoder {
    private static let groupSize = 50
    let header: BlockHeader
    /// The most bytes the column may have.
    let limit: Int

    /// Decodes up to the end of the block.
    /// - Parameters:
    ///   - reader: Is at the first symbol before the call, and after the last one when it returns.
    ///   - column: Room for `limit` bytes.
    ///   - counts: 256 numbers, all zero.
    /// - Returns: the length of the column, or nil if the symbols violate a rule.
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
                            // The digits of a number of repetitions, lowest first. No number needs more than 21.
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

/// The bytes of a block in the order of their last use, newest first.
///
/// Kept as words of eight bytes, the newest in the lowest byte: moving one to the front is a shift of whole words.
@safe struct MoveToFront {
    private let words: UnsafeMutablePointer<UInt64>

    /// - Parameter words: Room for 32 words, which the caller owns.
    init(_ bytes: [UInt8], in words: UnsafeMutablePointer<UInt64>) {
        unsafe self.words = words
        for index in 0..<32 { unsafe words[index] = 0 }
        for (index, byte) in bytes.enumerated() {
            unsafe words[index >> 3] |= UInt64(byte) << UInt64(8 * (index & 7))
        }
    }

    /// The newest byte.
    var first: UInt8 {
        @inline(__always) get { unsafe UInt8(truncatingIfNeeded: words[0]) }
    }

    /// Moves the byte at a position to the front.
    /// - Parameter position: 0 to 255.
    @inline(__always)
    func use(_ position: Int) -> UInt8 {
        let shift = UInt64(8 &* (position & 7))
        let last = position &>> 3
        let byte = unsafe words[last] &>> shift & 0xFF
        var carry = byte
        var index = 0
        while index < last {
            let word = unsafe words[index]
            unsafe words[index] = word &<< 8 | carry
            carry = word &>> 56
            index &+= 1
        }
        // In the last word, only the bytes up to the position move.
        let moving = ~UInt64(0) &>> (56 &- shift)
        let word = unsafe words[last]
        unsafe words[last] = (word &<< 8 | carry) & moving | word & ~moving
        return UInt8(truncatingIfNeeded: byte)
    }
}
