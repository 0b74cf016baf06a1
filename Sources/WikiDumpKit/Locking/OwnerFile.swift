import CLibrary
import SystemPackage

/// A file with which this process claims something: the lock of a wiki, or a batch.
///
/// The file has two names: a public one, and a hidden one, the *companion*, which only its maker uses. While the companion
/// exists, the inode number of the file is not reused, so comparing numbers answers "is this still the file I made?". The name
/// of the companion, `.NAME~HOST~PID~START~MARK`, includes the start time of the process, which distinguishes a dead process
/// from a later one with the same number.
struct OwnerFile: Sendable, Hashable {
    /// The public name.
    let path: FilePath
    /// The hidden name.
    let companion: FilePath

    /// Refers to a file that was made before.
    init(_ path: FilePath, companion: String) {
        self.path = path
        self.companion = path.removingLastComponent().appending(companion)
    }

    /// Writes the file under its hidden name. Afterwards it is durable, and no other process knows it yet.
    init(
        preparing path: FilePath, for owner: ProcessIdentity, content: String = "", time: UTCTime
    ) throws(DumpError) {
        let name = path.lastComponent?.string ?? ""
        self.init(
            path,
            companion: ".\(name)~\(owner.host)~\(owner.processID)~\(owner.startTicks ?? 0)~\(Self.newMark())")
        do throws(DumpError) {
            do throws(Errno) {
                let descriptor = try FileSystem.create(
                    companion, permissions: WikiDirectories.privateFilePermissions)
                do throws(Errno) {
                    try FileSystem.writeAll(Array(content.utf8), to: descriptor)
                    try FileSystem.synchronize(descriptor)
                } catch {
                    try? descriptor.close()
                    throw error
                }
                try FileSystem.closing(descriptor)
            } catch {
                throw DumpError(error, "cannot write \(companion)")
            }
            try FileSystem.setTime(of: companion, to: time)
        } catch {
            _ = unsafe unlink(companion.string)
            throw error
        }
    }

    /// Returns a text that no other file of this kind has in its name.
    static func newMark() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }

    /// The part of the companion's name that makes it unique.
    var mark: String { companion.string.split(separator: "~").last.map(String.init) ?? "" }

    /// Parses the name of a companion: the name of its file, and the process that made it.
    static func parse(companion: String) -> (name: String, owner: ProcessIdentity)? {
        let parts = companion.split(separator: "~", omittingEmptySubsequences: false)
        guard companion.hasPrefix("."), parts.count == 5, let number = Int32(parts[2]), let ticks = UInt64(parts[3])
        else { return nil }
        let owner = ProcessIdentity(host: String(parts[1]), processID: number, startTicks: ticks == 0 ? nil : ticks)
        return (String(parts[0].dropFirst()), owner)
    }

    /// Gives the file its public name, unless the name is taken. At this moment the claim becomes ours.
    /// - Returns: Whether the name was free.
    func publish() throws(DumpError) -> Bool {
        let result = unsafe link(companion.string, path.string)
        let error = Errno(rawValue: errno)
        if result == 0 { return true }
        // Over NFS, a reply can get lost, and the repeated request then finds that the name is taken, by ourselves. The number
        // of names of the file tells.
        var record = stat()
        if unsafe stat(companion.string, &record) == 0, record.st_nlink == 2 { return true }
        if error == .fileExists { return false }
        throw Self.failure(error, to: path)
    }

    /// The error for a file that could not get its name.
    static func failure(_ error: Errno, to path: FilePath) -> DumpError {
        // A process that may write in the folder may also create links there, so it is the file system that refuses.
        let isWithoutLinks = [.notPermitted, .notSupported, .noFunction].contains(error)
        return isWithoutLinks
            ? DumpError(
                .fileSystem, "cannot make the lock file \(path): this file system does not support hard links",
                remedy: "put the private tree on one that does", cause: error)
            : DumpError(error, "cannot make the lock file \(path)")
    }

    /// The device and inode numbers of the file; nil if its hidden name is gone.
    func identity() throws(DumpError) -> [UInt64]? { try FileSystem.status(companion)?.identity }

    /// How the claim was lost; nil while it is still ours.
    func loss() throws(DumpError) -> String? {
        guard let own = try identity(), let found = try FileSystem.status(path) else { return Self.removed }
        return found.identity == own ? nil : "another process has taken it"
    }

    /// Signals that this process is alive.
    ///
    /// Only the hidden name is touched, because the public one may be a different file by now.
    /// - Returns: What ``loss()`` returns.
    func refresh(at time: UTCTime) throws(DumpError) -> String? {
        guard try identity() != nil else { return Self.removed }
        do throws(DumpError) { try FileSystem.setTime(of: companion, to: time) } catch {
            // The file may have been removed between the two steps.
            guard try identity() != nil else { return Self.removed }
            throw error
        }
        return try loss()
    }

    private static let removed = "its file was removed"

    /// Removes both names, but nothing that belongs to other processes.
    func withdraw() throws(DumpError) {
        if let own = try identity(), let found = try FoundOwner(path, companions: []), found.identity == own {
            try found.remove(force: true)
        }
        try FileSystem.remove(companion)
    }
}
