/// The part of a block before its symbols.
struct BlockHeader {
    /// The most selectors that a block can use. Some encoders write more, which are ignored.
    private static let usefulSelectors = 18_002
    let crc: UInt32
    let isRandomised: Bool
    /// The row of the sorted rotations that is the content.
    let origPtr: Int
    /// The bytes that occur, ascending.
    let usedBytes: [UInt8]
    /// The table for each group of 50 symbols.
    let selectors: [UInt8]
    let tables: [HuffmanTable]

    /// The symbol that ends the block.
    var endSymbol: Int { usedBytes.count + 1 }

    /// Reads a header.
    /// - Parameter reader: Is at the magic before the call, and at the first symbol afterwards.
    init(_ reader: inout BitReader) throws(BzError) {
        let start = reader.bitOffset
        guard reader.read(BzStream.magicBits) == BzStream.blockMagic, !reader.isPastEnd else {
            throw .noBlock(at: start)
        }
        crc = UInt32(reader.read(32))
        isRandomised = reader.read(1) == 1
        origPtr = Int(reader.read(24))
        usedBytes = Self.readUsedBytes(&reader)
        guard !usedBytes.isEmpty else { throw .damagedBlock("it uses no byte values", at: start) }
        let tableCount = Int(reader.read(3))
        guard (2...6).contains(tableCount) else { throw .damagedBlock("\(tableCount) code tables", at: start) }
        guard let selectors = Self.readSelectors(&reader, tableCount: tableCount) else {
            throw .damagedBlock("a selector names a missing table", at: start)
        }
        self.selectors = selectors
        var tables: [HuffmanTable] = []
        for _ in 0..<tableCount {
            guard let lengths = Self.readLengths(&reader, count: usedBytes.count + 2),
                let table = HuffmanTable(lengths: lengths)
            else { throw .damagedBlock("an impossible code table", at: start) }
            tables.append(table)
        }
        self.tables = tables
        if reader.isPastEnd { throw .truncatedBlock(at: start) }
    }

    private static func readUsedBytes(_ reader: inout BitReader) -> [UInt8] {
        var bytes: [UInt8] = []
        let groups = reader.read(16)
        for group in 0..<16 where groups >> UInt64(15 - group) & 1 == 1 {
            let members = reader.read(16)
            for member in 0..<16 where members >> UInt64(15 - member) & 1 == 1 {
                bytes.append(UInt8(group * 16 + member))
            }
        }
        return bytes
    }

    private static func readSelectors(_ reader: inout BitReader, tableCount: Int) -> [UInt8]? {
        var order = [UInt8](0..<UInt8(tableCount))
        let count = Int(reader.read(15))
        var selectors: [UInt8] = []
        selectors.reserveCapacity(min(count, usefulSelectors))
        for _ in 0..<count {
            var index = 0
            while reader.read(1) == 1 {
                index += 1
                if index == tableCount { return nil }
            }
            let table = order.remove(at: index)
            order.insert(table, at: 0)
            if selectors.count < usefulSelectors { selectors.append(table) }
        }
        return selectors.isEmpty ? nil : selectors
    }

    private static func readLengths(_ reader: inout BitReader, count: Int) -> [UInt8]? {
        var lengths: [UInt8] = []
        var length = Int(reader.read(5))
        for _ in 0..<count {
            while true {
                guard (1...HuffmanTable.longestCode).contains(length) else { return nil }
                if reader.read(1) == 0 { break }
                length += reader.read(1) == 0 ? 1 : -1
            }
            lengths.append(UInt8(length))
        }
        return lengths
    }
}
