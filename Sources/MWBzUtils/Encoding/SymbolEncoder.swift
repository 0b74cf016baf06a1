/// Turns the last column of the sorted rotations into symbols: how many other bytes were used since a byte was last used,
/// with runs of zeros as binary numbers.
struct SymbolEncoder {
    /// Symbols 0 and 1 are the digits of runs; a distance of 1 is symbol 2.
    private static let digits = 2
    /// The bytes that occur, ascending.
    let usedBytes: [UInt8]
    /// How often each symbol occurs, the end symbol included.
    private(set) var frequencies: [Int]
    private(set) var count = 0

    /// The symbol that ends a block.
    var endSymbol: Int { usedBytes.count + 1 }
    var alphabetSize: Int { usedBytes.count + 2 }

    /// Writes the symbols of a column.
    /// - Parameter symbols: Room for one symbol more than the column has bytes.
    init(_ column: UnsafeBufferPointer<UInt8>, into symbols: UnsafeMutablePointer<UInt16>) {
        var used = [Bool](repeating: false, count: 256)
        for index in 0..<column.count { used[Int(unsafe column[index])] = true }
        usedBytes = (0...255).filter { used[Int($0)] }
        frequencies = [Int](repeating: 0, count: 258)
        count = unsafe frequencies.withUnsafeMutableBufferPointer { frequencies in
            unsafe Self.encode(column, usedBytes: usedBytes, into: symbols, frequencies)
        }
        unsafe symbols[count] = UInt16(truncatingIfNeeded: endSymbol)
        frequencies[endSymbol] += 1
        count += 1
    }

    private static func encode(
        _ column: UnsafeBufferPointer<UInt8>, usedBytes: [UInt8], into symbols: UnsafeMutablePointer<UInt16>,
        _ frequencies: UnsafeMutableBufferPointer<Int>
    ) -> Int {
        unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 32) { words in
            guard let words = words.baseAddress else { return 0 }
            var recent = unsafe RecentBytes(usedBytes, in: words)
            var written = 0
            var run = 0
            for index in 0..<column.count {
                let byte = unsafe column[index]
                if byte == recent.first {
                    run &+= 1
                    continue
                }
                if run > 0 {
                    unsafe written = append(run, to: symbols, at: written, frequencies)
                    run = 0
                }
                let symbol = recent.use(byte) &+ 1
                unsafe symbols[written] = UInt16(truncatingIfNeeded: symbol)
                unsafe frequencies[symbol] &+= 1
                written &+= 1
            }
            return unsafe append(run, to: symbols, at: written, frequencies)
        }
    }

    /// Writes the length of a run in the digits 1 and 2, lowest first.
    @inline(__always)
    private static func append(
        _ run: Int, to symbols: UnsafeMutablePointer<UInt16>, at start: Int,
        _ frequencies: UnsafeMutableBufferPointer<Int>
    ) -> Int {
        var written = start
        var rest = run
        while rest > 0 {
            let digit = rest & 1 ^ 1
            unsafe symbols[written] = UInt16(truncatingIfNeeded: digit)
            unsafe frequencies[digit] &+= 1
            written &+= 1
            rest = (rest &- 1) &>> 1
        }
        return written
    }
}

/// The bytes of a block in the order of their last use, newest first, eight to a word. ``MoveToFront`` goes the other way.
@safe private struct RecentBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let signs: UInt64 = 0x8080_8080_8080_8080
    private var newest: UInt64 = 0
    private let words: UnsafeMutablePointer<UInt64>

    init(_ bytes: [UInt8], in words: UnsafeMutablePointer<UInt64>) {
        unsafe self.words = words
        for index in 0..<32 { unsafe words[index] = 0 }
        for (index, byte) in bytes.enumerated() {
            unsafe words[index >> 3] |= UInt64(byte) << UInt64(8 * (index & 7))
        }
        newest = unsafe words[0]
    }

    var first: UInt8 { @inline(__always) get { UInt8(truncatingIfNeeded: newest) } }

    /// Moves a byte that occurs to the front.
    /// - Returns: where it stood.
    @inline(__always)
    mutating func use(_ byte: UInt8) -> Int {
        let wanted = Self.ones &* UInt64(byte)
        // The lowest bit that is left belongs to the byte itself; those above it may be of a byte greater by one.
        let difference = newest ^ wanted
        let found = (difference &- Self.ones) & ~difference & Self.signs
        if found != 0 {
            let position = found.trailingZeroBitCount &>> 3
            newest = Self.moved(newest, to: position, UInt64(byte))
            return position
        }
        var carry = newest &>> 56
        newest = newest &<< 8 | UInt64(byte)
        var index = 1
        while true {
            let word = unsafe words[index]
            let difference = word ^ wanted
            let found = (difference &- Self.ones) & ~difference & Self.signs
            if found != 0 {
                let position = found.trailingZeroBitCount &>> 3
                unsafe words[index] = Self.moved(word, to: position, carry)
                return index &* 8 &+ position
            }
            unsafe words[index] = word &<< 8 | carry
            carry = word &>> 56
            index &+= 1
        }
    }

    /// Moves the bytes below a position up by one, and puts a byte below them.
    @inline(__always)
    private static func moved(_ word: UInt64, to position: Int, _ byte: UInt64) -> UInt64 {
        let moving = ~UInt64(0) &>> UInt64(56 &- 8 &* position)
        return (word &<< 8 | byte) & moving | word & ~moving
    }
}
