import Crypto

/// What a file must hash to.
public struct FileDigest: Sendable, Hashable {
    /// A hash function, the surest first.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case sha256, sha1, md5

        var digitCount: Int {
            switch self {
            case .sha256: 64
            case .sha1: 40
            case .md5: 32
            }
        }
    }

    /// The function.
    public let kind: Kind
    /// Its value, in small hexadecimal digits.
    public let digits: String

    /// Takes a value; nil if it does not have the form of one.
    public init?(_ kind: Kind, _ digits: some StringProtocol) {
        let small = digits.lowercased()
        guard small.utf8.count == kind.digitCount,
            small.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        (self.kind, self.digits) = (kind, small)
    }
}

/// Hashes bytes as they come.
struct RunningDigest {
    private var function: any HashFunction

    init(_ kind: FileDigest.Kind) {
        function =
            switch kind {
            case .sha256: SHA256()
            case .sha1: Insecure.SHA1()
            case .md5: Insecure.MD5()
            }
    }

    mutating func add(_ bytes: [UInt8]) { function.update(data: bytes) }

    /// The value, in small hexadecimal digits.
    var digits: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: function.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
