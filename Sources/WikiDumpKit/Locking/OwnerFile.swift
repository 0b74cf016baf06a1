import CLibrary
import SystemPackage

/// A file by which this process says that something is its own: the lock of a wiki, or the marker of a batch.
///
/// It has two names: one that everybody sees, and a hidden one, the *companion*, which only its maker uses. While the
/// companion exists the number of the file is not given to another file, so "is this still the file I made?" is answered
/// by comparing numbers. The name of the companion, `.NAME~HOST~PID~START~MARK`, tells when the process started as well, so
/// that a dead process is told from a later one with its number.
struct OwnerFile: Sendable, Hashable {
    /// The name that everybody sees.
    let path: FilePath
    /// The hidden name.
    let companion: FilePath

    /// Names a file that was made before.
    init(_ path: FilePath, companion: String) {
        self.path = path
        self.companion = path.removingLastComponent().appending(companion)
    }

    /// Writes the file under its hidden name. It is durable, and nobody else knows it yet.
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

    /// A text that no other file of the kind has in its name.
    static func newMark() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }

    /// What stands in the name of the companion and in no other.
    var mark: String { companion.string.split(separator: "~").last.map(String.init) ?? "" }

    /// What a companion is a companion of, and the process that made it, from its name.
    static func parse(companion: String) -> (name: String, owner: ProcessIdentity)? {
        let parts = companion.split(separator: "~", omittingEmptySubsequences: false)
        guard companion.hasPrefix("."), parts.count == 5, let number = Int32(parts[2]), let ticks = UInt64(parts[3])
        else { return nil }
        let owner = ProcessIdentity(host: String(parts[1]), processID: number, startTicks: ticks == 0 ? nil : ticks)
        return (String(parts[0].dropFirst()), owner)
    }

    /// Gives the file its public name, unless that is taken. This is the instant at which the thing becomes ours.
    /// - Returns: whether the name was free.
    func publish() throws(DumpError) -> Bool {
        let result = unsafe link(companion.string, path.string)
        let error = Errno(rawValue: errno)
        if result == 0 { return true }
        // Over NFS an answer can get lost, and the repeated request then finds the name taken: by us. The file itself
        // knows how many names it has.
        var record = stat()
        if unsafe stat(companion.string, &record) == 0, record.st_nlink == 2 { return true }
        if error == .fileExists { return false }
        throw Self.failure(error, to: path)
    }

    /// Why a file could not get its name.
    static func failure(_ error: Errno, to path: FilePath) -> DumpError {
        // Whoever may write into the folder may also link in it: a refusal is the file system's.
        let isWithoutLinks = [.notPermitted, .notSupported, .noFunction].contains(error)
        return isWithoutLinks
            ? DumpError(
                .fileSystem, "cannot make the lock file \(path): this file system has no hard links",
                remedy: "put the private tree on one that has", cause: error)
            : DumpError(error, "cannot make the lock file \(path)")
    }

    /// The number of the file; nil if its hidden name is gone.
    func identity() throws(DumpError) -> [UInt64]? { try FileSystem.status(companion)?.identity }

    /// How it came about that the thing is no longer ours; nil while it is.
    func loss() throws(DumpError) -> String? {
        guard let own = try identity(), let found = try FileSystem.status(path) else { return Self.removed }
        return found.identity == own ? nil : "another process has taken it"
    }

    /// Says that this process is alive.
    ///
    /// The hidden name is touched, never the public one, which may be another file by now.
    /// - Returns: see ``loss()``.
    func refresh(at time: UTCTime) throws(DumpError) -> String? {
        guard try identity() != nil else { return Self.removed }
        do throws(DumpError) { try FileSystem.setTime(of: companion, to: time) } catch {
            // It may have been removed between the two steps.
            guard try identity() != nil else { return Self.removed }
            throw error
        }
        return try loss()
    }

    private static let removed = "its file was removed"

    /// Removes both names, and nothing that belongs to others.
    func withdraw() throws(DumpError) {
        if let own = try identity(), let found = try FoundOwner(path, companions: []), found.identity == own {
            try found.remove(force: true)
        }
        try FileSystem.remove(companion)
    }
}
