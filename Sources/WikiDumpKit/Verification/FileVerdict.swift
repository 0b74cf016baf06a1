public import SystemPackage

/// The result of verifying one file.
public struct FileVerdict: Sendable {
    /// The outcome for a file.
    public enum State: String, Sendable, Hashable {
        /// Everything that was checked agrees.
        case agrees
        /// Something does not agree.
        case disagrees
        /// The file could not be read.
        case unreadable
        /// There was not enough time for the file. What was checked agrees.
        case unfinished
    }

    /// Something that does not agree.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The offset in bytes from the start of the file; nil if the problem has no place.
        public let offset: Int64?
        /// What is wrong.
        public let message: String

        /// Creates a problem.
        public init(_ message: String, offset: Int64? = nil) {
            self.offset = offset
            self.message = message
        }

        /// What is wrong and where, in one line.
        public var description: String { offset.map { "\(message) at byte \($0)" } ?? message }
    }

    /// The file.
    public let path: FilePath
    /// The outcome.
    public internal(set) var state = State.agrees
    /// What does not agree, in the order of discovery.
    public internal(set) var problems: [Problem] = []
    /// The size of the file in bytes.
    public internal(set) var size: Int64 = 0
    /// Whether the file has a certificate.
    public internal(set) var hasCertificate = false
    /// What was counted in the file; nil if it was not decoded completely.
    public internal(set) var found: FileContents?
    /// The first revision of the first page of an export, and the last one of the last page.
    var edges: (first: Int64, last: Int64)?
    /// The number of bytes in the file that were decoded, so that their checksums are verified.
    public internal(set) var provenBytes: Int64 = 0
    /// What is worth knowing and no disagreement, in words.
    public internal(set) var remarks: [String] = []
    /// What was not checked, in words.
    public internal(set) var unchecked: [String] = []

    init(_ path: FilePath) { self.path = path }

    mutating func add(_ message: String, at offset: Int64? = nil) {
        problems.append(Problem(message, offset: offset))
        if state != .unreadable { state = .disagrees }
    }
}

/// The result of verifying all files.
public struct VerificationReport: Sendable {
    /// The seed for the random choice of a sample.
    public let seed: UInt64
    /// The number of files for each outcome.
    public private(set) var counts: [FileVerdict.State: Int] = [:]
    /// The total size of all files in bytes.
    public private(set) var size: Int64 = 0
    /// The number of bytes that were decoded.
    public private(set) var provenBytes: Int64 = 0

    init(seed: UInt64) { self.seed = seed }

    mutating func add(_ verdict: FileVerdict) {
        counts[verdict.state, default: 0] += 1
        size += verdict.size
        provenBytes += verdict.provenBytes
    }

    /// The number of files with an outcome.
    public func count(_ state: FileVerdict.State) -> Int { counts[state] ?? 0 }
    /// The number of files.
    public var fileCount: Int { counts.values.reduce(0, +) }
}
