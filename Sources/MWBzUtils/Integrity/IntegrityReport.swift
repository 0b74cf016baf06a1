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
    /// Where the sound part from the start of the file ends, in bits: after the last block before the first damage, or
    /// after the footer if that is sound too.
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

/// Something that is wrong with a dump file.
public struct IntegrityProblem: Sendable, CustomStringConvertible {
    /// What is wrong, where, and what to do about it.
    public let error: BzError
    /// The number of the stream or gzip member it is in, from 0; nil if it belongs to none or that is not known.
    public let stream: Int?
    /// The number of the block it is in or after, from 0, counting the sound blocks before it; nil if it is in none or
    /// that is not known.
    public let block: Int?
    /// Where sound data begins again, in bits from the start of the file; nil if it does not, or nothing is missing.
    public let resumeOffset: Int64?

    init(_ error: BzError, stream: Int? = nil, block: Int? = nil, resumeOffset: Int64? = nil) {
        self.error = error
        self.stream = stream
        self.block = block
        self.resumeOffset = resumeOffset
    }

    /// The class of the problem.
    public var code: BzError.Code { error.code }
    /// Where it was noticed, in bits from the start of the file.
    public var bitOffset: Int64? { error.bitOffset }

    /// One line: what, where, and what to do.
    public var description: String {
        let places = [stream.map { "stream \($0)" }, block.map { "block \($0)" }].compactMap(\.self)
        let place = places.isEmpty ? "" : " [\(places.joined(separator: ", "))]"
        return "\(error.unnamed)\(place)"
    }
}

extension BzError {
    /// The same error without the file, for where the file is told anyway.
    public var unnamed: BzError {
        BzError(code, message, remedy: remedy, bitOffset: bitOffset, cause: cause)
    }
}

/// A page of which all is there and sound.
public struct CompletePage: Sendable, Hashable {
    /// The start of the page.
    public let page: DumpPage
    /// Where it ends, in bytes of the decoded data: that after `</page>`. nil if the check did not begin at the start
    /// of the file or could not read something before it.
    public let endOffset: Int64?
    /// Where the magic of the block begins in which it ends, in bits from the start of the file; nil in data that has
    /// no blocks.
    public let blockOffset: Int64?
}
