/// A request to MediaWiki's API for its siteinfo.
struct SiteInfoRequest: Sendable, Hashable {
    /// The requested properties (`siprop`), in the order of the answer.
    var properties: [String]
    /// The format of the answer: 1 or 2.
    var formatVersion: Int

    /// The request whose answer the header of an export is made from.
    static let header = SiteInfoRequest(
        properties: ["general", "namespaces", "namespacealiases", "magicwords"], formatVersion: 2)

    /// Whether the answer includes what the header of an export needs.
    var tellsHeader: Bool { properties.contains("general") && properties.contains("namespaces") }

    /// The query part of the URL.
    var query: String {
        "action=query&meta=siteinfo&siprop=\(properties.map(\.inAddress).joined(separator: "%7C"))"
            + "&format=json&formatversion=\(formatVersion)"
    }
}

extension [SiteInfoRequest] {
    /// These requests, plus one for the header of an export if none of them includes it.
    var withHeader: [SiteInfoRequest] { contains(where: \.tellsHeader) ? self : self + [.header] }
}

extension String {
    /// The text, percent-encoded for a URL.
    fileprivate var inAddress: String {
        let digits = Array("0123456789ABCDEF")
        return utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            return isPlain
                ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
    }
}
