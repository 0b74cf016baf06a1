package import MWBzUtils
package import SystemPackage

/// The file system that holds a tree. Its methods are the few things done to files, and each error names the path and the
/// remedy.
///
/// Whoever puts a farm together hands it in. From there it reaches everything that touches the tree, mostly with the wiki, as
/// ``Wiki/fileSystem``. So a test can put a simulated file system in the place of the real one.
public struct FileSystem: Sendable {
    /// The file system of the machine.
    public static let real = FileSystem(SystemCalls())

    /// The system calls beneath.
    package let calls: any FileCalls

    /// The process that uses it.
    package let surroundings: Surroundings

    /// Creates a file system from its system calls.
    package init(_ calls: any FileCalls, for surroundings: Surroundings = .real) {
        self.calls = calls
        self.surroundings = surroundings
    }
}

// MARK: - Looking

extension FileSystem {
    /// What is known about a file without reading it.
    package struct Status: Sendable, Hashable {
        /// The size in bytes.
        package let size: Int64
        /// When the content last changed.
        package let modified: UTCTime
        /// Whether it is a directory.
        package let isDirectory: Bool
        /// Whether it is a regular file.
        package let isFile: Bool
        /// The device and the inode number. Two names of one file have the same.
        package let identity: [UInt64]
        /// The permission bits.
        package let permissions: UInt16

        fileprivate init(_ status: FileStatus) {
            size = status.size
            modified = UTCTime(seconds: status.seconds)
            isDirectory = status.isDirectory
            isFile = status.isFile
            identity = [status.device, status.number]
            permissions = status.permissions
        }
    }

    /// What is at a path, following links; nil if there is nothing.
    package func status(_ path: FilePath) throws(DumpError) -> Status? {
        try attempt("look at \(path)") { () throws(Errno) in try calls.status(of: path).map(Status.init) }
    }

    /// Whose file it is, and who may change it; nil if there is nothing.
    func ownership(_ path: FilePath) throws(DumpError) -> (user: UInt32, permissions: UInt16)? {
        try attempt("look at \(path)") { () throws(Errno) in
            try calls.status(of: path).map { ($0.user, $0.permissions) }
        }
    }

    /// The names in a directory, sorted bytewise, without `.` and `..`; empty if there is no such directory.
    package func list(_ path: FilePath) throws(DumpError) -> [String] {
        do throws(Errno) {
            return try calls.names(in: path).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            if error == .noSuchFileOrDirectory { return [] }
            throw DumpError(error, "cannot list \(path)")
        }
    }

    /// The folder in which a file is written before it gets this path.
    func stagingFolder(of path: FilePath) -> FilePath { calls.stagingFolder(of: path) }

    /// Where a symbolic link points; nil if the path is no link or not there.
    package func linkTarget(_ path: FilePath) throws(DumpError) -> String? {
        do throws(Errno) { return try calls.target(ofLink: path) } catch {
            if [.invalidArgument, .noSuchFileOrDirectory, .notDirectory].contains(error) { return nil }
            throw DumpError(error, "cannot read the link \(path)")
        }
    }

    /// Whether there is a program that this process may start.
    func isProgram(_ path: FilePath) -> Bool {
        (try? status(path))?.isFile == true && calls.mayExecute(path)
    }
}

// MARK: - Reading

extension FileSystem {
    /// The whole content of a file.
    package func read(_ path: FilePath) throws(DumpError) -> [UInt8] {
        guard !isNamedPipe(path) else {
            throw DumpError(
                .fileSystem, "cannot read \(path): it is a named pipe", remedy: "name a file, which can be read again")
        }
        return try attempt("read \(path)") { () throws(Errno) in
            let file = try open(path)
            defer { try? file.close() }
            return try file.readAll()
        }
    }

    /// Whether reading a path may wait for ever for a writer. A path such as `/dev/fd/63`, which a shell provides, has its
    /// writer already.
    private func isNamedPipe(_ path: FilePath) -> Bool {
        (try? calls.status(of: path))?.kind == .pipe && !path.starts(with: "/dev/fd") && !path.starts(with: "/proc")
    }

    /// The content of a file as text, or nil if there is no such file. Bytes that are not UTF-8 are replaced.
    package func text(_ path: FilePath) throws(DumpError) -> String? {
        // Looking first and reading then would fail for a file that is removed in between.
        do throws(DumpError) {
            return String(decoding: try read(path), as: UTF8.self)
        } catch {
            let reason = error.cause as? Errno
            if reason == .noSuchFileOrDirectory || reason == .notDirectory { return nil }
            throw error
        }
    }

