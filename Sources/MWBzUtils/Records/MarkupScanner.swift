/// A tag in XML.
struct MarkupTag {
    /// The name without its prefix, and without the slash of an end tag, as one number. Only the last 16 bytes of it count.
    var name: UInt128
    /// Whether it is the end of an element.
    var isEnd: Bool
    /// Whether it is a whole element, as `<minor />` is.
    var isEmpty: Bool
    /// What stands between the name and the `>`.
    var attributes: ArraySlice<UInt8>
    /// Where its `<` is, in bytes of the decoded data.
    var offset: Int64
    /// The byte after its `>`.
    var endOffset: Int64
}

/// What takes the markup that ``MarkupScanner`` finds.
protocol MarkupHandler {
    /// Takes text between tags, with references in it. A text may come in several pieces.
    mutating func take(text: ArraySlice<UInt8>, offset: Int64) throws(BzError)
    /// Takes the content of a CDATA section, which may come in several pieces.
    mutating func take(data: ArraySlice<UInt8>) throws(BzError)
    mutating func take(_ tag: MarkupTag) throws(BzError)
}

/// Takes XML apart that arrives in chunks of any size. Comments and instructions are passed over.
struct MarkupScanner: Sendable {
    private enum Mode: Sendable {
        case text
        /// Up to the end of a comment, an instruction or a CDATA section.
        case hidden(until: [UInt8], isData: Bool)
    }

    /// No tag of an export is that long.
    private static let longestTag = 1 << 20
    private static let comment = Array("<!--".utf8)
    private static let data = Array("<![CDATA[".utf8)
    private var mode = Mode.text
    /// The beginning of a tag that the last chunk ended inside of.
    private var rest: [UInt8] = []
    /// Where the next byte to be looked at is in the decoded data.
    private var offset: Int64 = 0

    /// Scans the next bytes.
    mutating func scan<Handler: MarkupHandler>(_ chunk: [UInt8], into handler: inout Handler) throws(BzError) {
        let bytes = rest.isEmpty ? chunk : rest + chunk
        rest = []
        var index = 0
        while index < bytes.count {
            let start = index
            if case .hidden(let end, let isData) = mode {
                index = try passHidden(bytes, from: index, until: end, isData: isData, into: &handler)
            } else {
                index = bytes.find(UInt8(ascii: "<"), from: index) ?? bytes.count
                if index > start {
                    try handler.take(text: bytes[start..<index], offset: offset + Int64(start))
                } else {
                    index = try readMarkup(bytes, at: index, into: &handler)
                }
            }
            if index == start {
                guard bytes.count - index <= Self.longestTag else {
                    throw .markup("a tag without an end", at: offset + Int64(index))
                }
                rest = Array(bytes[index...])
                break
            }
        }
        offset += Int64(bytes.count - rest.count)
    }

    /// - Returns: where to go on; the same place if more bytes are needed.
    private mutating func passHidden<Handler: MarkupHandler>(
        _ bytes: [UInt8], from start: Int, until end: [UInt8], isData: Bool, into handler: inout Handler
    ) throws(BzError) -> Int {
        var place = start
        while let found = bytes.find(end[0], from: place), found + end.count <= bytes.count {
            guard bytes[found..<found + end.count].elementsEqual(end) else {
                place = found + 1
                continue
            }
            if isData { try handler.take(data: bytes[start..<found]) }
            mode = .text
            return found + end.count
        }
        // The last bytes may be the beginning of the end.
        let sure = max(start, bytes.count - end.count + 1)
        if isData, sure > start { try handler.take(data: bytes[start..<sure]) }
        return sure
    }

    /// - Returns: where to go on; the same place if more bytes are needed.
    private mutating func readMarkup<Handler: MarkupHandler>(
        _ bytes: [UInt8], at start: Int, into handler: inout Handler
    ) throws(BzError) -> Int {
        guard start + 1 < bytes.count else { return start }
        switch bytes[start + 1] {
        case UInt8(ascii: "?"):
            mode = .hidden(until: Array("?>".utf8), isData: false)
            return start + 2
        case UInt8(ascii: "!"):
            let beginning = bytes[start...].prefix(Self.data.count)
            if beginning.starts(with: Self.comment) {
                mode = .hidden(until: Array("-->".utf8), isData: false)
                return start + Self.comment.count
            }
            if beginning.elementsEqual(Self.data) {
                mode = .hidden(until: Array("]]>".utf8), isData: true)
                return start + Self.data.count
            }
            guard Self.comment.starts(with: beginning) || Self.data.starts(with: beginning) else {
                throw .markup("a declaration, which exports do not have", at: offset + Int64(start))
            }
            return start
        default: return try readTag(bytes, at: start, into: &handler)
        }
    }

    private func readTag<Handler: MarkupHandler>(
        _ bytes: [UInt8], at start: Int, into handler: inout Handler
    ) throws(BzError) -> Int {
        let isEnd = bytes[start + 1] == UInt8(ascii: "/")
        let nameStart = start + (isEnd ? 2 : 1)
        var place = nameStart
        var name: UInt128 = 0
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") || byte <= UInt8(ascii: " ") { break }
            name = byte == UInt8(ascii: ":") ? 0 : name << 8 | UInt128(byte)
            place += 1
        }
        let nameEnd = place
        var quote: UInt8?
        while place < bytes.count {
            let byte = bytes[place]
            if let open = quote {
                guard let close = bytes.find(open, from: place) else { return start }
                place = close
                quote = nil
            } else if byte == UInt8(ascii: ">") {
                break
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "<") {
                throw .markup("a tag without an end", at: offset + Int64(start))
            }
            place += 1
        }
        guard place < bytes.count else { return start }
        guard name != 0 else { throw .markup("a < that begins no tag", at: offset + Int64(start)) }
        let isEmpty = !isEnd && bytes[place - 1] == UInt8(ascii: "/")
        try handler.take(
            MarkupTag(
                name: name, isEnd: isEnd, isEmpty: isEmpty,
                attributes: bytes[nameEnd..<max(nameEnd, isEmpty ? place - 1 : place)],
                offset: offset + Int64(start), endOffset: offset + Int64(place + 1)))
        return place + 1
    }
}

extension MarkupTag {
    /// The value of an attribute, with either quote; nil if it is not there.
    /// - Parameter wanted: The name without a prefix.
    func attribute(_ wanted: StaticString) -> XMLText? {
        guard attributes.count > 1 else { return nil }
        let name = Array(wanted.description.utf8)
        var rest = attributes[...]
        while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
            let isNoName = { (byte: UInt8) in byte <= UInt8(ascii: " ") }
            let before = rest[..<equals].drop(while: isNoName)
            let found = before.prefix { !isNoName($0) }
            let value = rest[(equals + 1)...].drop(while: isNoName)
            guard let quote = value.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
                let end = value.dropFirst().firstIndex(of: quote)
            else { return nil }
            let local = found.lastIndex(of: UInt8(ascii: ":")).map { found[($0 + 1)...] } ?? found
            if local.elementsEqual(name) { return XMLText(xml: Array(value[(value.startIndex + 1)..<end])) }
            rest = attributes[(end + 1)...]
        }
        return nil
    }
}

extension BzError {
    /// An error about XML that no reader takes.
    static func markup(_ what: String, at offset: Int64) -> BzError {
        BzError(
            .damaged, "the XML is not well-formed: \(what), at byte \(offset) of the text",
            remedy: "use another copy of the dump, or salvage what is left of it")
    }
}
