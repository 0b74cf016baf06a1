import CLibrary
import CMWBz
import SystemPackage

extension FileSystem {
    /// Lets two things of one folder change their names, in one step where the file system can do that.
    ///
    /// Where it cannot, for an instant there is nothing under the name of the second. A process that dies then leaves what
    /// was there ``aside(_:)``; ``finishExchange(_:_:)`` puts that right.
    static func exchange(_ one: FilePath, _ other: FilePath) throws(DumpError) {
        if unsafe cmwbz_exchange(one.string, other.string) != 0 {
            let error = Errno(rawValue: errno)
            guard error == .invalidArgument || error == .notSupported || error == .noFunction else {
                throw DumpError(error, "cannot exchange \(one) and \(other)")
            }
            try finishExchange(one, other)
            try move(other, to: aside(other))
            try move(one, to: other)
            try move(aside(other), to: one)
        }
        try synchronizeDirectory(other.removingLastComponent())
    }

    /// Where the second of two things that are exchanged in steps waits for the name of the first.
    static func aside(_ other: FilePath) -> FilePath { FilePath(other.string + ".aside") }

    /// Ends an exchange in steps that was cut off: undone if the second name was free, else done.
    static func finishExchange(_ one: FilePath, _ other: FilePath) throws(DumpError) {
        guard try status(aside(other)) != nil else { return }
        if try status(other) == nil {
            try move(aside(other), to: other)
        } else if try status(one) == nil {
            try move(aside(other), to: one)
        }
    }

    /// Marks an open file as one that a living process writes. The mark goes with the process, however it ends.
    static func claim(_ file: FileDescriptor) {
        // A file system without such locks has no marks; then the age of a file has to do.
        _ = flock(file.rawValue, LOCK_EX | LOCK_NB)
    }

    /// Whether a living process writes a file.
    static func isClaimed(_ path: FilePath) -> Bool {
        guard let file = try? open(path, .readOnly) else { return false }
        defer { try? file.close() }
        // A shared lock is refused as well, and over NFS does not ask for a file that is open for writing.
        return flock(file.rawValue, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
}
