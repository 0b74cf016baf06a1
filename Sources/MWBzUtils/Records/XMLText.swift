internal import CLibrary

/// Text of an XML document as it stands there, with references such as `&amp;` in it. They are resolved when it is asked for,
/// so that a reader need not pay for what nobody looks at.
public struct XMLText: Sendable, Hashable, CustomStringConvertible {
    /// The text as in the XML. Of CDATA sections the content, with each `&` as a reference.
    public let xml: [UInt8]

    /// Takes text as it stands in the XML.
    public init(xml: [UInt8]) { self.xml = xml }

    /// The plain text: the five references with names and those with numbers are resolved, and line ends are `\n` as the
    /// rules of XML want it. What is no reference stays as it is.
    public var bytes: [UInt8] {
        guard xml.find(UInt8(ascii: "&"), from: 0) != nil || xml.find(UInt8(ascii: "\r"), from: 0) != nil else {
            return xml
        }
        var plain: [UInt8] = []
        plain.reserveCapacity(xml.count)
        var index = 0
        var nextReturn = xml.find(UInt8(ascii: "\r"), from: 0) ?? xml.count
        var nextReference = xml.find(UInt8(ascii: "&"), from: 0) ?? xml.count
        while index < xml.count {
            let end = min(nextReturn, nextReference)
            plain += xml[index..<end]
            guard end < xml.count else { break }
            if end == nextReturn {
                plain.append(UInt8(ascii: "\n"))
                index = end + 1
                if index < xml.count, xml[index] == UInt8(ascii: "\n") { index += 1 }
                nextReturn = xml.find(UInt8(ascii: "\r"), from: index) ?? xml.count
            } else {
                index = resolve(at: end, into: &plain)
                nextReference = xml.find(UInt8(ascii: "&"), from: index) ?? xml.count
            }
        }
        return plain
    }

    /// The plain text. Bytes that are not UTF-8 are replaced.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Appends what the reference that begins here stands for.
    /// - Returns: where to go on.
    private func resolve(at start: Int, into plain: inout [UInt8]) -> Int {
        // The longest that has a meaning is `&#x10FFFF;`, but zeros may stand before the digits.
        let body = xml[(start + 1)...].prefix(32)
        guard let end = body.firstIndex(of: UInt8(ascii: ";")) else {
            plain.append(UInt8(ascii: "&"))
            return start + 1
        }
        switch xml.word(from: start + 1, to: end) {
        case 0x616D70: plain.append(UInt8(ascii: "&"))
        case 0x6C74: plain.append(UInt8(ascii: "<"))
        case 0x6774: plain.append(UInt8(ascii: ">"))
        case 0x7175_6F74: plain.append(UInt8(ascii: "\""))
        case 0x6170_6F73: plain.append(UInt8(ascii: "'"))
        default:
            guard let scalar = Self.scalar(body[..<end]) else {
                plain.append(UInt8(ascii: "&"))
                return start + 1
            }
            plain += String(Character(scalar)).utf8
        }
        return end + 1
    }

    /// The character of a reference with a number, as `#65` or `#x41`.
    private static func scalar(_ name: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard name.first == UInt8(ascii: "#") else { return nil }
        let digits = name.dropFirst()
        let isHexadecimal = digits.first == UInt8(ascii: "x")
        let text = String(decoding: isHexadecimal ? digits.dropFirst() : digits, as: UTF8.self)
        guard let first = text.first, first != "+", first != "-" else { return nil }
        return UInt32(text, radix: isHexadecimal ? 16 : 10).flatMap(Unicode.Scalar.init)
    }
}

extension [UInt8] {
    /// Where the next byte of a value is.
    func find(_ byte: UInt8, from start: Int) -> Int? {
        unsafe withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, start < bytes.count,
                let found = unsafe memchr(base + start, Int32(byte), bytes.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }

    /// Up to eight bytes as one number; 0 for more.
    fileprivate func word(from start: Int, to end: Int) -> UInt64 {
        guard end - start <= 8 else { return 0 }
        return self[start..<end].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
