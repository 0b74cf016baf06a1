import MWBzUtils
import Synchronization
import SystemPackage

/// A folder in which a holder of a wiki makes what will become visible in one of the wiki's folders.
///
/// Its name, `.work-N~TOKEN`, tells the epoch of the holder. Nobody else makes a folder of this name, before or after.
struct WorkFolder: Sendable, Hashable {
    /// The guarded folder.
    let root: FilePath
    /// The work folder.
    let path: FilePath

    /// The work folder of an epoch.
    init(in root: FilePath, epoch: Int64, token: String) {
        self.init(root: root, path: root.appending("\(Self.prefix)\(epoch)~\(token)"))
    }

    /// A work folder of a known name.
    init(named name: String, in root: FilePath) { self.init(root: root, path: root.appending(name)) }

    private init(root: FilePath, path: FilePath) {
        self.root = root
        self.path = path
    }

    private static let prefix = ".work-"
    /// How the name of a folder begins that was a work folder, until it is removed.
    static let deadPrefix = ".dead-"

    /// The epoch in the name of a folder; nil if it is not a work folder.
    static func epoch(of name: String) -> Int64? {
        guard name.hasPrefix(prefix) else { return nil }
        let parts = name.dropFirst(prefix.count).split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int64(parts[0]), (0..<Int64.max - 1).contains(number) else { return nil }
        return number
    }

    /// A folder of a helper inside this one, which ends with it.
    func helper(_ token: String) -> WorkFolder {
        WorkFolder(root: root, path: path.appending(Self.helperPrefix + token))
    }

    /// How the name of a helper's folder begins.
    static let helperPrefix = "help-"

    /// Whether helpers still need something in a work folder whose holder has left: their own folders, and what they lock.
    static func isOfHelpers(_ name: String) -> Bool { name.hasPrefix(helperPrefix) || name.hasSuffix(FileGuard.suffix) }

    /// The folder that a holder and its helpers share, while they change a folder; the folder itself if nothing guards it.
    static func shared(for folder: FilePath, on fileSystem: FileSystem) -> FilePath {
        let work = fileSystem.stagingFolder(of: folder.appending("any"))
        let isHelpers = work.lastComponent?.string.hasPrefix(helperPrefix) == true
        return isHelpers ? work.removingLastComponent() : work
    }

    /// Whether processes may be helping the holder that changes a folder in this way. False only if it is known that none does.
    static func mayHaveHelpers(for folder: FilePath, on fileSystem: FileSystem) throws(DumpError) -> Bool {
        let work = fileSystem.stagingFolder(of: folder.appending("any"))
        guard let name = work.lastComponent?.string, epoch(of: name) != nil else { return true }
        return try fileSystem.list(work).contains { $0.hasPrefix(helperPrefix) }
    }

    /// Makes it. Its parent is never made: that it is gone means that its holder is. Nor is its name made durable, since no holder
    /// survives a power cut.
    func make(on fileSystem: FileSystem) throws(DumpError) {
        do throws(Errno) { try fileSystem.calls.makeFolder(path, permissions: Self.permissions) } catch {
            throw DumpError(error, "cannot make \(path)")
        }
    }

    /// Throws `fenced` if the folder is gone. Unlike a look, this always asks the file server.
    func probe(on calls: some FileCalls) throws(Errno) {
        let probe = calls.temporaryNames.beside(path.appending("probe"))
        do throws(Errno) { try calls.makeFolder(probe, permissions: Self.permissions) } catch {
            throw error.meansGone ? .fenced : error
        }
        try? calls.removeFolder(probe)
    }

    /// The permission bits: nobody else has a business here.
    static let permissions: UInt16 = 0o700
}

/// A work folder in a guarded folder that does not exist yet. Both are made for the first thing that is to become visible, so
/// that the name of a wiki that must not be published never stands in the public tree.
///
/// A process that was overtaken must not make it any more. Its successor first removes the work folder in the private tree and
/// then looks into the public one. This process first makes the folder there, and then sees whether it has the one in the
/// private tree. So one of the two sees what the other did.
final class LateWorkFolder: Sendable {
    let folder: WorkFolder
    /// The work folder that exists already.
    private let first: WorkFolder
    private let wiki: WikiDirectories
    private let fileSystem: FileSystem
    private let isMade = Mutex(false)

    init(_ folder: WorkFolder, after first: WorkFolder, of wiki: WikiDirectories, on fileSystem: FileSystem) {
        self.folder = folder
        self.first = first
        self.wiki = wiki
        self.fileSystem = fileSystem
    }

    /// Whether the folder was made.
    var isThere: Bool { isMade.withLock { $0 } }

    /// Makes the folder, unless it was made before.
    func make() throws(Errno) {
        try isMade.withLock { isMade throws(Errno) in
            if isMade { return }
            try checkFirst()
            do throws(DumpError) {
                try wiki.make(folder.root, on: fileSystem)
                try folder.make(on: fileSystem)
            } catch {
                throw error.cause as? Errno ?? .ioError
            }
            do throws(Errno) { try checkFirst() } catch {
                try? fileSystem.calls.removeFolder(folder.path)
                throw error
            }
            isMade = true
        }
    }

    private func checkFirst() throws(Errno) { try first.probe(on: fileSystem.calls) }

    /// Removes the guarded folder if nothing became visible in it.
    func removeIfUnused() {
        guard isThere else { return }
        try? fileSystem.calls.removeFolder(folder.root)
    }
}
