public import SystemPackage

/// A file that appears under its name only when it is complete.
///
/// Until ``commit()`` the bytes are in a nameless file in the same folder. It vanishes with the value or the process,
/// however the process ends. On file systems without nameless files the bytes have the name `.NAME.NUMBER.PID.tmp`, and
/// a kill leaves that file behind. The final name always leads to the old file or to the complete new one.
public struct ReplacingFile: ~Copyable {
    /// What to do if a file already has the name.
    public enum Existing: Sendable, Hashable {
        /// The new file replaces it in one step.
        case replace
        /// Nothing is written.
        case refuse
    }

    /// Where the file will be.
    public let path: FilePath
    /// Bytes written so far.
    public var size: Int64 { file.size }
    private let existing: Existing
    private var file: StagedFile

    /// Begins a file.
    /// - Parameters:
    ///   - path: Where it will be: a new name, or that of a regular file.
    ///   - permissions: The permissions of the new file. The `umask` of the process is applied to them.
    ///   - existing: What to do if a file already has the name.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(
        _ path: FilePath, permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead],
        existing: Existing = .replace
    ) throws(BzError) {
        try self.init(path, permissions: permissions, existing: existing, calls: SystemCalls())
    }

    /// Begins a file of a file system.
    package init(
        _ path: FilePath, permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead], existing: Existing,
        calls: any FileCalls
    ) throws(BzError) {
        let old: FileStatus?
        do throws(Errno) { old = try calls.status(of: path) } catch { throw Self.failure(path, error) }
        if let old {
            guard old.isFile else {
                throw BzError(
                    .fileSystem, "\(FileKind(old)) already has this name", remedy: "name a new file or a regular one",
                    file: path)
            }
            if existing == .refuse { throw Self.exists(path) }
        }
        do throws(Errno) {
            file = try StagedFile(
                path, .unnamed, permissions: .masked(UInt16(permissions.rawValue)), calls: calls)
        } catch { throw Self.failure(path, error) }
        // When root rewrites somebody's file, that person keeps owning it. Others cannot give files away, and need not.
        if let old { try? file.setOwner(user: old.user, group: old.group) }
        self.path = path
        self.existing = existing
    }

    /// Appends bytes.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public mutating func append(_ bytes: [UInt8]) throws(BzError) {
        do throws(Errno) { try file.append(bytes) } catch { throw Self.failure(path, error) }
    }

    /// Makes the bytes durable and gives the file its name. Nothing can be appended after that.
    /// - Throws: ``BzError`` with code `fileSystem`. The file does not have its name then, unless the message says that only
    ///   the name could not be made durable.
    public mutating func commit() throws(BzError) {
        do throws(Errno) { try file.place(existing) } catch {
            if file.isPlaced {
                throw BzError(.fileSystem, "has a name that cannot be made durable", file: path, cause: error)
            }
            throw existing == .refuse && error == .fileExists ? Self.exists(path) : Self.failure(path, error)
        }
    }

    private static func failure(_ path: FilePath, _ cause: Errno) -> BzError {
        BzError(.fileSystem, "cannot be written", file: path, cause: cause)
    }

    private static func exists(_ path: FilePath) -> BzError {
        BzError(
            .fileSystem, "already exists", remedy: "name another file, or remove that one first", file: path)
    }
}
