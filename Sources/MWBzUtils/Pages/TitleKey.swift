/// Titles as people write them, and the number under which the index keeps them.
enum TitleKey {
    /// The plain text of a title. Entities are replaced, and so are underscores by blanks, which mean the same to MediaWiki.
    static func plain(xml title: [UInt8]) -> [UInt8] { spaced(unescaped(title)) }

    /// XML text with its entities replaced. Everything else stays as it is.
    static func unescaped(_ xml: [UInt8]) -> [UInt8] {
        guard xml.contains(UInt8(ascii: "&")) else { return xml }
        var text: [UInt8] = []
        var rest = xml[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
            text += rest[..<start]
            rest = rest[start...]
            guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")),
                let character = character(String(decoding: rest[(start + 1)..<end], as: UTF8.self))
            else {
                text.append(UInt8(ascii: "&"))
                rest = rest.dropFirst()
                continue
            }
            text += character.utf8
            rest = rest[(end + 1)...]
        }
        return text + rest
    }

    /// The same for a title that is plain text already.
    static func plain(_ title: String) -> [UInt8] { spaced(Array(title.utf8)) }

    private static func spaced(_ text: [UInt8]) -> [UInt8] {
        text.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: " ") : $0 }
    }

    private static func character(_ entity: String) -> String? {
        switch entity {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard entity.hasPrefix("#") else { return nil }
            let digits = entity.dropFirst()
            let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return code.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
        }
    }

    /// The FNV-1a hash of a plain title, with its bits mixed once more and without the last bit. Two titles may have the same.
    static func hash(plain title: [UInt8]) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in title { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash ^= hash >> 33
        return Int64(hash >> 1)
    }
}
