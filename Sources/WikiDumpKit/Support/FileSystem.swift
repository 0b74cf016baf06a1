package import MWBzUtils
package import SystemPackage

/// The file system that a tree lies on: the few things done to its files, each with an error that names the path and the
/// remedy.
///
/// It is handed in by whoever puts a farm together, and goes from there to everything that touches the tree, mostly with
/// the wiki: ``Wiki/fileSystem``. So all of it can lie on another file system than that of the machine.
public struct FileSystem: Sendable {
    /// That of the machine.
    public static let real = FileSystem(SystemCalls())

    /// What is done in the end.
    package let calls: any FileCalls

    /// Makes a file system of its calls.
    package init(_ calls: any FileCalls) { self.calls = calls }
}

// MARK: - Looking

extension FileSystem {
    /// What is known of a file without reading it.
    package struct Status: Sendable, Hashable {
        /// Bytes.
        package let size: Int64
        /// When the content changed last.
        package let modified: UTCTime
        /// Whether it is a directory.
        package let isDirectory: Bool
        /// Whether it is a regular file.
        package let isFile: Bool
        /// The device and the number of the file on it: equal for two names of one file.
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
        do throws(Errno) { return try calls.status(of: path).map(Status.init) } catch {
            throw DumpError(error, "cannot look at \(path)")
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

    /// Where a symbolic link points; nil if the path is no link or not there.
    package func linkTarget(_ path: FilePath) -> String? { try? calls.target(ofLink: path) }

    /// Whether there is a file that we may start.
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
        do throws(Errno) {
            let file = try open(path)
            defer { try? file.close() }
            return try file.readAll()
        } catch {
            throw DumpError(error, "cannot read \(path)")
        }
    }

    /// Whether whoever reads from a path may wait for ever for somebody who writes. What a shell gives as `/dev/fd/63` has its
    /// writer already.
    private func isNamedPipe(_ path: FilePath) -> Bool {
        (try? calls.status(of: path))?.kind == .pipe && !path.starts(with: "/dev/fd") && !path.starts(with: "/proc")
    }

    /// The content of a file as text, or nil if there is no such file. Bytes that are no UTF-8 are replaced.
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

    /// Opens a file for reading. Whoever calls this closes it.
    package func open(_ path: FilePath) throws(Errno) -> any OpenFile { try calls.open(path, .read) }

    /// Throws what keeps us from reading a file.
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
    /// Puts a whole file in place, so that a reader sees the old content or the new and nothing between.
    /// - Parameters:
    ///   - bytes: the content.
    ///   - path: the file.
    ///   - permissions: its permission bits.
    ///   - durable: false leaves it to the system when the content reaches the disk. For what can be made again at any
    ///     time, because waiting for the disk is most of the cost of a small file.
    package func write(
        _ bytes: some Sequence<UInt8>, to path: FilePath, permissions: UInt16 = 0o644, durable: Bool = true
    ) throws(DumpError) {
        do throws(Errno) {
            var file = try StagedFile(path, .hidden, permissions: .exactly(permissions), calls: calls)
            try file.append(Array(bytes))
            try file.place(durably: durable)
        } catch {
            throw DumpError(error, "cannot write \(path)")
        }
    }

    /// Puts a symbolic link in place, replacing a link of that name in one step.
    package func link(_ path: FilePath, to target: String) throws(DumpError) {
        let temporary = TemporaryName.beside(path)
        do throws(Errno) {
            try calls.makeSymbolicLink(temporary, to: target)
            try calls.rename(temporary, to: path)
        } catch {
            try? calls.unlink(temporary)
            throw DumpError(error, "cannot link \(path) to \(target)")
        }
    }

    /// Removes the temporary files that ``write(_:to:permissions:durable:)`` and ``link(_:to:)`` of other processes left
    /// in a directory when they were killed.
    /// - Parameters:
    ///   - directory: the directory.
    ///   - age: spares files younger than so many seconds, whose writer may be alive. 0 is for a directory in which
    ///     nobody else may write now.
    package func removeLeftovers(in directory: FilePath, olderThan age: Int64 = 0) throws(DumpError) {
        let now = SystemWallClock().now().seconds
        for name in try list(directory) where TemporaryName.isOfOthers(name) {
            let path = directory.appending(name)
            if age > 0, let changed = try status(path)?.modified.seconds, now - changed < age { continue }
            try remove(path)
        }
    }

    /// Makes a directory and all above it that are missing, whatever the mask of the process.
    /// - Parameters:
    ///   - path: the directory.
    ///   - permissions: its permission bits.
    ///   - tree: the highest directory that gets these permissions; everybody may enter those above it, which hold other
    ///     things too. nil gives all of them the same.
    package func makeDirectory(
        _ path: FilePath, permissions: UInt16 = 0o755, below tree: FilePath? = nil
    ) throws(DumpError) {
        do throws(Errno) {
            try make(path, permissions, below: tree)
        } catch {
            throw DumpError(error, "cannot make the directory \(path)")
        }
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
        let inherited = (try look()?.permissions ?? 0) & 0o2000
        try calls.setPermissions(of: path, to: bits | inherited)
    }

    /// Sets the permission bits of a file.
    package func setPermissions(_ path: FilePath, _ permissions: UInt16) throws(DumpError) {
        do throws(Errno) { try calls.setPermissions(of: path, to: permissions) } catch {
            throw DumpError(error, "cannot set the permissions of \(path)")
        }
    }

    /// Sets the time of last change of a file.
    func setTime(of file: FilePath, to time: UTCTime) throws(DumpError) {
        do throws(Errno) { try calls.setTime(of: file, to: time.seconds) } catch {
            throw DumpError(error, "cannot touch \(file)")
        }
    }

    /// Makes the names in a directory survive a power cut.
    package func synchronizeDirectory(_ path: FilePath) throws(DumpError) {
        do throws(Errno) { try calls.synchronizeFolder(path) } catch {
            throw DumpError(error, "cannot make the directory \(path.isEmpty ? "." : path) durable")
        }
    }
}

// MARK: - Moving and removing

extension FileSystem {
    /// Gives a file another name, replacing what had it. The folder is made durable afterwards.
    package func move(_ from: FilePath, to: FilePath) throws(DumpError) {
        do throws(Errno) { try calls.rename(from, to: to) } catch {
            throw DumpError(error, "cannot rename \(from) to \(to)")
        }
        try synchronizeDirectory(to.removingLastComponent())
    }

