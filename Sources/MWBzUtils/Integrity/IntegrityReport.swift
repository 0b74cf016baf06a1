public import SystemPackage

/// What a check of a dump file found.
public struct IntegrityReport: Sendable {
    /// How thoroughly a file was checked.
    public enum Depth: String, Sendable, Hashable {
        /// The start, the last blocks and the end. Damage between them is not noticed.
        case quick
        /// Every block of every stream.
        case full
    }

    /// What a file should contain.
    public enum Content: String, Sendable, Hashable, CaseIterable {
        /// Anything.
        case anything
        /// An export in XML, which begins with `<mediawiki` and ends with `</mediawiki>`.
        case export
        /// An export if compressed data begins like one, else anything. Plain data must be an export, because nothing else
        /// could be checked.
        case automatic

        func resolved(for format: DumpFormat) -> Content { self == .automatic && format == .plain ? .export : self }
    }

    /// The file.
    public let path: FilePath
    /// Bytes of the file.
    public internal(set) var size: Int64 = 0
    /// The format of the file.
    public internal(set) var format = DumpFormat.plain
    /// How thoroughly it was checked.
    public let depth: Depth
    /// The problems, in the order of the file. At most ``problemLimit`` are kept.
    public internal(set) var problems: [IntegrityProblem] = []
    /// How many problems were found but not kept.
    public internal(set) var omittedProblemCount = 0
    /// What was not checked although it could be wrong, in words.
    public internal(set) var unchecked: [String] = []
    /// What a reader of the file should know, although it need not be wrong, in words: that the ids of its pages do not rise, or
    /// that it has pages in several pieces. Only a full check of an export finds it.
    public internal(set) var remarks: [String] = []
    /// The intact streams, blocks and bytes. A quick check examines only those near the end.
    public internal(set) var summary = BzFileSummary()
    /// Where the intact beginning of the file ends, in bits: after the last block before the first damage, or after the
    /// footer if that is intact too.
    public internal(set) var soundBitCount: Int64 = 0
    /// The last complete page before the first damage; nil if the check saw none.
    public internal(set) var lastCompletePage: CompletePage?

    /// The most problems that are kept.
    public static let problemLimit = 1000

    init(path: FilePath, depth: Depth) {
        self.path = path
        self.depth = depth
    }

    /// Whether nothing is wrong.
    public var isSound: Bool { problems.isEmpty }

    /// The page id at which another dump must begin to complete this one; nil if no complete page was seen, or nothing
    /// is missing.
    public var resumePageID: Int64? { isSound ? nil : lastCompletePage.map { $0.page.id &+ 1 } }

    mutating func add(_ error: BzError) { add(IntegrityProblem(error)) }

    mutating func add(_ problem: IntegrityProblem) {
        if problems.count < Self.problemLimit { problems.append(problem) } else { omittedProblemCount += 1 }
    }
}

/// A problem of a dump file.
public struct IntegrityProblem: Sendable, CustomStringConvertible {
    /// What is wrong, where, and what to do about it.
    public let error: BzError
    /// The number of its stream or gzip member, from 0; nil if it is in none or that is unknown.
    public let stream: Int?
    /// The number of the block it is in or after, from 0, counting the intact blocks before it; nil if there is none or
    /// that is unknown.
    public let block: Int?
    /// Where intact data begins again, in bits from the start of the file; nil if it does not, or nothing is missing.
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
    /// The same error without the file, for output that names the file anyway.
    public var unnamed: BzError {
        BzError(code, message, remedy: remedy, bitOffset: bitOffset, cause: cause)
    }
}

/// A page that is complete and intact.
public struct CompletePage: Sendable, Hashable {
    /// The start of the page.
    public let page: DumpPage
    /// The offset of the byte after `</page>` in the decoded data; nil if the check did not begin at the start of the
    /// file or could not read something before the page.
    public let endOffset: Int64?
    /// The offset of the magic of the block in which it ends, in bits from the start of the file; nil if the data has no
    /// blocks.
    public let blockOffset: Int64?
}