    /// Opens a file for reading. The caller closes it.
    package func open(_ path: FilePath) throws(Errno) -> any OpenFile { try calls.open(path, .read) }

    /// Throws the reason why a file cannot be read.
    func checkReadable(_ path: FilePath) throws(Errno) { try open(path).close() }

    /// Whether a living process writes a file: see ``StagedFile/Staging/claimed(_:)``.
    func isClaimed(_ path: FilePath) -> Bool {
        guard let file = try? open(path) else { return false }
        defer { try? file.close() }
        do throws(Errno) {
            // A shared lock is refused as well, and over NFS does not ask for a file that is open for writing.
            try file.lock(.shared)
            return false
        } catch {
            return error == .wouldBlock
        }
    }
}

// MARK: - Writing

extension FileSystem {
    /// Puts a whole file in place. A reader sees the old content or the new, and nothing in between.
    /// - Parameters:
    ///   - bytes: the content.
    ///   - path: the file.
    ///   - permissions: its permission bits.
    ///   - durable: false lets the system decide when the content reaches the disk. It is for content that can be made again
    ///     at any time, because waiting for the disk is most of the cost of a small file.
    package func write(
        _ bytes: some Sequence<UInt8>, to path: FilePath, permissions: UInt16 = 0o644, durable: Bool = true
    ) throws(DumpError) {
        var isPlaced = false
        do throws(Errno) {
            var file = try StagedFile(path, .hidden, permissions: .exactly(permissions), calls: calls)
            defer { isPlaced = file.isPlaced }
            try file.append(Array(bytes))
            try file.place(durably: durable)
        } catch {
            throw DumpError(error, isPlaced ? "cannot make the name \(path) durable" : "cannot write \(path)")
        }
    }

    /// Puts a symbolic link in place. A link of that name is replaced in one step.
    package func link(_ path: FilePath, to target: String) throws(DumpError) {
        let temporary = calls.temporaryName(for: path)
        do throws(Errno) {
            try calls.makeSymbolicLink(temporary, to: target)
            try calls.rename(temporary, to: path)
        } catch {
            try? calls.unlink(temporary)
            throw DumpError(error, "cannot link \(path) to \(target)")
        }
    }

    /// Removes the temporary files that other processes left in a directory when they were killed during
    /// ``write(_:to:permissions:durable:)`` or ``link(_:to:)``.
    /// - Parameters:
    ///   - directory: the directory.
    ///   - age: files younger than this many seconds stay, because their writer may be alive. Use 0 for a directory in which
    ///     nobody else may write now.
    package func removeLeftovers(in directory: FilePath, olderThan age: Int64 = 0) throws(DumpError) {
        let now = surroundings.clock.now().seconds
        for name in try list(directory) where calls.temporaryNames.isOfOthers(name) {
            let path = directory.appending(name)
            if age > 0, let changed = try status(path)?.modified.seconds, now - changed < age { continue }
            try remove(path)
        }
    }

    /// Makes a directory and all missing directories above it, durably and whatever the umask of the process.
    /// - Parameters:
    ///   - path: the directory.
    ///   - permissions: its permission bits.
    ///   - tree: the highest directory that gets these permissions. Directories above it hold other things too, so
    ///     everybody may enter them. nil gives all of them the same permissions.
    package func makeDirectory(
        _ path: FilePath, permissions: UInt16 = 0o755, below tree: FilePath? = nil
    ) throws(DumpError) {
        try attempt("make the directory \(path)") { () throws(Errno) in try make(path, permissions, below: tree) }
    }

    private func make(_ path: FilePath, _ permissions: UInt16, below tree: FilePath?) throws(Errno) {
        func look() throws(Errno) -> FileStatus? {
            do throws(Errno) { return try calls.status(of: path, followsLink: true) } catch {
                guard error == .noSuchFileOrDirectory else { throw error }
                return nil
            }
        }
        if try look()?.isDirectory == true { return }
        let parent = path.removingLastComponent()
        if !parent.isEmpty, parent != path { try make(parent, permissions, below: tree) }
        let isAbove = tree.map { path != $0 && $0.starts(with: path) } ?? false
        let bits = isAbove ? 0o755 : permissions
        do throws(Errno) { try calls.makeFolder(path, permissions: bits) } catch {
            guard error == .fileExists else { throw error }
            // Another process may have made it in the meantime; anything else of that name is in the way.
            if try look()?.isDirectory != true { throw .notDirectory }
            return
        }
        // The mask of the process took some away. That the group is handed on comes from the folder above, and stays.
        let made = try look()?.permissions ?? 0
        if made & 0o1777 != bits { try calls.setPermissions(of: path, to: bits | made & 0o2000) }
        do throws(Errno) { try calls.synchronizeFolder(of: path) } catch {
            // A folder in which this process may write but not read cannot be opened for that.
            guard error == .permissionDenied else { throw error }
        }
    }

