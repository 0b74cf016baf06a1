public import SystemPackage

/// How the text of a dump is stored.
public enum DumpFormat: String, Sendable, Hashable, CaseIterable {
    /// bzip2 streams.
    case bzip2
    /// gzip members.
    case gzip
    /// As it is.
    case plain

    /// Bytes that are enough to tell.
    static let magicSize = 4

    /// Tells the format by the first bytes of the data: `BZh` and a digit, the two magic bytes of gzip, or else.
    public init(beginning bytes: some Collection<UInt8>) {
        let start = Array(bytes.prefix(Self.magicSize))
        if case .part = BzStreamDecoder.beginning(start) {
            self = .bzip2
        } else if case .part = GzipMemberDecoder.beginning(Array(start.prefix(GzipMemberDecoder.magicSize))) {
            self = .gzip
        } else {
            self = .plain
        }
    }

    /// Tells the format by the ending of a name: `.bz2`, `.gz` or another one. The ending `.tmp` or the like may stand
    /// behind it, as in `pages.xml.bz2.tmp`.
    public init(fileName path: FilePath) {
        let parts = (path.lastComponent?.string ?? "").split(separator: ".").dropFirst().suffix(2)
        self =
            parts.last == "bz2"
            ? .bzip2
            : parts.last == "gz"
                ? .gzip
                : parts.first == "bz2" ? .bzip2 : parts.first == "gz" ? .gzip : .plain
    }
}
