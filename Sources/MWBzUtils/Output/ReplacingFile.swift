public import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that is written beside its place and put there whole.
///
/// Until ``commit()`` the bytes stand under another name in the same folder. Whatever ends the process before that leaves
/// under the final name what was there; only a kill leaves the other name, `.NAME.NUMBER.PID.tmp`, behind. A value that goes
/// away without a commit removes it.
public struct ReplacingFile: ~Copyable {
    /// What to do about a file that has the name already.
    public enum Existing: Sendable, Hashable {
        /// The new file takes its place in one step.
        case replace
        /// Nothing is written.
        case refuse
    }

    /// Where the file will stand.
    public let path: FilePath
    /// Bytes written so far.
    public private(set) var size: Int64 = 0
    private let existing: Existing
    private let temporary: FilePath
    private let file: FileDescriptor
    private var state = State.open

    private enum State { case open, closed, done }

    /// Begins a file.
    /// - Parameters:
    ///   - path: Where it will stand: a new name, or that of a regular file.
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
        }
        let name = String(decoding: Array((path.lastComponent?.string ?? "").utf8.prefix(200)), as: UTF8.self)
        let temporary = path.removingLastComponent().appending(".\(name).\(TemporaryNumber.next()).\(getpid()).tmp")
        file = try Self.create(temporary, for: path, permissions)
        self.path = path
        self.existing = existing
        self.temporary = temporary
    }

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
        if state != .done { _ = unsafe unlink(temporary.string) }
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
        guard fsync(file.rawValue) == 0 else { throw failure(Errno(rawValue: errno)) }
        state = .closed
        do { try file.close() } catch { throw failure(error) }
        try takeName()
        state = .done
        try Self.synchronizeFolder(of: path)
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
