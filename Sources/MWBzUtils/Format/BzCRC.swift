/// The checksum of bzip2 blocks: CRC-32 with polynomial 0x04C11DB7, most significant bit first.
///
/// This is not the CRC of gzip and other formats, which has the same polynomial but the opposite order of bits.
public struct BzCRC: Sendable, Hashable {
    /// Table `k` tells what a byte does to the sum `k` bytes later.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var sum = UInt32(byte) << 24
            for _ in 0..<8 { sum = sum << 1 ^ (sum >> 31 == 1 ? 0x04C1_1DB7 : 0) }
            tables[byte] = sum
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = before << 8 ^ tables[Int(before >> 24)]
        }
        return tables
    }()
    private var sum: UInt32 = .max

    /// Makes the sum of no bytes.
    public init() {}

    /// The sum over the bytes so far.
    public var value: UInt32 { ~sum }

    /// Adds bytes.
    public mutating func add(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBufferPointer { unsafe add($0) } }

    /// Adds bytes, eight at a time.
    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        let bytes = UnsafeRawBufferPointer(bytes)
        unsafe Self.tables.withUnsafeBufferPointer { table in
            var sum = sum
            var index = 0
            while index + 8 <= bytes.count {
                let word = UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let high = UInt32(truncatingIfNeeded: word >> 32) ^ sum
                let low = UInt32(truncatingIfNeeded: word)
                let first = unsafe table[1792 + Int(high >> 24)] ^ table[1536 + Int(high >> 16 & 255)]
                let second = unsafe table[1280 + Int(high >> 8 & 255)] ^ table[1024 + Int(high & 255)]
                let third = unsafe table[768 + Int(low >> 24)] ^ table[512 + Int(low >> 16 & 255)]
                let fourth = unsafe table[256 + Int(low >> 8 & 255)] ^ table[Int(low & 255)]
                sum = first ^ second ^ third ^ fourth
                index += 8
            }
            while index < bytes.count {
                sum = unsafe sum << 8 ^ table[Int(UInt8(truncatingIfNeeded: sum >> 24) ^ bytes[index])]
                index += 1
            }
            self.sum = sum
        }
    }
}
