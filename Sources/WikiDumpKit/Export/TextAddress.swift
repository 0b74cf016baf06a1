/// Finds the id of a text in its address, as `SqlBlobStore::getTextIdFromAddress` and `XmlDumpWriter` do.
enum TextAddress {
    /// The id behind `tt:`, 0 if the address is malformed, or nil if the text is stored elsewhere.
    static func textID(_ address: String) -> Int64? {
        var bytes = Array(address.utf8)
        // The pattern of MediaWiki allows for one line end.
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            bytes[..<colon].allSatisfy(isSchemeByte)
        else { return 0 }
        let rest = bytes[(colon + 1)...]
        let end = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        guard end > rest.startIndex, !rest.contains(where: isSpace) else { return 0 }
        let isTextTable = bytes[..<colon].elementsEqual("tt".utf8) { $0 | 0x20 == $1 }
        guard isTextTable else { return nil }
        let text = String(decoding: rest[..<end], as: UTF8.self)
        guard let id = Int64(text), id != 0, String(id) == text else { return 0 }
        return id
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
}
