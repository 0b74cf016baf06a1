import CLibrary
import SystemPackage

/// An ``OwnerFile`` as it was found: who made it, and whether it may be taken away.
struct FoundOwner: Sendable, Hashable {
    /// Its public name.
    let path: FilePath
    /// The number of the file on its disk.
    let identity: [UInt64]
    /// The content.
    let text: String
    /// When its owner last touched it.
    let touched: UTCTime
    /// Who made it; the process number is 0 if nothing tells.
    let owner: ProcessIdentity

    /// Looks at a file; nil if it is not there any more.
    /// - Parameters:
    ///   - companions: The hidden names in the folder, one of which tells the process.
    ///   - otherwise: The process if neither a companion nor the content tells it.
    init?(
        _ path: FilePath, companions: [String],
        otherwise: ProcessIdentity = ProcessIdentity(host: "unknown", processID: 0, startTicks: nil)
    ) throws(DumpError) {
        guard let status = try FileSystem.status(path) else { return nil }
        guard status.isFile else {
            throw DumpError(
                .fileSystem, "\(path) has the name of a lock and is no file",
                remedy: "remove it, or give it another name")
        }
        guard let text = try FileSystem.text(path) else { return nil }
        self.path = path
        identity = status.identity
        touched = status.modified
        self.text = text
        var owner = otherwise
        let words = text.split { $0.isWhitespace }
        if words.count == 2 {
            owner = ProcessIdentity(
                host: String(words[0]), processID: Int32(words[1]) ?? 0, startTicks: nil)
        }
        for name in companions {
            guard let maker = OwnerFile.parse(companion: name)?.owner,
                try FileSystem.status(path.removingLastComponent().appending(name))?.identity == status.identity
            else { continue }
            owner = maker
        }
        self.owner = owner
    }

    /// Seconds since the last touch; 0 if that lies in the future.
    func age(now: UTCTime) -> Int64 { max(0, now.seconds - touched.seconds) }

    /// Whether the file may be taken away: nobody touched it for too long, or its process is known to be dead.
    ///
    /// The host is compared before the process: the same number on another machine is somebody else.
    func isStale(now: UTCTime, staleAge: Int64, host: String) -> Bool {
        if age(now: now) > staleAge { return true }
        // A file that tells nothing of its process is judged by its age alone.
        return owner.host == host && owner.processID > 0 && !owner.isRunning
    }

    private static let asidePrefix = ".broken_"

    /// Removes the file with both its names, if it is still the one that was looked at.
    ///
    /// It is first renamed to a name that nobody else uses: of many who try one succeeds. Then it is looked at again, and
    /// put back if it is another one.
    /// - Parameter force: Whether a file that was touched since then is removed as well.
    /// - Returns: whether it was removed.
    @discardableResult
    func remove(force: Bool) throws(DumpError) -> Bool {
        let folder = path.removingLastComponent()
        let aside = folder.appending("\(Self.asidePrefix)\(getpid())_\(OwnerFile.newMark())")
        guard unsafe rename(path.string, aside.string) == 0 else {
            let error = Errno(rawValue: errno)
            if error == .noSuchFileOrDirectory { return false }
            throw DumpError(error, "cannot remove the lock file \(path)")
        }
        let moved = try FoundOwner(aside, companions: [])
        let isSame =
            moved.map { $0.identity == identity && $0.text == text && (force || $0.touched == touched) } ?? true
        if !isSame {
            // link, unlike rename, does not put it over a file that was made in the meantime.
            _ = unsafe link(aside.string, path.string)
        }
        try FileSystem.remove(aside)
        guard isSame else { return false }
        for name in try FileSystem.list(folder) where OwnerFile.parse(companion: name) != nil {
            let file = folder.appending(name)
            if try FileSystem.status(file)?.identity == identity { try FileSystem.remove(file) }
        }
        return true
    }

    /// Removes what a process left that died while it removed a file.
    static func sweepAside(in folder: FilePath, olderThan age: Int64, now: UTCTime) throws(DumpError) {
        for name in try FileSystem.list(folder) where name.hasPrefix(asidePrefix) {
            let file = folder.appending(name)
            guard let status = try FileSystem.status(file), now.seconds - status.modified.seconds > age else {
                continue
            }
            try FileSystem.remove(file)
        }
    }
}
