import CLibrary
import SystemPackage

/// The lock files of one wiki, and the few atomic steps that are done to them.
///
/// A claim is one file with two names: `lock_DATE`, which everybody sees, and a hidden name of its own, the *companion*,
/// which its maker keeps. While the companion exists the number of the file is not given to another, so "is `lock_DATE`
/// still the file I made" is answered by comparing numbers.
struct LockFolder: Sendable {
    /// The wiki's private folder.
    let path: FilePath

    static let lockPrefix = "lock_"
    static let companionPrefix = ".lock_"
    static let brokenPrefix = ".broken_"
    private static let permissions = WikiDirectories.privateFilePermissions

    /// Makes the folder. The folders above the private tree may hold the public one too.
    func make() throws(DumpError) {
        try FileSystem.makeDirectory(
            path, permissions: WikiDirectories.privateDirectoryPermissions, below: path.removingLastComponent())
    }

    func lockPath(_ date: DumpDate) -> FilePath { path.appending(Self.lockPrefix + date.description) }

    /// The date of a lock, from its name; nil if that is no name of a lock.
    static func date(ofLock name: String) -> DumpDate? {
        name.hasPrefix(lockPrefix) ? DumpDate(name.dropFirst(lockPrefix.count)) : nil
    }

    /// The name of a companion: whose it is, when that process started, and a number that makes it unique.
    static func companionName(_ date: DumpDate, _ owner: ProcessIdentity) -> String {
        let ticks = owner.startTicks.map(String.init) ?? "0"
        let number = String(UInt64.random(in: .min ... .max), radix: 36)
        return "\(companionPrefix)\(date)~\(owner.host)~\(owner.processID)~\(ticks)~\(number)"
    }

    /// The process that made a companion, from its name.
    static func owner(ofCompanion name: String) -> ProcessIdentity? {
        let parts = name.split(separator: "~", omittingEmptySubsequences: false)
        guard name.hasPrefix(companionPrefix), parts.count == 5, let pid = Int32(parts[2]), let ticks = UInt64(parts[3])
        else { return nil }
        return ProcessIdentity(host: String(parts[1]), processID: pid, startTicks: ticks == 0 ? nil : ticks)
    }

    /// Writes the companion of a claim. It is durable, and nobody else knows it yet.
    /// - Returns: the number of the file.
    func prepare(_ name: String, content: String, time: UTCTime) throws(DumpError) -> [UInt64] {
        let file = path.appending(name)
        do throws(Errno) {
            let descriptor = try FileSystem.create(file, permissions: Self.permissions)
            do throws(Errno) {
                try FileSystem.writeAll(Array(content.utf8), to: descriptor)
                try FileSystem.synchronize(descriptor)
            } catch {
                try? descriptor.close()
                throw error
            }
            try FileSystem.closing(descriptor)
        } catch {
            _ = unsafe unlink(file.string)
            throw DumpError(error, "cannot write the lock file \(file)")
        }
        do throws(DumpError) {
            try FileSystem.setTime(of: file, to: time)
            if let identity = try FileSystem.status(file)?.identity { return identity }
            throw DumpError(.fileSystem, "the lock file \(file) vanished while it was made", remedy: "try again")
        } catch {
            _ = unsafe unlink(file.string)
            throw error
        }
    }

    /// Gives a companion its public name, unless that name is taken. This is the instant at which a lock is taken.
    /// - Returns: whether the name was free.
    func publish(_ companion: String, as date: DumpDate) throws(DumpError) -> Bool {
        let source = path.appending(companion)
        let result = unsafe link(source.string, lockPath(date).string)
        let error = Errno(rawValue: errno)
        if result == 0 { return true }
        // Over NFS an answer can get lost, and the repeated request then finds the name taken: by us. The file itself
        // knows how many names it has.
        var record = stat()
        if unsafe stat(source.string, &record) == 0, record.st_nlink == 2 { return true }
        if error == .fileExists { return false }
        throw Self.failure(error, to: lockPath(date))
    }

    /// Why a lock could not be made.
    static func failure(_ error: Errno, to path: FilePath) -> DumpError {
        // Whoever may write into the folder may also link in it: a refusal is the file system's.
        let isWithoutLinks = [.notPermitted, .notSupported, .noFunction].contains(error)
        return isWithoutLinks
            ? DumpError(
                .fileSystem, "cannot make the lock file \(path): this file system has no hard links",
                remedy: "put the private tree on one that has", cause: error)
            : DumpError(error, "cannot make the lock file \(path)")
    }

    /// Runs a body while no other process or task changes the locks of this wiki by the same rule.
    ///
    /// The kernel lifts the guard when a process dies. Where the file system knows no such guard the body runs without;
    /// each step it takes is safe by itself, see ``FileLock``.
    func guarded<R>(_ body: () throws(DumpError) -> R) throws(DumpError) -> R {
        try FileGuard(path: path.appending(".lockguard"), isOptional: true).hold(body)
    }
}
