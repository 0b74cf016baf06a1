public import SystemPackage

/// A problem with compressed data, or a reason why it could not be read or written.
///
/// The ``code`` is for programs; ``message``, ``file`` and ``bitOffset`` name the thing, and ``remedy`` says what to do.
public struct BzError: Error, Sendable, CustomStringConvertible {
    /// The class of a failure. New classes can be added without breaking a `switch` of yours.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case wrongFormat, truncated, damaged, library, fileSystem, cancelled, readerLeft, stale, unordered
        }
        private let kind: Kind
        private init(_ kind: Kind) { self.kind = kind }

        /// The data does not begin as its format requires.
        public static let wrongFormat = Code(.wrongFormat)
        /// The data ends in the middle of a stream, block or member.
        public static let truncated = Code(.truncated)
        /// The data contradicts its own checksum, or breaks a rule of its format.
        public static let damaged = Code(.damaged)
        /// The compression library refused, nearly always for lack of memory.
        public static let library = Code(.library)
        /// A file cannot be opened, read or written.
        public static let fileSystem = Code(.fileSystem)
        /// The work was cancelled.
        public static let cancelled = Code(.cancelled)
        /// The reader of the pipe that we write to closed it. Nothing is wrong.
        public static let readerLeft = Code(.readerLeft)
        /// A file has changed since something about it was recorded.
        public static let stale = Code(.stale)
        /// The ids of the pages do not rise, which the work needs.
        public static let unordered = Code(.unordered)

        /// The name of the class, as machine-readable output shows it.
        public var description: String { kind.rawValue }
    }

    /// The class of the failure.
    public let code: Code
    /// What failed, without the file and the place in it.
    public let message: String
    /// What to do about it; empty if nothing useful can be said.
    public let remedy: String
    /// The file, if the data came from one that has a name.
    public let file: FilePath?
    /// Where in the compressed data it was noticed, in bits from the start of the file. The damage is there or before.
    public let bitOffset: Int64?
    /// The error underneath, if there was one.
    public let cause: (any Error)?

    /// Makes an error.
    public init(
        _ code: Code, _ message: String, remedy: String = "", file: FilePath? = nil, bitOffset: Int64? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.file = file
        self.bitOffset = bitOffset
        self.cause = cause
    }

    /// Where in the compressed data it was noticed, in bytes from the start of the file.
    public var byteOffset: Int64? { bitOffset.map { $0 / 8 } }

    /// Whether a file is not there.
    package var isAboutMissingFile: Bool {
        code == .fileSystem && (cause as? Errno) == .noSuchFileOrDirectory
    }

    /// Whether the data is at fault, and not the machine.
    var isAboutData: Bool { code == .wrongFormat || code == .truncated || code == .damaged }

    /// The same error, with the name of the file it happened in.
    public func naming(_ file: FilePath?) -> BzError {
        BzError(code, message, remedy: remedy, file: file ?? self.file, bitOffset: bitOffset, cause: cause)
    }

    /// One line: where, what, why, and what to do.
    public var description: String {
        var line = file.map { "\($0.shown): " } ?? ""
        line += message
        if let bitOffset {
            line += " at byte \(bitOffset / 8)"
            if bitOffset % 8 != 0 { line += ", bit \(bitOffset % 8)" }
        }
        if let cause { line += ": \(cause)" }
        if !remedy.isEmpty { line += " (\(remedy))" }
        return line
    }
}
