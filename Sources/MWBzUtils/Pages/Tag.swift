/// A tag of an export.
struct Tag {
    var name: TagName
    /// Where its `<` stands, in bytes of the decoded data.
    var offset: Int64
    /// The byte behind its `>`.
    var endOffset: Int64
    /// Whether it is an element of its own, as `<contributor deleted="deleted" />` is.
    var isEmpty: Bool
    /// The attribute `bytes` of a text.
    var byteCount: Int64?
}

/// The name of a tag, with the slash of an end tag, as its bytes in one number.
///
/// Names of more than 13 bytes are cut off; none of ours is that long.
struct TagName: Hashable {
    static let longest = 13
    private var bytes: UInt128 = 0
    /// How many bytes it has.
    private(set) var count = 0

    init() {}

    /// The optimizer makes a constant of it.
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
    /// Begins a comment, whatever follows.
    static var comment: TagName { TagName("!--") }
    /// Begins a CDATA section, whatever follows.
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

    /// A number with one more digit; nil if the byte is none or the number gets too big.
    static func appending(_ byte: UInt8, to number: Int64) -> Int64? {
        guard let value = value(of: byte) else { return nil }
        let (tens, isTooBig) = number.multipliedReportingOverflow(by: 10)
        let (next, isTooBigNow) = tens.addingReportingOverflow(Int64(value))
        return isTooBig || isTooBigNow ? nil : next
    }
}
