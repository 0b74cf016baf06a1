/// One of the up to six codes of a block, as a table that returns the symbol for the next bits in one look-up.
struct HuffmanTable {
    /// Bits of a look-up. Codes that are longer, rare by their nature, are found by their length.
    static let lookUpBits = 11
    static let longestCode = 20
    /// For each value of the next ``lookUpBits`` bits, symbol << 5 | length; 0 where the code is longer or there is none.
    let lookUp: [UInt16]
    /// For each length, the first value of the next 20 bits that belongs to a longer code.
    private let limits: [UInt32]
    /// For each length, where the symbols with that length begin, less their first code.
    private let shifts: [Int]
    /// The symbols in the order of their codes.
    private let symbols: [UInt16]

    /// - Returns: nil if there are more codes than bit patterns.
    init?(lengths: [UInt8]) {
        var lookUp = [UInt16](repeating: 0, count: 1 << Self.lookUpBits)
        var limits = [UInt32](repeating: 0, count: Self.longestCode + 1)
        var shifts = [Int](repeating: 0, count: Self.longestCode + 1)
        var symbols: [UInt16] = []
        var code = 0
        for length in 1...Self.longestCode {
            code <<= 1
            shifts[length] = symbols.count - code
            for (symbol, its) in lengths.enumerated() where Int(its) == length {
                symbols.append(UInt16(symbol))
                if length <= Self.lookUpBits, code < 1 << length {
                    let free = Self.lookUpBits - length
                    let entry = UInt16(symbol << 5 | length)
                    for index in code << free..<(code + 1) << free { lookUp[index] = entry }
                }
                code += 1
            }
            guard code <= 1 << length else { return nil }
            limits[length] = UInt32(code << (Self.longestCode - length))
        }
        self.lookUp = lookUp
        self.limits = limits
        self.shifts = shifts
        self.symbols = symbols
    }

    /// Finds a code that is longer than a look-up.
    /// - Parameter bits: The next bits, left-aligned.
    /// - Returns: nil if no code begins like this.
    func longCode(_ bits: UInt64) -> (symbol: Int, length: Int)? {
        let window = Int(bits >> UInt64(64 - Self.longestCode))
        for length in Self.lookUpBits + 1...Self.longestCode where window < limits[length] {
            let code = window >> (Self.longestCode - length)
            return (Int(symbols[shifts[length] + code]), length)
        }
        return nil
    }
}
