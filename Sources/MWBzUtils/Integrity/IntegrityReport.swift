public import SystemPackage

/// What a check of a bzip2 file found.
public struct IntegrityReport: Sendable {
    /// How thoroughly a file was looked at.
    public enum Depth: Sendable, Hashable {
        /// The start, the last blocks and the end. Damage between them is not seen.
        case quick
        /// Every block of every stream.
        case full
    }

    /// What a file should hold when it is decoded.
    public enum Content: Sendable, Hashable {
        /// Anything.
        case anything
        /// An export in XML, which ends with `</mediawiki>`.
        case export
    }

    /// The file.
    public let path: FilePath
    /// Bytes of the file.
    public let size: Int64
    /// How thoroughly it was looked at.
    public let depth: Depth
    /// All that is wrong, in the order of the file; each names its place.
    public internal(set) var problems: [BzError] = []
    /// Streams, blocks and bytes that were found sound. In a quick check only those near the end were looked at.
    public internal(set) var summary = BzFileSummary()
    /// Where the sound part ends, in bits from the start of the file: behind the last block that was proven, or behind the
    /// footer if that is sound too.
    public internal(set) var soundBitCount: Int64 = 0
    /// The last page of which all is there and sound; nil if there was none where the check looked.
    public internal(set) var lastCompletePage: DumpPage?

    /// Whether nothing is wrong.
    public var isSound: Bool { problems.isEmpty }

    /// The smallest page id that a dump which continues this one has to take up; nil if no complete page was seen.
    public var resumePageID: Int64? { lastCompletePage.map { $0.id &+ 1 } }
}
