import CLibrary
package import SystemPackage

/// The few operations on files, each with errors that name the path and the remedy.
///
/// This is the only place in the library that looks at `errno`.
package enum FileSystem {
    /// What `stat` says about a path.
    package struct Status: Sendable, Hashable {
        /// The size in bytes.
        package let size: Int64
        /// When the content last changed.
        package let modified: UTCTime
        /// Whether it is a directory.
        package let isDirectory: Bool
        /// Whether it is a regular file.
        package let isFile: Bool
        /// The device and inode numbers: equal for two names of the same file.
        package let identity: [UInt64]
        /// The permission bits.
        package let permissions: UInt16
    }

    /// Notified of each folder listed and each file opened by the current task; for tests that count these.
    @TaskLocal static var watch: FileWatch?

    /// The status of a path, following links; nil if nothing exists there.
    package static func status(_ path: FilePath) throws(DumpError) -> Status? {
        var record = stat()
        guard unsafe stat(path.string, &record) == 0 else {
            let error = Errno(rawValue: errno)
            if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
            throw DumpError(error, "cannot look at \(path)")
        }
        return Status(
            size: Int64(record.st_size), modified: UTCTime(seconds: Int64(record.st_mtim.tv_sec)),
            isDirectory: record.st_mode & S_IFMT == S_IFDIR, isFile: record.st_mode & S_IFMT == S_IFREG,
            identity: [UInt64(record.st_dev), UInt64(record.st_ino)], permissions: UInt16(record.st_mode & 0o7777))
    }

    /// Whether we may execute a program.
    static func mayExecute(_ path: FilePath) -> Bool { unsafe access(path.string, X_OK) == 0 }

    /// The whole content of a file.
    package static func read(_ path: FilePath) throws(DumpError) -> [UInt8] {
        guard !isNamedPipe(path) else {
            throw DumpError(
                .fileSystem, "cannot read \(path): it is a named pipe", remedy: "name a file, which can be read again")
        }
        do throws(Errno) {
            let file = try open(path, .readOnly)
            defer { try? file.close() }
            return try readAll(file)
        } catch {
            throw DumpError(error, "cannot read \(path)")
        }
    }

    /// Whether reading from a path might wait forever for a writer. What a shell passes as `/dev/fd/63` already has its writer.
    private static func isNamedPipe(_ path: FilePath) -> Bool {
        var record = stat()
        guard unsafe stat(path.string, &record) == 0 else { return false }
        return record.st_mode & S_IFMT == S_IFIFO && !path.starts(with: "/dev/fd") && !path.starts(with: "/proc")
    }

    /// The content of a file as text; nil if there is no such file. Invalid UTF-8 is replaced.
    package static func text(_ path: FilePath) throws(DumpError) -> String? {
        // Checking first and reading afterwards would fail for a file that is removed in between.
        do throws(DumpError) {
            return String(decoding: try read(path), as: UTF8.self)
        } catch {
            let reason = error.cause as? Errno
            if reason == .noSuchFileOrDirectory || reason == .notDirectory { return nil }
            throw error
        }
    }

    /// Writes a whole file so that a reader sees either the old or the new content and nothing in between.
    ///
    /// The content is written to a temporary file, which is made durable and renamed; then the folder is made durable.
    /// - Parameters:
    ///   - bytes: The content.
    ///   - path: The file.
    ///   - permissions: Its permission bits.
    ///   - durable: If false, the system decides when the content reaches the disk. Use that for files that can be recreated at
    ///     any time, because waiting for the disk is most of the cost of a small file.
    package static func write(
        _ bytes: some Sequence<UInt8>, to path: FilePath, permissions: UInt16 = 0o644, durable: Bool = true
    ) throws(DumpError) {
        let temporary = path.removingLastComponent().appending(
            ".\(path.lastComponent?.string ?? "file").\(getpid()).tmp")
        do throws(Errno) {
            let file = try create(temporary, permissions: permissions)
            do throws(Errno) {
                try writeAll(Array(bytes), to: file)
                if durable { try synchronize(file) }
            } catch {
                try? file.close()
                throw error
            }
            try closing(file)
            guard unsafe rename(temporary.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            _ = unsafe unlink(temporary.string)
            throw DumpError(error, "cannot write \(path)")
        }
        if durable { try synchronizeDirectory(path.removingLastComponent()) }
    }

    /// Removes temporary files that ``write(_:to:permissions:durable:)`` and ``link(_:to:)`` of killed processes left in a
    /// directory.
    /// - Parameters:
    ///   - directory: The directory.
    ///   - age: Keeps files younger than this many seconds, whose writer may be alive. Use 0 for a directory in which no other
    ///     process may be writing.
    package static func removeLeftovers(in directory: FilePath, olderThan age: Int64 = 0) throws(DumpError) {
        let now = SystemWallClock().now().seconds
        for name in try list(directory) where name.hasPrefix(".") && name.hasSuffix(".tmp") {
            guard let writer = name.dropLast(4).split(separator: ".").last.flatMap({ pid_t($0) }), writer != getpid()
            else { continue }
            let path = directory.appending(name)
            if age > 0, let changed = try status(path)?.modified.seconds, now - changed < age { continue }
            try remove(path)
        }
    }

    /// Creates a directory and its missing parents, regardless of the umask.
    /// - Parameters:
    ///   - path: The directory.
    ///   - permissions: Its permission bits.
    ///   - tree: The highest directory that gets these permissions. Directories above it are open to everybody, because they
    ///     hold other things too. nil gives all of them the same permissions.
    package static func makeDirectory(
        _ path: FilePath, permissions: UInt16 = 0o755, below tree: FilePath? = nil
    ) throws(DumpError) {
        do throws(Errno) {
            try make(path, permissions, below: tree)
        } catch {
            throw DumpError(error, "cannot make the directory \(path)")
        }
    }

    /// The names in a directory, sorted bytewise, without `.` and `..`; empty if there is no such directory.
    package static func list(_ path: FilePath) throws(DumpError) -> [String] {
        watch?.note(.list, path)
        guard let directory = unsafe opendir(path.string) else {
            let error = Errno(rawValue: errno)
            if error == .noSuchFileOrDirectory { return [] }
            throw DumpError(error, "cannot list \(path)")
        }
        defer { unsafe _ = closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Renames a file, replacing any file with the new name. The folder is made durable afterwards.
    package static func move(_ from: FilePath, to: FilePath) throws(DumpError) {
        guard unsafe rename(from.string, to.string) == 0 else {
            throw DumpError(Errno(rawValue: errno), "cannot rename \(from) to \(to)")
        }
        try synchronizeDirectory(to.removingLastComponent())
    }

    /// Sets the permission bits of a file.
    package static func setPermissions(_ path: FilePath, _ permissions: UInt16) throws(DumpError) {
        guard unsafe chmod(path.string, mode_t(permissions)) == 0 else {
            throw DumpError(Errno(rawValue: errno), "cannot set the permissions of \(path)")
        }
    }

    /// Sets the modification time of a file.
    static func setTime(of file: FilePath, to time: UTCTime) throws(DumpError) {
        let value = timespec(tv_sec: Int(time.seconds), tv_nsec: 0)
        guard unsafe utimensat(AT_FDCWD, file.string, [value, value], 0) == 0 else {
            throw DumpError(Errno(rawValue: errno), "cannot touch \(file)")
        }
    }

    /// Removes a file or a link. Does nothing if it does not exist.
    package static func remove(_ path: FilePath) throws(DumpError) {
        guard unsafe unlink(path.string) == 0 || errno == ENOENT else {
            throw DumpError(Errno(rawValue: errno), "cannot remove \(path)")
        }
    }

    /// Removes a directory with everything in it. Links are removed, never followed.
    package static func removeTree(_ path: FilePath) throws(DumpError) {
        var record = stat()
        guard unsafe lstat(path.string, &record) == 0 else { return }
        guard record.st_mode & S_IFMT == S_IFDIR else { return try remove(path) }
        for name in try list(path) { try removeTree(path.appending(name)) }
        guard unsafe rmdir(path.string) == 0 || errno == ENOENT else {
            throw DumpError(Errno(rawValue: errno), "cannot remove the directory \(path)")
        }
    }

    /// Creates a symbolic link, replacing a link with the same name in one step.
    package static func link(_ path: FilePath, to target: String) throws(DumpError) {
        let temporary = path.removingLastComponent().appending(
            ".\(path.lastComponent?.string ?? "link").\(getpid()).tmp")
        _ = unsafe unlink(temporary.string)
        guard unsafe symlink(target, temporary.string) == 0, unsafe rename(temporary.string, path.string) == 0 else {
            let error = Errno(rawValue: errno)
            _ = unsafe unlink(temporary.string)
            throw DumpError(error, "cannot link \(path) to \(target)")
        }
    }

    /// The target of a symbolic link; nil if the path is not a link or does not exist.
    package static func linkTarget(_ path: FilePath) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(path.string, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes the names in a directory survive a power cut.
    package static func synchronizeDirectory(_ path: FilePath) throws(DumpError) {
        let directory = path.isEmpty ? FilePath(".") : path
        do throws(Errno) {
            let file = try open(directory, .readOnly)
            defer { try? file.close() }
            try synchronize(file)
        } catch {
            throw DumpError(error, "cannot make the directory \(directory) durable")
        }
    }
}

extension FileSystem {
    private static func make(_ path: FilePath, _ permissions: UInt16, below tree: FilePath?) throws(Errno) {
        var record = stat()
        func look() throws(Errno) -> Bool {
            if unsafe stat(path.string, &record) == 0 { return record.st_mode & S_IFMT == S_IFDIR }
            let error = Errno(rawValue: errno)
            guard error == .noSuchFileOrDirectory else { throw error }
            return false
        }
        if try look() { return }
        let parent = path.removingLastComponent()
        if !parent.isEmpty, parent != path { try make(parent, permissions, below: tree) }
        let isAbove = tree.map { path != $0 && $0.starts(with: path) } ?? false
        let mode = mode_t(isAbove ? 0o755 : permissions)
        if unsafe mkdir(path.string, mode) == 0 {
            // The umask removed some bits. The setgid bit is inherited from the parent folder and is kept.
            let inherited = try look() ? record.st_mode & S_ISGID : 0
            guard unsafe chmod(path.string, mode | inherited) == 0 else { throw Errno(rawValue: errno) }
            return
        }
        let error = Errno(rawValue: errno)
        guard error == .fileExists else { throw error }
        // Another process may have created it in the meantime. Anything else with that name is in the way.
        if try !look() { throw .notDirectory }
    }

    static func open(_ path: FilePath, _ mode: FileDescriptor.AccessMode) throws(Errno) -> FileDescriptor {
        watch?.note(.open, path)
        do { return try FileDescriptor.open(path, mode, options: [.closeOnExec]) } catch { throw Errno(from: error) }
    }

    static func create(_ path: FilePath, permissions: UInt16) throws(Errno) -> FileDescriptor {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .truncate, .closeOnExec, .noFollow],
                permissions: FilePermissions(rawValue: CModeT(permissions)))
        } catch { throw Errno(from: error) }
        // The umask removed some bits, and an existing file has its own.
        guard fchmod(file.rawValue, mode_t(permissions)) == 0 else {
            let error = Errno(rawValue: errno)
            try? file.close()
            throw error
        }
        return file
    }

    static func readChunk(_ file: FileDescriptor, count: Int) throws(Errno) -> [UInt8] {
        do {
            return try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = unsafe try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        } catch { throw Errno(from: error) }
    }

    static func readAll(_ file: FileDescriptor) throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let chunk = try readChunk(file, count: 1 << 16)
            if chunk.isEmpty { return bytes }
            bytes += chunk
        }
    }

    static func writeAll(_ bytes: [UInt8], to file: FileDescriptor) throws(Errno) {
        do { _ = try file.writeAll(bytes) } catch { throw Errno(from: error) }
    }

    static func synchronize(_ file: FileDescriptor) throws(Errno) {
        // Some file systems refuse fsync on a directory; nothing can be done about that here.
        guard fsync(file.rawValue) == 0 || errno == EINVAL || errno == EROFS else { throw Errno(rawValue: errno) }
    }

    static func closing(_ file: FileDescriptor) throws(Errno) {
        do { try file.close() } catch { throw Errno(from: error) }
    }
}

extension FileSystem {
    /// Whether the path is a file that we may execute.
    static func isProgram(_ path: FilePath) -> Bool {
        (try? status(path))?.isFile == true && mayExecute(path)
    }
}
