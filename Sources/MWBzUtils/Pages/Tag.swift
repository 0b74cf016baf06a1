import CLibrary

/// A tag of an export.
struct Tag {
    var name: TagName
    /// Where its `<` is, in bytes of the decoded data.
    var offset: Int64
    /// The byte after its `>`.
    var endOffset: Int64
    /// Whether it is a whole element, as `<contributor deleted="deleted" />` is.
    var isEmpty: Bool
    /// The attribute `bytes` of a text.
    var byteCount: Int64?
}

/// The name of a tag, including the slash of an end tag. Its bytes are packed into one number.
///
/// Names longer than 13 bytes are cut off. None of the names that matter is that long.
struct TagName: Hashable {
    static let longest = 13
    private var bytes: UInt128 = 0
    /// How many bytes it has.
    private(set) var count = 0

    init() {}

    /// The optimizer turns this into a constant.
    @inline(__always)
    private init(_ name: StaticString) {
        for index in 0..<name.utf8CodeUnitCount { append(unsafe name.utf8Start[index]) }
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        if count < Self.longest { bytes = bytes << 8 | UInt128(byte) }
        count += 1
    }

    /// Whether it is the name of an instruction, such as `?xml`.
    var isInstruction: Bool { count > 0 && bytes >> UInt128(8 * (min(count, Self.longest) - 1)) == 0x3F }

    static func == (one: TagName, other: TagName) -> Bool { one.bytes == other.bytes }
    static func ~= (pattern: TagName, value: TagName) -> Bool { pattern.bytes == value.bytes }

    static var page: TagName { TagName("page") }
    static var pageEnd: TagName { TagName("/page") }
    static var revision: TagName { TagName("revision") }
    static var text: TagName { TagName("text") }
    static var contributor: TagName { TagName("contributor") }
    static var contributorEnd: TagName { TagName("/contributor") }
    static var headerEnd: TagName { TagName("/siteinfo") }
    static var exportEnd: TagName { TagName("/mediawiki") }
    static var title: TagName { TagName("title") }
    static var titleEnd: TagName { TagName("/title") }
    static var namespace: TagName { TagName("ns") }
    static var namespaceEnd: TagName { TagName("/ns") }
    static var id: TagName { TagName("id") }
    static var idEnd: TagName { TagName("/id") }
    /// Begins a comment.
    static var comment: TagName { TagName("!--") }
    /// Begins a CDATA section.
    static var data: TagName { TagName("![CDATA[") }
    /// An attribute.
    static var bytes: TagName { TagName("bytes") }
}

/// Decimal digits in ASCII.
enum Digits {
    static func value(of byte: UInt8) -> Int? {
        let value = Int(byte) - Int(UInt8(ascii: "0"))
        return (0...9).contains(value) ? value : nil
    }

    /// The number with one more digit; nil if the byte is not a digit or the number gets too large.
    static func appending(_ byte: UInt8, to number: Int64) -> Int64? {
        guard let value = value(of: byte) else { return nil }
        let (tens, isTooBig) = number.multipliedReportingOverflow(by: 10)
        let (next, isTooBigNow) = tens.addingReportingOverflow(Int64(value))
        return isTooBig || isTooBigNow ? nil : next
    }

    /// The number between blanks; nil if it is not a number or does not fit into 64 bits.
    static func number(_ text: [UInt8]) -> Int64? {
        let isBlank = { (byte: UInt8) in byte <= UInt8(ascii: " ") }
        guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) })
        else { return nil }
        var digits = text[first...last]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        guard !digits.isEmpty else { return nil }
        var number: Int64 = 0
        for byte in digits {
            guard let next = appending(byte, to: number) else { return nil }
            number = next
        }
        return isNegative ? -number : number
    }
}

/// Finds the tags in XML that arrives in chunks of any size. Comments, CDATA sections and instructions do not count as tags.
struct TagScanner: Sendable {
    private enum Mode: Sendable {
        case text
        /// After `<`, in the name.
        case name
        /// After the name.
        case attributes
        /// Between quotes; the byte that ends it.
        case quoted(UInt8)
        /// In a part that ends with `>` after two bytes like this one.
        case hidden(UInt8)
    }

    private var mode = Mode.text
    /// Where the chunk begins in the decoded data.
    private var chunkOffset: Int64
    private var name = TagName()
    private var tagOffset: Int64 = 0
    private var attribute = TagName()
    /// Whether a blank came after the name of the attribute; only `=` and the value may still follow.
    private var isAttributeOver = false
    private var byteCount: Int64?
    /// Whether a slash was the last byte before this one.
    private var endsWithSlash = false
    /// The last byte of the name.
    private var lastOfName: UInt8 = 0
    /// How many bytes like the one that ends a hidden part came last.
    private var run = 0
    /// Where the text ends that began where the last call of ``next(in:from:)`` began, in the chunk.
    private(set) var textEnd = 0

    init(startingAt offset: Int64) { chunkOffset = offset }

