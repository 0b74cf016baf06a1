public import SystemPackage

/// What a check of a dump file found.
public struct IntegrityReport: Sendable {
    /// How thoroughly a file was looked at.
    public enum Depth: String, Sendable, Hashable {
        /// The start, the last blocks and the end. Damage between them is not seen.
        case quick
        /// Every block of every stream.
        case full
    }

    /// What a file should hold when it is decoded.
    public enum Content: String, Sendable, Hashable, CaseIterable {
        /// Anything.
        case anything
        /// An export in XML, which begins with `<mediawiki` and ends with `</mediawiki>`.
        case export
        /// Compressed data: an export if it begins like one, else anything. Plain data, in which nothing else could be
        /// checked: an export.
        case automatic

        func resolved(for format: DumpFormat) -> Content { self == .automatic && format == .plain ? .export : self }
    }

    /// The file.
    public let path: FilePath
    /// Bytes of the file.
    public internal(set) var size: Int64 = 0
    /// What it is stored as.
    public internal(set) var format = DumpFormat.plain
    /// How thoroughly it was looked at.
    public let depth: Depth
    /// What is wrong, in the order of the file; each names its place. At most ``problemLimit`` of them are kept.
    public internal(set) var problems: [IntegrityProblem] = []
    /// Problems that were found and not kept.
    public internal(set) var omittedProblemCount = 0
    /// What was not looked at although it could be wrong, in words.
    public internal(set) var unchecked: [String] = []
    /// Streams, blocks and bytes that were found sound. In a quick check only those near the end were looked at.
    public internal(set) var summary = BzFileSummary()
    /// Where the sound part from the start of the file ends, in bits: behind the last block before the first damage, or
    /// behind the footer if that is sound too.
    public internal(set) var soundBitCount: Int64 = 0
    /// The last page before the first damage of which all is there; nil if there was none where the check looked.
    public internal(set) var lastCompletePage: CompletePage?

    /// The most problems that are kept.
    public static let problemLimit = 1000

    init(path: FilePath, depth: Depth) {
        self.path = path
        self.depth = depth
    }

    /// Whether nothing is wrong.
    public var isSound: Bool { problems.isEmpty }

    /// The smallest page id that a dump which continues this one has to take up; nil if no complete page was seen, or
    /// nothing is missing.
    public var resumePageID: Int64? { isSound ? nil : lastCompletePage.map { $0.page.id &+ 1 } }

    mutating func add(_ problem: IntegrityProblem) {
        if problems.count < Self.problemLimit { problems.append(problem) } else { omittedProblemCount += 1 }
    }
}