    /// Sets the permission bits of a file.
    package func setPermissions(_ path: FilePath, _ permissions: UInt16) throws(DumpError) {
        try attempt("set the permissions of \(path)") { () throws(Errno) in
            try calls.setPermissions(of: path, to: permissions)
        }
    }

    /// Sets the time of last change of a file.
    func setTime(of file: FilePath, to time: UTCTime) throws(DumpError) {
        try attempt("touch \(file)") { () throws(Errno) in try calls.setTime(of: file, to: time.seconds) }
    }

    /// Makes everything in the file system of a directory survive a power cut. One call does for hundreds of small files.
    func synchronizeAll(around path: FilePath) throws(DumpError) {
        try attempt("make the files in \(path) durable") { () throws(Errno) in
            try calls.synchronizeFileSystem(of: path)
        }
    }

    /// Makes the names in a directory survive a power cut.
    package func synchronizeDirectory(_ path: FilePath) throws(DumpError) {
        try attempt("make the directory \(path.isEmpty ? "." : path) durable") { () throws(Errno) in
            try calls.synchronizeFolder(path)
        }
    }
}

// MARK: - Moving and removing

extension FileSystem {
    /// Renames a file, replacing any file of the new name, and makes the folder durable.
    package func move(_ from: FilePath, to: FilePath) throws(DumpError) {
        try attempt("rename \(from) to \(to)") { () throws(Errno) in try calls.rename(from, to: to) }
        try synchronizeDirectory(to.removingLastComponent())
    }

    /// Exchanges the names of two things in one folder, in one step where the file system can do that.
    ///
    /// Where it cannot, nothing has the second name for an instant. A process that dies in that instant leaves the second
    /// thing ``aside(_:)``, and ``finishExchange(_:_:)`` puts it right.
    func exchange(_ one: FilePath, _ other: FilePath) throws(DumpError) {
        do throws(Errno) { try calls.exchange(one, with: other) } catch {
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

    /// Where the second thing waits, in an exchange of several steps, until the first name is free.
    func aside(_ other: FilePath) -> FilePath {
        stagingFolder(of: other).appending((other.lastComponent?.string ?? "") + Self.asideSuffix)
    }

    /// How the name of something ends that waits during an exchange.
    static let asideSuffix = ".aside"

    /// Ends an exchange of several steps that was cut off: undoes it if nothing has the second name, else completes it.
    func finishExchange(_ one: FilePath, _ other: FilePath) throws(DumpError) {
        guard try status(aside(other)) != nil else { return }
        if try status(other) == nil {
            try move(aside(other), to: other)
        } else if try status(one) == nil {
            try move(aside(other), to: one)
        }
    }

    /// Removes a file or a link. Does nothing if it is not there.
    package func remove(_ path: FilePath) throws(DumpError) {
        try attempt("remove \(path)") { () throws(Errno) in try calls.unlinkIfThere(path) }
    }

    /// Removes a directory with everything in it. Links are removed, never followed. Does nothing if it is not there.
    package func removeTree(_ path: FilePath) throws(DumpError) {
        let status: FileStatus
        do throws(Errno) { status = try calls.status(of: path, followsLink: false) } catch {
            if error == .noSuchFileOrDirectory || error == .notDirectory { return }
            throw DumpError(error, "cannot look at \(path)")
        }
        guard status.isDirectory else { return try remove(path) }
        if stagingFolder(of: path) != path.removingLastComponent() {
            // Nobody sees the half of it, and what stays is removed with the folder in which it is then.
            let gone = calls.temporaryName(for: path)
            do throws(Errno) { try calls.rename(path, to: gone) } catch {
                if error == .noSuchFileOrDirectory { return }
                throw DumpError(error, "cannot remove the directory \(path)")
            }
            return try removeTree(gone)
        }
        // A command may have left a folder in which not even its owner may write.
        if status.permissions & 0o700 != 0o700 { try? calls.setPermissions(of: path, to: status.permissions | 0o700) }
        for name in try list(path) { try removeTree(path.appending(name)) }
        do throws(Errno) { try calls.removeFolder(path) } catch {
            guard error == .noSuchFileOrDirectory else {
                throw DumpError(error, "cannot remove the directory \(path)")
            }
        }
    }
}