    /// Where the tag begins that the data ended inside of, if it may turn out to have this name.
    func openOffset(of name: TagName) -> Int64? {
        switch mode {
        case .text, .hidden: nil
        case .name: tagOffset
        case .attributes, .quoted: self.name == name ? tagOffset : nil
        }
    }

    /// Goes on with another chunk.
    mutating func pass(_ count: Int) { chunkOffset += Int64(count) }

    /// Looks for the end of the next tag in a chunk.
    /// - Parameter index: Where to begin; where to go on, after the call.
    /// - Returns: nil if the chunk ends before, or a comment or the like does.
    mutating func next(in bytes: UnsafeBufferPointer<UInt8>, from index: inout Int) -> Tag? {
        textEnd = index
        while index < bytes.count {
            switch mode {
            case .text:
                let tag = unsafe Self.find(UInt8(ascii: "<"), in: bytes, from: index) ?? bytes.count
                textEnd = tag
                index = tag
                if tag < bytes.count { begin(at: &index) }
            case .name:
                unsafe readName(in: bytes, from: &index)
            case .attributes:
                if let tag = unsafe readAttributes(in: bytes, from: &index) { return tag }
            case .quoted(let quote):
                unsafe readQuoted(to: quote, in: bytes, from: &index)
            case .hidden(let last):
                unsafe passHidden(endingWith: last, in: bytes, from: &index)
                // The text that follows is another piece.
                return nil
            }
        }
        return nil
    }

    private mutating func begin(at index: inout Int) {
        tagOffset = chunkOffset + Int64(index)
        name = TagName()
        byteCount = nil
        endsWithSlash = false
        mode = .name
        index += 1
    }

    private mutating func readName(in bytes: UnsafeBufferPointer<UInt8>, from index: inout Int) {
        // Kept out of memory while it grows.
        var name = name
        defer { self.name = name }
        while index < bytes.count {
            let byte = unsafe bytes[index]
            let isSlashBehind = byte == UInt8(ascii: "/") && name.count > 0
            if byte <= UInt8(ascii: ">"), byte == UInt8(ascii: ">") || byte <= UInt8(ascii: " ") || isSlashBehind {
                (attribute, isAttributeOver) = (TagName(), true)
                mode = name.isInstruction ? .hidden(UInt8(ascii: "?")) : .attributes
                // An instruction may be no more than its name, as `<?name?>` is.
                run = lastOfName == UInt8(ascii: "?") ? 1 : 0
                return
            }
            name.append(byte)
            lastOfName = byte
            index += 1
            if name.count == 3, name == .comment { return hide(UInt8(ascii: "-")) }
            if name.count == 8, name == .data { return hide(UInt8(ascii: "]")) }
        }
    }

    private mutating func hide(_ last: UInt8) {
        mode = .hidden(last)
        run = 0
    }

    private mutating func readAttributes(in bytes: UnsafeBufferPointer<UInt8>, from index: inout Int) -> Tag? {
        while index < bytes.count {
            let byte = unsafe bytes[index]
            switch byte {
            case UInt8(ascii: ">"):
                index += 1
                mode = .text
                return Tag(
                    name: name, offset: tagOffset, endOffset: chunkOffset + Int64(index), isEmpty: endsWithSlash,
                    byteCount: byteCount)
            case UInt8(ascii: "<"):
                // What began before was no tag.
                begin(at: &index)
                return nil
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                if name == .text, attribute == .bytes { byteCount = 0 }
                mode = .quoted(byte)
                index += 1
                return nil
            case UInt8(ascii: "="): break
            case 0...UInt8(ascii: " "): isAttributeOver = true
            default:
                if isAttributeOver { attribute = TagName() }
                isAttributeOver = false
                attribute.append(byte)
            }
            endsWithSlash = byte == UInt8(ascii: "/")
            index += 1
        }
        return nil
    }

    private mutating func readQuoted(to quote: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from index: inout Int) {
        let end = unsafe Self.find(quote, in: bytes, from: index) ?? bytes.count
        if name == .text, attribute == .bytes {
            for place in index..<end {
                byteCount = byteCount.flatMap { unsafe Digits.appending(bytes[place], to: $0) }
            }
        }
        index = end
        guard end < bytes.count else { return }
        index += 1
        isAttributeOver = true
        endsWithSlash = false
        mode = .attributes
    }

    /// Goes to the end of a comment (`-->`), a CDATA section (`]]>`) or an instruction (`?>`).
    private mutating func passHidden(
        endingWith last: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from index: inout Int
    ) {
        let needed = last == UInt8(ascii: "?") ? 1 : 2
        while index < bytes.count {
            if run == 0 { index = unsafe Self.find(last, in: bytes, from: index) ?? bytes.count }
            guard index < bytes.count else { return }
            let byte = unsafe bytes[index]
            index += 1
            if byte == last {
                run += 1
            } else if byte == UInt8(ascii: ">"), run >= needed {
                mode = .text
                return
            } else {
                run = 0
            }
        }
    }

    private static func find(_ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count else { return nil }
        guard let found = unsafe memchr(base + start, Int32(byte), bytes.count - start) else { return nil }
        return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
}
