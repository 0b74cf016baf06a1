public import SystemPackage

/// What a verification found out about one file.
public struct FileVerdict: Sendable {
    /// How a file stands.
    public enum State: String, Sendable, Hashable {
        /// All that was looked at agrees.
        case agrees
        /// Something does not.
        case disagrees
        /// It could not be read.
        case unreadable
        /// There was no time for it, or not for all of it; what was seen of it agrees.
        case unfinished
    }

    /// Something that does not agree.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// Where, in bytes from the start of the file; nil if it is no matter of a place.
        public let offset: Int64?
        /// What.
        public let message: String

        /// Makes a problem.
        public init(_ message: String, offset: Int64? = nil) {
            self.offset = offset
            self.message = message
        }

        /// One line: what, and where.
        public var description: String { offset.map { "\(message) at byte \($0)" } ?? message }
    }

    /// The file.
    public let path: FilePath
    /// How it stands.
    public internal(set) var state = State.agrees
    /// What does not agree, in the order in which it was found.
    public internal(set) var problems: [Problem] = []
    /// The bytes of the file.
    public internal(set) var size: Int64 = 0
    /// Whether a certificate lies beside it.
    public internal(set) var hasCertificate = false
    /// What was counted in it; nil if not all of it was decoded.
    public internal(set) var found: FileContents?
    /// Bytes of the file that were decoded, so that their checksums are proven.
    public internal(set) var provenBytes: Int64 = 0
    /// What was not looked at, in words.
    public internal(set) var unchecked: [String] = []

    init(_ path: FilePath) { self.path = path }

    mutating func add(_ message: String, at offset: Int64? = nil) {
        problems.append(Problem(message, offset: offset))
        if state != .unreadable { state = .disagrees }
    }
}

/// What a verification found out about all files.
public struct VerificationReport: Sendable {
    /// The number that the choice of a sample follows from.
    public let seed: UInt64
    /// Files, by how they stand.
    public private(set) var counts: [FileVerdict.State: Int] = [:]
    /// Bytes of all files.
    public private(set) var size: Int64 = 0
    /// Bytes of them that were decoded.
    public private(set) var provenBytes: Int64 = 0

    init(seed: UInt64) { self.seed = seed }

    mutating func add(_ verdict: FileVerdict) {
        counts[verdict.state, default: 0] += 1
        size += verdict.size
        provenBytes += verdict.provenBytes
    }

    /// How many files stand so.
    public func count(_ state: FileVerdict.State) -> Int { counts[state] ?? 0 }
    /// How many files there are.
    public var fileCount: Int { counts.values.reduce(0, +) }
}
