import MWBzUtils
import SystemPackage

/// An ``OwnerFile`` as it was found: who made it, and whether it may be removed.
struct FoundOwner: Sendable {
    /// Its public name.
    let path: FilePath
    /// The device and inode numbers of the file.
    let identity: [UInt64]
    /// The content.
    let text: String
    /// When its owner last touched it.
    let touched: UTCTime
    /// The process that made it; its number is 0 if unknown.
    let owner: ProcessIdentity
    private let fileSystem: FileSystem

    /// Reads a file; nil if it no longer exists.
    /// - Parameters:
    ///   - companions: The hidden names in the folder. One of them tells the process.
    ///   - otherwise: The process to assume if neither a companion nor the content tells it.
    init?(
        _ path: FilePath, companions: [String],
        otherwise: ProcessIdentity = ProcessIdentity(host: "unknown", processID: 0, startTicks: nil, table: nil),
        on fileSystem: FileSystem
    ) throws(DumpError) {
        guard let status = try fileSystem.status(path) else { return nil }
        guard status.isFile else {
            throw DumpError(
                .fileSystem, "\(path) has the name of a lock, but is not a file",
                remedy: "remove it, or give it another name")
        }
        guard let text = try fileSystem.text(path) else { return nil }
        self.path = path
        self.fileSystem = fileSystem
        identity = status.identity
        touched = status.modified
        self.text = text
        var owner = otherwise
        let words = text.split { $0.isWhitespace }
        if words.count == 2 {
            owner = ProcessIdentity(
                host: String(words[0]), processID: Int32(words[1]) ?? 0, startTicks: nil, table: nil)
        }
        for name in companions {
            guard let maker = OwnerFile.parse(companion: name)?.owner,
                try fileSystem.status(path.removingLastComponent().appending(name))?.identity == status.identity
            else { continue }
            owner = maker
        }
        self.owner = owner
    }

    /// The seconds since the last touch; 0 if that is in the future.
    func age(now: UTCTime) -> Int64 { max(0, now.seconds - touched.seconds) }

    /// Whether the file may be removed: it was not touched for too long, or its process is known to be dead.
    func isStale(now: UTCTime, by clock: LeaseClock, staleAge: Int64) -> Bool {
        clock.isSilent(since: touched, now: now, for: staleAge) || fileSystem.surroundings.knowsDead(owner)
    }

    private static let asidePrefix = ".broken_"

    /// Removes the file with both its names, if it is still the same file.
    ///
    /// The file is first renamed to a unique name, which succeeds for only one of many processes. Then it is checked again, and
    /// put back if it is a different file.
    /// - Parameter force: Whether to remove the file even if it was touched since it was read.
    /// - Returns: Whether the file was removed.
    @discardableResult
    func remove(force: Bool) throws(DumpError) -> Bool {
        let surroundings = fileSystem.surroundings
        let folder = path.removingLastComponent()
        let aside = folder.appending("\(Self.asidePrefix)\(surroundings.process.processID)_\(surroundings.newMark())")
        do throws(Errno) { try fileSystem.calls.rename(path, to: aside) } catch {
            if error == .noSuchFileOrDirectory { return false }
            throw DumpError(error, "cannot remove the lock file \(path)")
        }
        let moved: FoundOwner?
        do throws(DumpError) { moved = try FoundOwner(aside, companions: [], on: fileSystem) } catch {
            // Nobody knows whose file it is, so its owner keeps it.
            try? putBack(aside)
            throw error
        }
        let isSame =
            moved.map { $0.identity == identity && $0.text == text && (force || $0.touched == touched) } ?? true
        guard isSame else {
            try putBack(aside)
            return false
        }
        try fileSystem.remove(aside)
        for name in try fileSystem.list(folder) where OwnerFile.parse(companion: name) != nil {
            let file = folder.appending(name)
            if try fileSystem.status(file)?.identity == identity { try fileSystem.remove(file) }
        }
        return true
    }

    /// Gives a file its name back that was renamed. Unlike rename, this does not overwrite a file that was made in the meantime.
    private func putBack(_ aside: FilePath) throws(DumpError) {
        do throws(Errno) { try fileSystem.calls.link(aside, as: path) } catch {
            // Without a name, the file would be lost to its owner, so it keeps the one that it has.
            guard error == .fileExists else { throw DumpError(error, "cannot put the lock file \(path) back") }
        }
        try fileSystem.remove(aside)
    }

    /// Removes what processes left that died: files that they had renamed to remove them, and temporary ones.
    static func sweepAside(
        in folder: FilePath, on fileSystem: FileSystem, olderThan age: Int64, now: UTCTime
    ) throws(DumpError) {
        for name in try fileSystem.list(folder)
        where name.hasPrefix(asidePrefix) || fileSystem.calls.temporaryNames.isOfOthers(name) {
            let file = folder.appending(name)
            guard let status = try fileSystem.status(file), now.seconds - status.modified.seconds > age else {
                continue
            }
            try fileSystem.remove(file)
        }
    }
}
