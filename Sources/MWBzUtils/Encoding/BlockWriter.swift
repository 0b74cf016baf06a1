/// Writes the coded form of a block: magic, checksum, maps, tables, selectors and symbols.
struct BlockWriter {
    let crc: UInt32
    let origPtr: Int
    let usedBytes: [UInt8]
    let tables: CodeTables

    /// The most bits that a number of symbols can need.
    static func capacity(symbolCount: Int) -> Int {
        let fixed = 48 + 32 + 1 + 24 + 16 + 256 + 3 + 15
        let selectors = (symbolCount / CodeTables.groupSize + 1) * 6
        let codes = 6 * (5 + 258 * (2 * CodeLengths.longest + 1))
        return fixed + selectors + codes + symbolCount * CodeLengths.longest
    }

    func write(_ symbols: UnsafeBufferPointer<UInt16>, to writer: inout BitWriter) {
        writer.write(BzStream.blockMagic, BzStream.magicBits)
        writer.write(UInt64(crc), 32)
        writer.write(0, 1)
        writer.write(UInt64(origPtr), 24)
        writeUsedBytes(to: &writer)
        writer.write(UInt64(tables.lengths.count), 3)
        writer.write(UInt64(tables.selectors.count), 15)
        writeSelectors(to: &writer)
        for lengths in tables.lengths { Self.write(lengths, to: &writer) }
        unsafe writeSymbols(symbols, to: &writer)
    }

    private func writeUsedBytes(to writer: inout BitWriter) {
        var maps = [UInt64](repeating: 0, count: 16)
        for byte in usedBytes { maps[Int(byte >> 4)] |= 0x8000 >> UInt64(byte & 15) }
        writer.write(maps.reduce(0) { $0 << 1 | ($1 == 0 ? 0 : 1) }, 16)
        for map in maps where map != 0 { writer.write(map, 16) }
    }

    private func writeSelectors(to writer: inout BitWriter) {
        var order = [UInt8](0..<UInt8(tables.lengths.count))
        for selector in tables.selectors {
            let index = order.firstIndex(of: selector) ?? 0
            order.remove(at: index)
            order.insert(selector, at: 0)
            // As many ones as the position, and a zero.
            writer.write(UInt64(1) << UInt64(index + 1) - 2, index + 1)
        }
    }

    private static func write(_ lengths: [UInt8], to writer: inout BitWriter) {
        var current = lengths[0]
        writer.write(UInt64(current), 5)
        for length in lengths {
            while current < length {
                writer.write(0b10, 2)
                current += 1
            }
            while current > length {
                writer.write(0b11, 2)
                current -= 1
            }
            writer.write(0, 1)
        }
    }

    /// Codes by `table << 9 | symbol`: the code << 8, and its length.
    private func codes() -> [UInt32] {
        var codes = [UInt32](repeating: 0, count: tables.lengths.count << 9)
        for (number, lengths) in tables.lengths.enumerated() {
            var code: UInt32 = 0
            for length in 1...UInt8(CodeLengths.longest) {
                code <<= 1
                for symbol in lengths.indices where lengths[symbol] == length {
                    codes[number << 9 | symbol] = code << 8 | UInt32(length)
                    code += 1
                }
            }
        }
        return codes
    }

    private func writeSymbols(_ symbols: UnsafeBufferPointer<UInt16>, to output: inout BitWriter) {
        var writer = output
        unsafe codes().withUnsafeBufferPointer { codes in
            for (group, selector) in tables.selectors.enumerated() {
                let base = Int(selector) &<< 9
                var index = group &* CodeTables.groupSize
                let end = min(index &+ CodeTables.groupSize, symbols.count)
                // Three codes and what is left of a byte fit the buffer.
                while index &+ 3 <= end {
                    for step in 0..<3 {
                        let code = unsafe codes[base | Int(symbols[index &+ step])]
                        writer.hold(UInt64(code &>> 8), Int(code & 0xFF))
                    }
                    writer.flush()
                    index &+= 3
                }
                while index < end {
                    let code = unsafe codes[base | Int(symbols[index])]
                    writer.write(UInt64(code &>> 8), Int(code & 0xFF))
                    index &+= 1
                }
            }
        }
        output = writer
    }
}

/// Writes bits into memory, most significant first.
@safe struct BitWriter {
    private let bytes: UnsafeMutableRawPointer
    private var position = 0
    /// Bits that wait for a whole byte, right-aligned.
    private var buffer: UInt64 = 0
    private var live = 0

    /// - Parameter bytes: Room for all that will be written and 8 bytes more.
    init(_ bytes: UnsafeMutablePointer<UInt8>) { unsafe self.bytes = UnsafeMutableRawPointer(bytes) }

    /// Bits written so far.
    var bitCount: Int { position * 8 + live }

    /// Adds bits that ``flush()`` will write, at most 57 in all.
    @inline(__always)
    mutating func hold(_ value: UInt64, _ count: Int) {
        buffer = buffer &<< UInt64(count) | value
        live &+= count
    }

    /// Writes the whole bytes that wait.
    @inline(__always)
    mutating func flush() {
        let word = (buffer &<< UInt64(64 &- live)).bigEndian
        unsafe bytes.storeBytes(of: word, toByteOffset: position, as: UInt64.self)
        position &+= live &>> 3
        live &= 7
    }

    /// Writes bits, at most 48.
    @inline(__always)
    mutating func write(_ value: UInt64, _ count: Int) {
        hold(value, count)
        flush()
    }
}
