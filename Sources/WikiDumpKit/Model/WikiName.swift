/// The database name of a wiki: its identity, its section in the configuration, a folder and a file name prefix.
///
/// A name that could leave its folder (`..`, a slash, a NUL) cannot be made, so a path built from one is safe.
public struct WikiName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The name as it stands in the list of wikis.
    public let description: String

    /// Checks a name: 1 to 200 bytes, beginning with a letter or digit, then letters, digits, `_`, `-` and `.`,
    /// ASCII only. Returns nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 200, Self.isAlphanumeric(first),
            bytes.allSatisfy({
                Self.isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            })
        else { return nil }
        description = String(text)
    }

    /// Bytewise order, as the list of wikis is sorted.
    public static func < (a: WikiName, b: WikiName) -> Bool {
        a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
