/// Tells by its first bytes whether data is an export.
struct ExportBeginning {
    /// A declaration and blanks may stand before the first tag.
    private static let limit = 1024
    private static let tag = Array("<mediawiki".utf8)
    private var bytes: [UInt8] = []

    mutating func add(_ more: [UInt8]) {
        if bytes.count < Self.limit { bytes += more.prefix(Self.limit - bytes.count) }
    }

    /// nil if there is nothing to tell by.
    var isExport: Bool? {
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        rest = rest.drop { $0 <= UInt8(ascii: " ") }
        if rest.starts(with: Array("<?".utf8)) {
            rest = rest.drop { $0 != UInt8(ascii: ">") }.dropFirst().drop { $0 <= UInt8(ascii: " ") }
        }
        if rest.count < Self.tag.count, bytes.count < Self.limit, Self.tag.starts(with: rest) { return nil }
        return rest.starts(with: Self.tag)
    }
}
