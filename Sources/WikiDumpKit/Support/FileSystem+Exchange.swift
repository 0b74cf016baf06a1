import CLibrary
import CMWBz
import SystemPackage

extension FileSystem {
    /// Exchanges the names of two items in one folder, in a single step if the file system supports that.
    ///
    /// Otherwise, nothing exists under the second name for a moment. If the process dies at that moment, the second item is
    /// left at ``aside(_:)``, and ``finishExchange(_:_:)`` repairs this.
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

    /// The temporary place of the second item while an exchange is done in steps.
    static func aside(_ other: FilePath) -> FilePath { FilePath(other.string + ".aside") }

    /// Finishes an interrupted exchange in steps. It is undone if the second name was free, and completed otherwise.
    static func finishExchange(_ one: FilePath, _ other: FilePath) throws(DumpError) {
        guard try status(aside(other)) != nil else { return }
        if try status(other) == nil {
            try move(aside(other), to: other)
        } else if try status(one) == nil {
            try move(aside(other), to: one)
        }
    }

    /// Marks an open file as being written by a living process. The mark ends with the process, however that ends.
    static func claim(_ file: FileDescriptor) {
        // A file system without such locks has no marks. In that case, the age of a file must do.
        _ = flock(file.rawValue, LOCK_EX | LOCK_NB)
    }

    /// Whether a living process is writing a file.
    static func isClaimed(_ path: FilePath) -> Bool {
        guard let file = try? open(path, .readOnly) else { return false }
        defer { try? file.close() }
        // A shared lock is refused as well, and over NFS it does not require that the file is open for writing.
        return flock(file.rawValue, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
}
