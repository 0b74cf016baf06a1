import CLibrary
public import SystemPackage

/// A file that is written beside its place and put there whole.
///
/// Until ``commit()`` the bytes are in a file without a name in the same folder, which vanishes with the value or the
/// process, whatever ends that. Where the file system has no such files the bytes are under another name,
/// `.NAME.NUMBER.PID.tmp`, which a kill leaves behind. Under the final name is what was there before, or the whole file.
public struct ReplacingFile: ~Copyable {
    /// What to do about a file that has the name already.
    public enum Existing: Sendable, Hashable {
        /// The new file takes its place in one step.
        case replace
        /// Nothing is written.
        case refuse
    }

    /// Where the file will be.
    public let path: FilePath
    /// Bytes written so far.
    public private(set) var size: Int64 = 0
    private let existing: Existing
    private let temporary: FilePath
    private let file: FileDescriptor
    private var state = State.open
    /// Whose the file is that will be replaced.
    private var owner: (user: uid_t, group: gid_t)?
    /// Whether there is something under the temporary name.
    private var isNamed: Bool

    private enum State { case open, closed, done }

    /// Begins a file.
    /// - Parameters:
    ///   - path: Where it will be: a new name, or that of a regular file.
    ///   - permissions: Those of the new file, less what the process does not allow (`umask`).
    ///   - existing: What to do about a file that has the name already.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(
        _ path: FilePath, permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead],
        existing: Existing = .replace
    ) throws(BzError) {
        if let kind = FileKind(of: path) {
            guard kind == .regular else {
                throw BzError(
                    .fileSystem, "\(kind) has this name", remedy: "name a new file or a regular one", file: path)
            }
            if existing == .refuse { throw Self.exists(path) }
            var record = stat()
            if unsafe stat(path.string, &record) == 0 { owner = (record.st_uid, record.st_gid) }
        }
        let name = String(decoding: Array((path.lastComponent?.string ?? "").utf8.prefix(200)), as: UTF8.self)
        let temporary = path.removingLastComponent().appending(".\(name).\(TemporaryNumber.next()).\(getpid()).tmp")
        let folder = path.removingLastComponent()
        if let unnamed = Self.createUnnamed(in: folder.isEmpty ? "." : folder, permissions) {
            (file, isNamed) = (unnamed, false)
        } else {
            (file, isNamed) = (try Self.create(temporary, for: path, permissions), true)
        }
        self.path = path
        self.existing = existing
        self.temporary = temporary
    }

    /// A file without a name, if there can be one here and it can be named later.
    private static func createUnnamed(in folder: FilePath, _ permissions: FilePermissions) -> FileDescriptor? {
        guard let file = UnnamedFile.nameable(in: folder, permissions) else { return nil }
        guard unsafe access(handle(file), F_OK) == 0 else {
            try? file.close()
            return nil
        }
        return file
    }

    /// Under what name the kernel shows an open file (open(2), O_TMPFILE).
    private static func handle(_ file: FileDescriptor) -> String { "/proc/self/fd/\(file.rawValue)" }

    private static func create(
        _ temporary: FilePath, for path: FilePath, _ permissions: FilePermissions
    ) throws(BzError) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .truncate, .closeOnExec, .noFollow], permissions: permissions)
        } catch {
            throw BzError(.fileSystem, "cannot be written", file: path, cause: error)
        }
    }

    deinit {
        if state == .open { try? file.close() }
        if state != .done, isNamed { _ = unsafe unlink(temporary.string) }
    }

    /// Appends bytes.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public mutating func append(_ bytes: [UInt8]) throws(BzError) {
        do { _ = try file.writeAll(bytes) } catch { throw failure(error) }
        size += Int64(bytes.count)
    }

    /// Makes the bytes durable and gives the file its name. Nothing can be appended after that.
    /// - Throws: ``BzError`` with code `fileSystem`; the file then stays away from its name.
    public mutating func commit() throws(BzError) {
        // Root's work on somebody's file leaves it theirs; others cannot give files away, and need not.
        if let owner { _ = fchown(file.rawValue, owner.user, owner.group) }
        guard fsync(file.rawValue) == 0 else { throw failure(Errno(rawValue: errno)) }
        if !isNamed {
            guard name(temporary) else { throw failure(Errno(rawValue: errno)) }
            isNamed = true
        }
        state = .closed
        do { try file.close() } catch { throw failure(error) }
        try takeName()
        state = .done
        try Self.synchronizeFolder(of: path)
    }

    /// Gives the file without a name this one, which is ours: what is left of it is of a dead process with our number.
    private func name(_ path: FilePath) -> Bool {
        _ = unsafe unlink(path.string)
        return unsafe linkat(AT_FDCWD, Self.handle(file), AT_FDCWD, path.string, AT_SYMLINK_FOLLOW) == 0
    }

    private func takeName() throws(BzError) {
        if existing == .refuse {
            // Unlike a rename, a link cannot replace what somebody put there in the meantime.
            if unsafe link(temporary.string, path.string) == 0 {
                _ = unsafe unlink(temporary.string)
                return
            }
            // Not every file system has hard links; there a file made in this very moment can be lost.
            guard errno != EEXIST, FileKind(of: path) == nil else { throw Self.exists(path) }
        }
        guard unsafe rename(temporary.string, path.string) == 0 else { throw failure(Errno(rawValue: errno)) }
    }

    /// Makes the names in the folder of a file survive a power cut.
    static func synchronizeFolder(of path: FilePath) throws(BzError) {
        let parent = path.removingLastComponent()
        let folder = parent.isEmpty ? FilePath(".") : parent
        do {
            let file = try FileDescriptor.open(folder, .readOnly, options: [.closeOnExec])
            defer { try? file.close() }
            // Some file systems refuse this for folders; nothing can be done about it there.
            guard fsync(file.rawValue) == 0 || errno == EINVAL || errno == EROFS else { throw Errno(rawValue: errno) }
        } catch {
            throw BzError(.fileSystem, "cannot be made durable", file: folder, cause: error)
        }
    }

    private func failure(_ cause: any Error) -> BzError {
        BzError(.fileSystem, "cannot be written", file: path, cause: cause)
    }

    private static func exists(_ path: FilePath) -> BzError {
        BzError(
            .fileSystem, "exists already", remedy: "name another file, or remove that one first", file: path)
    }
}
