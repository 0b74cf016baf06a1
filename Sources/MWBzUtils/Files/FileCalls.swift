package import SystemPackage

/// The calls to a file system. Each call does one thing and throws the error that the system reports.
///
/// ``SystemCalls`` is the real system, and the only place that looks at `errno`. Other conformers can take its place: one
/// that fails where a test wants it to, or one that simulates a file system and its power cuts.
package protocol FileCalls: Sendable {
    /// What an open file is.
    associatedtype File: OpenFile
    /// Opens a file, or a folder for reading.
    func open(_ path: FilePath, _ opening: FileOpening) throws(Errno) -> File
    /// Opens a new file without a name, which can get one later. Throws `notSupported` if there are no such files.
    func openUnnamed(in folder: FilePath, permissions: UInt16) throws(Errno) -> File
    /// Returns the status of what is at a path.
    /// - Parameter followsLink: Whether to follow a symbolic link.
    func status(of path: FilePath, followsLink: Bool) throws(Errno) -> FileStatus
    /// Whether this process may start a program.
    func mayExecute(_ path: FilePath) -> Bool
    /// The names in a folder in any order, without `.` and `..`.
    func names(in folder: FilePath) throws(Errno) -> [String]
    /// Renames something, replacing any file that has the new name.
    func rename(_ path: FilePath, to other: FilePath) throws(Errno)
    /// Exchanges the names of two things in one step.
    func exchange(_ path: FilePath, with other: FilePath) throws(Errno)
    /// Gives a file a second name. Fails if the name is taken.
    func link(_ path: FilePath, as other: FilePath) throws(Errno)
    /// Makes a symbolic link.
    func makeSymbolicLink(_ path: FilePath, to target: String) throws(Errno)
    /// Where a symbolic link points.
    func target(ofLink path: FilePath) throws(Errno) -> String
    /// Removes a name of a file, or a symbolic link.
    func unlink(_ path: FilePath) throws(Errno)
    /// Makes a folder. The `umask` of the process is applied to the permissions.
    func makeFolder(_ path: FilePath, permissions: UInt16) throws(Errno)
    /// Removes an empty folder.
    func removeFolder(_ path: FilePath) throws(Errno)
    /// Sets permission bits, regardless of the `umask` of the process.
    func setPermissions(of path: FilePath, to permissions: UInt16) throws(Errno)
    /// Makes everything that was written to the file system of a folder survive a power cut: bytes and names (`syncfs`).
    func synchronizeFileSystem(of folder: FilePath) throws(Errno)
    /// Sets the times of the last access and the last change.
    /// - Parameter seconds: Seconds since 1970.
    func setTime(of path: FilePath, to seconds: Int64) throws(Errno)
    /// Sets the times of last access and change to now, by the clock of the file system.
    func touch(_ path: FilePath) throws(Errno)
    /// The folder in which a file is written before it gets this path, on the same file system. The folder of the path itself
    /// unless the calls say otherwise.
    func stagingFolder(of path: FilePath) -> FilePath
    /// An error with what these calls know of its cause beyond the number of the system. The same error unless they know more.
    func explain(_ error: BzError) -> BzError
    /// The temporary names of the process that makes these calls. Those of this process unless the calls say otherwise.
    var temporaryNames: TemporaryNames { get }
}

/// How a file is opened.
package enum FileOpening: Sendable, Hashable {
    /// To be read from its beginning.
    case read
    /// To be read at any place. A pipe is opened without waiting for its writer.
    case readAnywhere
    /// To overwrite it; it is made if it does not exist. A symbolic link is refused.
    case create(UInt16)
    /// To append to it; it is made if it does not exist. A symbolic link is refused.
    case append(UInt16)
    /// To write a new file. Fails if something has the name.
    case createNew(UInt16)
}

