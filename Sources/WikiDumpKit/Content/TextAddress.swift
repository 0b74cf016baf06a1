/// The address of a text in the table `content`, parsed as `SqlBlobStore::splitBlobAddress` does. Examples:
/// `tt:145`, `es:DB://cluster1/5?flags=utf-8,gzip`, `bad:T212428`.
struct TextAddress: Sendable, Hashable {
    /// The part before the first colon, in lower case.
    let scheme: String
    /// The part between the colon and the question mark.
    let path: String
    /// The part after the question mark; nil if there is none.
    let query: String?

    init?(_ address: String) {
        var bytes = Array(address.utf8)
        // MediaWiki's pattern allows one trailing line end.
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            bytes[..<colon].allSatisfy(Self.isSchemeByte)
        else { return nil }
        let rest = bytes[(colon + 1)...]
        let end = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        guard end > rest.startIndex, !rest.contains(where: Self.isSpace) else { return nil }
        scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        path = String(decoding: rest[..<end], as: UTF8.self)
        query = end < rest.endIndex ? String(decoding: rest[(end + 1)...], as: UTF8.self) : nil
    }

    /// The id of the text row, if the address names one. It must be decimal, above 0, and without leading characters.
    var row: Int64? {
        guard scheme == "tt", let number = number, number > 0 else { return nil }
        return number
    }

    /// The path as a number; nil if PHP would write the number differently.
    private var number: Int64? {
        guard let number = Int64(path), String(number) == path else { return nil }
        return number
    }

    /// The flags after `?flags=`, parsed as PHP parses a query. If there are several, the last one counts.
    var flags: TextFlags {
        var found = TextFlags()
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count > 1, Self.decoded(parts[0]) == Array("flags".utf8) else { continue }
            found = unsafe Self.decoded(parts[1]).withUnsafeBytes { unsafe TextFlags($0) }
        }
        return found
    }

    /// The `id` of the text that a stub shows.
    enum StubID: Hashable {
        case none
        case number(Int64)
        case text(String)
    }

    /// The `id` that `XmlDumpWriter` writes beside the address.
    /// - Parameter style: How the wiki's version of MediaWiki writes the id.
    static func stubID(_ address: String, style: StubIDStyle) -> StubID {
        let parts = TextAddress(address)
        switch (style, parts?.scheme) {
        case (.numbersOnly, nil): return .number(0)
        case (.numbersOnly, "tt"): return .number(parts?.number ?? 0)
        case (.anyAddress, "tt"): return .text(parts?.path ?? "")
        case (.anyAddress, "es"):
            let digits = (parts?.path ?? "").utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            return .text(digits.joined())
        default: return .none
        }
    }

    /// Decodes percent escapes such as `%20`, and `+` for a space.
    private static func decoded(_ text: Substring) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, rest.prefix(2).allSatisfy(isHexDigit),
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return result
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
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

/// How a version of MediaWiki writes the `id` of a text in a stub.
enum StubIDStyle: Sendable {
    /// Up to 1.41: the id of a text row; 0 for an address that cannot be parsed.
    case numbersOnly
    /// From 1.42 on: whatever follows `tt:`, or the hexadecimal form of whatever follows `es:`.
    case anyAddress

    /// Chooses the style for a version.
    /// - Parameter generator: The software name in siteinfo, such as `MediaWiki 1.43.9`.
    init(generator: String) {
        let words = generator.split(separator: " ").last?.split(separator: ".") ?? []
        guard words.count > 1, words[0] == "1", let minor = Int(words[1].prefix { $0.isNumber }), minor < 42 else {
            self = .anyAddress
            return
        }
        self = .numbersOnly
    }
}

/// What `old_flags` says about how a text was stored.
struct TextFlags: Sendable, Hashable {
    var isUTF8 = false
    /// The text was compressed with raw deflate.
    var isCompressed = false
    /// The text is a serialised PHP object.
    var isObject = false
    /// What is stored is not the text, but its address in an external store.
    var isExternal = false
    /// The text was found to be lost.
    var isError = false
    /// The first flag that MediaWiki does not know and therefore ignores.
    var unknown: String?

    init() {}

    /// Parses flags separated by commas.
    init(_ words: UnsafeRawBufferPointer) {
        var start = 0
        for place in 0...words.count {
            guard unsafe place == words.count || words[place] == UInt8(ascii: ",") else { continue }
            if place > start { unsafe read(UnsafeRawBufferPointer(rebasing: words[start..<place])) }
            start = place + 1
        }
    }

    private mutating func read(_ word: UnsafeRawBufferPointer) {
        if unsafe word.elementsEqual("utf-8".utf8) || word.elementsEqual("utf8".utf8) {
            isUTF8 = true
        } else if unsafe word.elementsEqual("gzip".utf8) {
            isCompressed = true
        } else if unsafe word.elementsEqual("object".utf8) {
            isObject = true
        } else if unsafe word.elementsEqual("external".utf8) {
            isExternal = true
        } else if unsafe word.elementsEqual("error".utf8) {
            isError = true
        } else if unknown == nil {
            unknown = unsafe String(decoding: word, as: UTF8.self)
        }
    }
}