    /// Lets two things of one folder change their names, in one step where the file system can do that.
    ///
    /// Where it cannot, for an instant there is nothing under the name of the second. A process that dies then leaves what
    /// was there ``aside(_:)``; ``finishExchange(_:_:)`` puts that right.
    func exchange(_ one: FilePath, _ other: FilePath) throws(DumpError) {
        do throws(Errno) { try calls.exchange(one, with: other) } catch {
            guard error == .invalidArgument || error == .notSupported || error == .noFunction else {
                throw DumpError(error, "cannot exchange \(one) and \(other)")
            }
            try finishExchange(one, other)
            try move(other, to: Self.aside(other))
            try move(one, to: other)
            try move(Self.aside(other), to: one)
        }
        try synchronizeDirectory(other.removingLastComponent())
    }

    /// Where the second of two things that are exchanged in steps waits for the name of the first.
    static func aside(_ other: FilePath) -> FilePath { FilePath(other.string + ".aside") }

    /// Ends an exchange in steps that was cut off: undone if the second name was free, else done.
    func finishExchange(_ one: FilePath, _ other: FilePath) throws(DumpError) {
        guard try status(Self.aside(other)) != nil else { return }
        if try status(other) == nil {
            try move(Self.aside(other), to: other)
        } else if try status(one) == nil {
            try move(Self.aside(other), to: one)
        }
    }

    /// Removes a file or a link. Does nothing if it is not there.
    package func remove(_ path: FilePath) throws(DumpError) {
        do throws(Errno) { try calls.unlinkIfThere(path) } catch { throw DumpError(error, "cannot remove \(path)") }
    }

    /// Removes a directory with everything in it. Links are removed, never followed. Does nothing if it is not there.
    package func removeTree(_ path: FilePath) throws(DumpError) {
        let status: FileStatus
        do throws(Errno) { status = try calls.status(of: path, followsLink: false) } catch {
            if error == .noSuchFileOrDirectory || error == .notDirectory { return }
            throw DumpError(error, "cannot look at \(path)")
        }
        guard status.isDirectory else { return try remove(path) }
        for name in try list(path) { try removeTree(path.appending(name)) }
        do throws(Errno) { try calls.removeFolder(path) } catch {
            guard error == .noSuchFileOrDirectory else {
                throw DumpError(error, "cannot remove the directory \(path)")
            }
        }
    }
}
