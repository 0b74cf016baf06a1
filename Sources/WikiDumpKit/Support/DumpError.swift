import SystemPackage

/// An error in a dump run, described so that a person can act on it.
///
/// The ``code`` is for programs, ``message`` names the thing that failed (file, offset, wiki, job, config line)
/// and ``remedy`` says what to do about it.
public struct DumpError: Error, Sendable, CustomStringConvertible {
    /// The class of a failure. New classes may be added without breaking a `switch` of yours.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, CaseIterable {
            case usage, configuration, unknownWiki, lockHeld, lockLost, nothingToDo, source, unavailable, schema
            case fileSystem, diskFull, permission, clock, jobFailed, outputBad, damaged, cancelled
        }
        private let kind: Kind
        private init(_ kind: Kind) { self.kind = kind }

        /// A request that makes no sense, such as an option that contradicts another.
        public static let usage = Code(.usage)
        /// A configuration file is missing, unreadable or contains something impossible.
        public static let configuration = Code(.configuration)
        /// The wiki is not in the list of wikis.
        public static let unknownWiki = Code(.unknownWiki)
        /// Another process holds the wiki's lock.
        public static let lockHeld = Code(.lockHeld)
        /// The lock that we held was taken from us or vanished.
        public static let lockLost = Code(.lockLost)
        /// There is nothing to do, for example because no wiki is due.
        public static let nothingToDo = Code(.nothingToDo)
        /// The wiki's database (or another content source) cannot be read.
        public static let source = Code(.source)
        /// The wiki's database (or another content source) cannot be reached, or was lost while it was being read. It may be
        /// back soon, so it is worth trying again.
        public static let unavailable = Code(.unavailable)
        /// The database exists, but its MediaWiki version is not supported.
        public static let schema = Code(.schema)
        /// A file or directory cannot be read or written.
        public static let fileSystem = Code(.fileSystem)
        /// The disk, or a quota on it, is full.
        public static let diskFull = Code(.diskFull)
        /// A file or directory exists, but we may not use it.
        public static let permission = Code(.permission)
        /// The clock of this machine went backwards or contradicts what is on disk.
        public static let clock = Code(.clock)
        /// A job could not finish.
        public static let jobFailed = Code(.jobFailed)
        /// The output does not match its source and was withheld.
        public static let outputBad = Code(.outputBad)
        /// Too much of the wiki's content is damaged, so the output was withheld.
        public static let damaged = Code(.damaged)
        /// Somebody asked the run to stop.
        public static let cancelled = Code(.cancelled)

        /// All current classes.
        package static var all: [Code] { Kind.allCases.map(Code.init) }

        /// The name of the class, as machine-readable output shows it.
        public var description: String { kind.rawValue }
    }

    /// The class of the failure.
    public let code: Code
    /// What failed, by name.
    public let message: String
    /// What to do about it; empty if nothing useful can be said.
    public let remedy: String
    /// The underlying error, if any.
    public let cause: (any Error)?

    /// Creates an error.
    public init(_ code: Code, _ message: String, remedy: String = "", cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }

    /// What failed, why, and what to do, in one line.
    public var description: String {
        var line = message
        if let cause { line += ": \(cause)" }
        if !remedy.isEmpty { line += " (\(remedy))" }
        return line
    }
}

extension DumpError.Code {
    /// A sentence for pages and files that everybody can read.
    ///
    /// It depends only on the class of the failure, so it contains no path, no host and nothing from a database. The details
    /// are in ``DumpError/description``, which is for the operator.
    public var publicText: String {
        switch self {
        case .usage: "the run was asked for something that makes no sense"
        case .configuration: "the configuration of the dumps needs to be corrected"
        case .unknownWiki: "the wiki is not in the list of wikis"
        case .lockHeld: "another process is working on the wiki"
        case .lockLost: "another process has taken over the wiki"
        case .nothingToDo: "there was nothing to do"
        case .source: "the wiki's database could not be read"
        case .unavailable: "the wiki's database could not be reached"
        case .schema: "the wiki's database is of a version that is not supported"
        case .fileSystem: "a file could not be read or written"
        case .diskFull: "the disk is full; the job will be done again when there is space"
        case .permission: "permission to read or write a file was denied"
        case .clock: "the clock of the server is wrong"
        case .jobFailed: "the job could not finish"
        case .outputBad: "what was written did not agree with the wiki's database, so it was withheld"
        case .damaged: "too much of it is damaged in the wiki's database, so it was withheld"
        case .cancelled: "the job was stopped; the next run will do it"
        default: "the job failed"
        }
    }
}

extension DumpError {
    /// Creates an error from one of the operating system, with the matching code and remedy.
    init(_ error: Errno, _ message: String) {
        let (code, remedy) = error.handling
        self.init(code, message, remedy: remedy, cause: error == .fenced ? nil : error)
    }
}

/// Does something that the system may refuse.
/// - Parameter what: What it is, for the message that it cannot be done.
func attempt<Value>(
    _ what: @autoclosure () -> String, _ body: () throws(Errno) -> Value
) throws(DumpError) -> Value {
    do throws(Errno) { return try body() } catch { throw DumpError(error, "cannot \(what())") }
}

extension Errno {
    /// Another process has taken over the folder in which something was to be changed. Linux calls this number `EOWNERDEAD` and
    /// gives it only for mutexes, never for a file.
    static let fenced = Errno(rawValue: 130)

    /// Whether a part of the path is not there any more, as when its folder was removed.
    var meansGone: Bool { [.noSuchFileOrDirectory, .notDirectory, .staleNFSFileHandle].contains(self) }

    fileprivate var handling: (DumpError.Code, String) {
        switch self {
        case .noSpace, .diskQuotaExceeded: (.diskFull, "free space or raise the quota, then run again")
        case .permissionDenied, .notPermitted: (.permission, "give the user of this process access to it")
        case .readOnlyFileSystem: (.permission, "mount it for writing, or name another folder")
        case .fenced: (.lockLost, "another process has taken over the wiki; see who holds its lock")
        case .noSuchFileOrDirectory: (.fileSystem, "check the path")
        case .isDirectory: (.fileSystem, "it is a folder; move it away, or name a file")
        case .notDirectory: (.fileSystem, "a part of the path is a file; move it away")
        case .fileExists: (.fileSystem, "something with that name exists; move it away")
        case .directoryNotEmpty: (.fileSystem, "something was put into the folder just now; run again")
        case .tooManySymbolicLinkLevels: (.fileSystem, "a link of the path leads back to itself; correct it")
        case .fileNameTooLong: (.fileSystem, "choose a shorter path")
        case .fileTooLarge: (.fileSystem, "raise the largest size of a file (ulimit -f), or use another file system")
        case .tooManyOpenFiles: (.fileSystem, "raise the limit of open files (ulimit -n)")
        case .tooManyOpenFilesInSystem: (.fileSystem, "raise the limit of open files of this machine")
        case .improperLink: (.fileSystem, "keep both on one file system")
        case .resourceBusy, .textFileBusy: (.fileSystem, "find out what is using it, then run again")
        case .notSupported: (.fileSystem, "use another kind of file system")
        case .staleNFSFileHandle: (.fileSystem, "the file server lost it; mount the folder again, then run again")
        default: (.fileSystem, "check the disk and the system log, then run again")
        }
    }
}
