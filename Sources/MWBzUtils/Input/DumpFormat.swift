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
}
