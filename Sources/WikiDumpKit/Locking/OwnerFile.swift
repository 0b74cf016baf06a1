import MWBzUtils
import SystemPackage

/// A file with which this process claims something: the lock of a wiki, or a batch.
///
/// The file has two names: a public one, and a hidden one, the *companion*, which only its maker uses. While the companion
/// exists, the inode number of the file is not reused, so comparing numbers answers "is this still the file I made?". The name
/// of the companion, `.NAME~HOST~PID~START@TABLE~MARK`, includes the start time of the process and the table of processes to
/// which its number belongs, see ``ProcessIdentity``.
struct OwnerFile: Sendable {
    /// The public name.
    let path: FilePath
    /// The hidden name.
    let companion: FilePath
    private let fileSystem: FileSystem

    /// Refers to a file that was made before.
    init(_ path: FilePath, companion: String, on fileSystem: FileSystem) {
        self.path = path
        self.fileSystem = fileSystem
        self.companion = path.removingLastComponent().appending(companion)
    }

    /// Writes the file under its hidden name. Afterwards it is durable, and no other process knows it yet.
    init(
        preparing path: FilePath, for owner: ProcessIdentity, content: String = "", clock: LeaseClock,
        on fileSystem: FileSystem
    ) throws(DumpError) {
        let name = path.lastComponent?.string ?? ""
        let mark = fileSystem.surroundings.newMark()
        self.init(path, companion: Self.companionName(of: name, for: owner, mark: mark), on: fileSystem)
        do throws(DumpError) {
            do throws(Errno) {
                let file = try fileSystem.calls.create(
                    companion, permissions: WikiDirectories.privateFilePermissions)
                do throws(Errno) {
                    try file.write(Array(content.utf8))
                    try file.synchronize()
                } catch {
                    try? file.close()
                    throw error
                }
                try file.close()
            } catch {
                throw DumpError(error, "cannot write \(companion)")
            }
            try clock.touch(companion, on: fileSystem)
        } catch {
            try? fileSystem.remove(companion)
            throw error
        }
    }

    /// The part of the companion's name that makes it unique.
    var mark: String { companion.string.split(separator: "~").last.map(String.init) ?? "" }

    /// The name of a companion.
    static func companionName(of name: String, for owner: ProcessIdentity, mark: String) -> String {
        ".\(name)~\(owner.host)~\(owner.processID)~\(owner.startTicks ?? 0)@\(owner.table ?? "")~\(mark)"
    }

    /// Parses the name of a companion: the name of its file, and the process that made it.
    static func parse(companion: String) -> (name: String, owner: ProcessIdentity)? {
        let parts = companion.split(separator: "~", omittingEmptySubsequences: false)
        guard companion.hasPrefix("."), parts.count == 5, let number = Int32(parts[2]) else { return nil }
        // Earlier versions did not tell the table.
        let start = parts[3].split(separator: "@", omittingEmptySubsequences: false)
        guard let ticks = UInt64(start[0]) else { return nil }
        let owner = ProcessIdentity(
            host: String(parts[1]), processID: number, startTicks: ticks == 0 ? nil : ticks,
            table: start.count == 2 && !start[1].isEmpty ? String(start[1]) : nil)
        return (String(parts[0].dropFirst()), owner)
    }

    /// Gives the file its public name, unless the name is taken. At this moment the claim becomes ours.
    /// - Returns: Whether the name was free.
    func publish() throws(DumpError) -> Bool {
        do throws(Errno) {
            try fileSystem.calls.link(companion, as: path)
            return true
        } catch {
            // Over NFS, a reply can get lost, and the repeated request then finds that the name is taken, by ourselves. The number
            // of names of the file tells.
            if (try? fileSystem.calls.status(of: companion))?.linkCount == 2 { return true }
            if error == .fileExists { return false }
            throw Self.failure(error, to: path)
        }
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
    func identity() throws(DumpError) -> [UInt64]? { try fileSystem.status(companion)?.identity }

    /// How the claim was lost; nil while it is still ours.
    func loss() throws(DumpError) -> String? {
        guard let own = try identity(), let found = try fileSystem.status(path) else { return Self.removed }
        return found.identity == own ? nil : "another process has taken it"
    }

    /// Signals that this process is alive.
    ///
    /// Only the hidden name is touched, because the public one may be a different file by now.
    /// - Returns: What ``loss()`` returns.
    func refresh(by clock: LeaseClock) throws(DumpError) -> String? {
        guard try identity() != nil else { return Self.removed }
        do throws(DumpError) { try clock.touch(companion, on: fileSystem) } catch {
            // The file may have been removed between the two steps.
            guard try identity() != nil else { return Self.removed }
            throw error
        }
        return try loss()
    }

    private static let removed = "its file was removed"

    /// Removes both names, but nothing that belongs to other processes.
    func withdraw() throws(DumpError) {
        if let own = try identity(), let found = try FoundOwner(path, companions: [], on: fileSystem),
            found.identity == own
        {
            try found.remove(force: true)
        }
        try fileSystem.remove(companion)
    }
}