/// A file that is open. Whoever opened it closes it.
package protocol OpenFile: AnyObject, Sendable {
    /// The next bytes, at most `count`; none at the end.
    func read(count: Int) throws(Errno) -> [UInt8]
    /// The bytes at an offset; fewer than `count` only at the end of the file.
    func read(at offset: Int64, count: Int) throws(Errno) -> [UInt8]
    /// Writes all bytes, behind those that were written before.
    func write(_ bytes: [UInt8]) throws(Errno)
    /// Makes what was written survive a power cut: the bytes of a file, or the names in a folder.
    func synchronize() throws(Errno)
    /// Throws what closing would throw if bytes could not be written, but leaves the file open.
    func flush() throws(Errno)
    /// The status of the file.
    func status() throws(Errno) -> FileStatus
    /// Sets permission bits, regardless of the `umask` of the process.
    func setPermissions(_ permissions: UInt16) throws(Errno)
    /// Changes the owner of the file.
    func setOwner(user: UInt32, group: UInt32) throws(Errno)
    /// Takes a lock that ends with the process (`flock`), or throws `wouldBlock` at once.
    func lock(_ lock: FileLocking) throws(Errno)
    /// Gives a name to a file that was opened without one. Fails if the name is taken.
    func link(as path: FilePath) throws(Errno)
    /// Closes the file. It is not used after that, even if this throws.
    func close() throws(Errno)
}

/// A kind of lock, by who else may hold one at the same time.
package enum FileLocking: Sendable, Hashable {
    /// Nobody.
    case exclusive
    /// Others who share.
    case shared
}

extension FileCalls {
    package func stagingFolder(of path: FilePath) -> FilePath { path.removingLastComponent() }

    package func explain(_ error: BzError) -> BzError { error }

    package var temporaryNames: TemporaryNames { .ofThisProcess }

    /// A name that no file has, for a file that will be renamed to this path: see ``TemporaryNames``.
    package func temporaryName(for path: FilePath) -> FilePath {
        temporaryNames.beside(stagingFolder(of: path).appending(path.lastComponent?.string ?? ""))
    }

    /// Opens a file to overwrite it, and sets its permission bits regardless of the `umask` of the process.
    package func create(_ path: FilePath, permissions: UInt16) throws(Errno) -> File {
        let file = try open(path, .create(permissions))
        do throws(Errno) { try file.setPermissions(permissions) } catch {
            try? file.close()
            throw error
        }
        return file
    }

    /// Opens a new file for this process alone, without a name. It is gone when it is closed.
    package func openScratch(in folder: FilePath) throws(Errno) -> File {
        if let file = try? openUnnamed(in: folder, permissions: 0o600) { return file }
        // The file system has no nameless files, so the file loses its name as soon as it is open.
        let path = temporaryNames.beside(folder.appending("unnamed"))
        let file = try open(path, .createNew(0o600))
        // If the name cannot be removed, it is a leftover. The file can be used all the same.
        try? unlink(path)
        return file
    }

    /// Makes the names in the folder of a file survive a power cut.
    package func synchronizeFolder(of path: FilePath) throws(Errno) {
        try synchronizeFolder(path.removingLastComponent())
    }

    /// Makes the names in a folder survive a power cut.
    /// - Parameter folder: The folder; empty for the current one.
    package func synchronizeFolder(_ folder: FilePath) throws(Errno) {
        let file = try open(folder.isEmpty ? "." : folder, .read)
        do throws(Errno) { try file.synchronize() } catch {
            // Some file systems refuse this for folders, and nothing can be done about it there.
            guard error == .invalidArgument || error == .readOnlyFileSystem else {
                try? file.close()
                throw error
            }
        }
        try file.close()
    }

    /// What is at a path, links followed; nil if there is nothing.
    package func status(of path: FilePath) throws(Errno) -> FileStatus? {
        do throws(Errno) { return try status(of: path, followsLink: true) } catch {
            guard error == .noSuchFileOrDirectory || error == .notDirectory else { throw error }
            return nil
        }
    }

    /// Removes a name of a file, or a symbolic link. Does nothing if it is not there.
    package func unlinkIfThere(_ path: FilePath) throws(Errno) {
        do throws(Errno) { try unlink(path) } catch {
            guard error == .noSuchFileOrDirectory else { throw error }
        }
    }
}

extension OpenFile {
    /// Everything from here to the end.
    package func readAll() throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let chunk = try read(count: 1 << 16)
            if chunk.isEmpty { return bytes }
            bytes += chunk
        }
    }
}
