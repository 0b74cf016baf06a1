public import SystemPackage

/// The address of a file or a folder on a web server: `https://dumps.wikimedia.org/nlwiki/latest/`.
///
/// It can stand where a path stands: everything that reads takes `FilePath("https://…")`.
public struct WebAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address, as it is sent to the server.
    public let description: String

    private static let schemes = ["https:/", "http:/"]

    /// Reads an address; nil if the text is not one.
    public init?(_ text: some StringProtocol) {
        guard let scheme = Self.schemes.first(where: { text.lowercased().hasPrefix($0) }) else { return nil }
        // A path keeps only one of several slashes.
        let rest = text.dropFirst(scheme.count).drop { $0 == "/" }
        guard let host = rest.first, host != ":", host != "?" else { return nil }
        let path = rest.prefix { $0 != "?" }
        let single = path.split(separator: "/").joined(separator: "/") + (path.hasSuffix("/") ? "/" : "")
        description =
            scheme + "/" + Self.escaped(single + rest.dropFirst(path.count), keeping: "%/?#[]@!$&'()*+,;=:")
    }

    /// Reads an address from a path; nil if the path is an ordinary one.
    public init?(_ path: FilePath) { self.init(path.string) }

    /// The address as a path.
    public var path: FilePath { FilePath(description) }

    /// Whether it is written as the address of a folder.
    public var isFolder: Bool { description.hasSuffix("/") }

    /// The address with a slash at its end.
    public var asFolder: WebAddress { isFolder ? self : WebAddress(known: description + "/") }

    private init(known description: String) { self.description = description }

    /// The address of something in this folder.
    /// - Parameter name: A name, or names with slashes between them, which need not be escaped.
    public func appending(_ name: some StringProtocol) -> WebAddress {
        WebAddress(known: asFolder.description + Self.escaped(name, keeping: "/"))
    }

    /// The last name, not escaped; empty if there is none.
    public var name: String {
        let end = description.firstIndex { $0 == "?" || $0 == "#" } ?? description.endIndex
        return Self.unescaped(description[..<end].split(separator: "/").dropFirst(2).last ?? "")
    }

    /// Escapes everything that must not stand in an address.
    private static func escaped(_ text: some StringProtocol, keeping kept: String) -> String {
        let free = Set("-._~\(kept)".utf8)
        var result: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            let isWord = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            if isWord || free.contains(byte) {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Undoes `%20` and the like. What is no escape stays as it is.
    static func unescaped(_ text: some StringProtocol) -> String {
        var result: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
