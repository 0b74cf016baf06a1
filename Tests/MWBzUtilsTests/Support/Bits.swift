/// Data as single bits, to build and bend streams in tests.
enum Bits {
    static func of(_ bytes: [UInt8]) -> [Bool] {
        bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 == 1 } }
    }

    static func of(_ value: UInt64, count: Int) -> [Bool] { (0..<count).map { value >> (count - 1 - $0) & 1 == 1 } }

    /// The bits as bytes, the last filled up with zeros.
    static func bytes(_ bits: [Bool]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
        for (index, bit) in bits.enumerated() where bit { bytes[index / 8] |= 0x80 >> UInt8(index % 8) }
        return bytes
    }

    static func value(_ bits: ArraySlice<Bool>) -> Int { bits.reduce(0) { $0 << 1 | ($1 ? 1 : 0) } }
}
