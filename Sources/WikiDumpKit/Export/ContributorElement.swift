/// Writes a contributor, as `XmlDumpWriter::writeContributor` does.
struct ContributorElement: Sendable {
    private let username: XMLElement
    private let ip: XMLElement
    private let start: StaticString
    private let beforeID: StaticString
    private let withoutID: StaticString
    private let end: StaticString
    private let hidden: StaticString

    static let ofRevision = ContributorElement(
        username: XMLElement("        <username>", "</username>\n", empty: "        <username />\n"),
        ip: XMLElement("        <ip>", "</ip>\n", empty: "        <ip />\n"),
        start: "      <contributor>\n", beforeID: "        <id>", withoutID: "        <id />\n",
        end: "      </contributor>\n", hidden: "      <contributor deleted=\"deleted\" />\n")

    static let ofLogEntry = ContributorElement(
        username: XMLElement("      <username>", "</username>\n", empty: "      <username />\n"),
        ip: XMLElement("      <ip>", "</ip>\n", empty: "      <ip />\n"),
        start: "    <contributor>\n", beforeID: "      <id>", withoutID: "      <id />\n",
        end: "    </contributor>\n", hidden: "    <contributor deleted=\"deleted\" />\n")

    /// Writes the element of a visible contributor. The id may be unknown.
    func write(_ id: Int64?, _ name: [UInt8], _ writer: ElementWriter, _ buffer: inout XMLBuffer) {
        buffer.literal(start)
        if (id ?? 0) == 0, InternetAddress.isValid(name) {
            writer.clean(ip, name, &buffer)
        } else {
            writer.clean(username, name, &buffer)
            if let id {
                buffer.literal(beforeID)
                buffer.number(id)
                buffer.literal("</id>\n")
            } else {
                buffer.literal(withoutID)
            }
        }
        buffer.literal(end)
    }

    func writeHidden(_ buffer: inout XMLBuffer) {
        buffer.literal(hidden)
    }
}

/// Tells IP addresses from names, by the rules of MediaWiki's `IPUtils::isValid`.
enum InternetAddress {
    /// Whether a text is an IPv4 or IPv6 address. One trailing line end is allowed.
    static func isValid(_ text: [UInt8]) -> Bool {
        // Neither form is longer than 39 bytes.
        guard 2...40 ~= text.count else { return false }
        let address = text.last == UInt8(ascii: "\n") ? text.dropLast() : text[...]
        guard let first = address.first, isHexDigit(first) || first == UInt8(ascii: ":") else { return false }
        return isIPv4(address) || isIPv6(address)
    }

    private static func isIPv4(_ address: ArraySlice<UInt8>) -> Bool {
        var parts = 0
        var digits = 0
        var value = 0
        for byte in address {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, parts < 3 else { return false }
                (parts, digits, value) = (parts + 1, 0, 0)
            } else {
                guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return false }
                digits += 1
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
                guard digits <= 3, value <= 255 else { return false }
            }
        }
        return parts == 3 && digits > 0
    }

    /// Eight words of one to four digits, or at most seven with one `::`.
    private static func isIPv6(_ address: ArraySlice<UInt8>) -> Bool {
        var words = 0
        var gaps = 0
        var digits = 0
        var colons = 0
        for byte in address {
            if byte == UInt8(ascii: ":") {
                colons += 1
                digits = 0
                if colons == 2 { gaps += 1 }
                guard colons <= 2 else { return false }
            } else {
                guard isHexDigit(byte) else { return false }
                if digits == 0 {
                    // A single colon may only separate two words.
                    if colons == 1, words == 0 { return false }
                    words += 1
                }
                digits += 1
                colons = 0
                guard digits <= 4 else { return false }
            }
        }
        guard colons != 1 else { return false }
        return gaps == 0 ? words == 8 : gaps == 1 && words <= 7
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "a")...UInt8(ascii: "f"):
            true
        default: false
        }
    }
}
