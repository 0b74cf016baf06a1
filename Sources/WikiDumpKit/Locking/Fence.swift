import MWBzUtils
import SystemPackage

/// The right to change the folders of a wiki, or the pages of a farm. It ends for good when another process acquires it.
///
/// A lock alone cannot stop a process that was suspended just before it publishes a file. The file system can: each holder
/// publishes by renaming out of a work folder of its own (``FencedCalls``), and whoever comes next removes that folder before it
/// looks at anything. No clock takes part in this.
///
/// 1. The new holder makes a ``WorkFolder`` in each tree. Its epoch is greater than every number that it finds.
/// 2. It renames the ``EpochMarker``. Of several processes that saw the same number, only one succeeds.
/// 3. It renames every other work folder so that no path leads to it, takes back what only that folder holds, and removes it.
struct Fence: Sendable {
    /// The number of this right. It only rises from holder to holder.
    let epoch: Int64
    private let subject: String
    private let folders: [WorkFolder]
    private let late: LateWorkFolder?
    private let base: FileSystem
    private let rescue: Rescue

    /// Takes back what only a work folder holds whose holder died, or failed in the middle. It gets the file system of the new
    /// holder and the folder.
    typealias Rescue = @Sendable (FileSystem, FilePath) throws(DumpError) -> Void

    /// Takes over the folders of a wiki from whoever had them.
    /// - Parameters:
    ///   - wiki: The wiki; its ``Wiki/fileSystem`` must not be fenced.
    ///   - floor: A number that the epoch must exceed, such as the one that a lock granted.
    ///   - seen: What the marker must still say; nil if it does not matter.
    ///   - rescue: Takes back what only a work folder holds.
    /// - Throws: ``DumpError`` with code `lockHeld` if another process takes them over at the same time, or has done so since the
    ///   marker was seen.
    init(
        entering wiki: any Wiki, above floor: Int64, ifStill seen: EpochMarker.Standing? = nil,
        rescue: @escaping Rescue
    ) throws(DumpError) {
        let directories = wiki.directories
        // The private tree first: most of what an older holder still does begins there.
        let roots = directories.roots
        subject = wiki.name.description
        base = wiki.fileSystem
        self.rescue = rescue
        try directories.make(roots[0], on: base)
        let isLate = roots.count > 1 ? try base.status(roots[1]) == nil : false
        (epoch, folders) = try Self.raise(
            in: roots, isLate: isLate, above: floor, ifStill: seen, of: subject, on: base)
        late = isLate ? LateWorkFolder(folders[1], after: folders[0], of: directories, on: base) : nil
        try sweepAll(roots)
    }

    /// Takes over the pages of a farm from whoever wrote them.
    /// - Throws: ``DumpError`` with code `lockHeld` if another process takes them over at the same time.
    init(enteringFarm farm: FarmSettings, on fileSystem: FileSystem) throws(DumpError) {
        subject = "the index of \(farm.publicTree)"
        base = fileSystem
        rescue = { _, _ throws(DumpError) in }
        late = nil
        try base.makeDirectory(farm.privateTree, permissions: WikiDirectories.privateDirectoryPermissions)
        try base.makeDirectory(farm.publicTree)
        let roots = [farm.privateTree] + (farm.publicTree == farm.privateTree ? [] : [farm.publicTree])
        (epoch, folders) = try Self.raise(
            in: roots, isLate: false, above: 0, ifStill: nil, of: subject, on: base)
        try sweepAll(roots)
    }

    /// Joins the process that has the folders now. The right ends with its right.
    /// - Returns: nil if no process has them.
    init?(joining wiki: any Wiki) throws(DumpError) {
        let directories = wiki.directories
        subject = wiki.name.description
        base = wiki.fileSystem
        rescue = { _, _ throws(DumpError) in }
        late = nil
        // The marker does not tell: it is raised for every claim, also for one that was given back.
        let names = try base.list(directories.privateRoot)
        let held = names.compactMap { name in WorkFolder.epoch(of: name).map { (name: name, epoch: $0) } }
        guard let newest = held.max(by: { $0.epoch < $1.epoch }) else { return nil }
        epoch = newest.epoch
        let token = base.surroundings.newMark()
        folders = directories.roots.map { WorkFolder(named: newest.name, in: $0).helper(token) }
        for folder in folders {
            do throws(DumpError) { try folder.make(on: base) } catch {
                leave()
                if error.cause as? Errno == .noSuchFileOrDirectory { return nil }
                throw error
            }
        }
    }

    /// The file system with which to change the folders of the wiki. Its calls fail with ``DumpError`` of code `lockLost` once
    /// another process has taken over.
    var fileSystem: FileSystem {
        func fenced(_ calls: some FileCalls) -> FileSystem {
            FileSystem(FencedCalls(base: calls, folders: folders, late: late), for: base.surroundings)
        }
        return fenced(base.calls)
    }

    /// Gives up the right, and removes the work folders with whatever is in them.
    /// - Parameter keepsHelpers: Whether processes may go on to help with the run, or begin to. Then the folders stay until the
    ///   next holder comes.
    func leave(keepsHelpers: Bool = false) {
        // What stays is removed by the next holder.
        for folder in folders {
            // What cannot be taken back now is left for the next holder.
            guard (try? rescue(fileSystem, folder.path)) != nil else { continue }
            guard keepsHelpers else {
                try? base.removeTree(folder.path)
                continue
            }
            for name in (try? base.list(folder.path)) ?? [] where !WorkFolder.isOfHelpers(name) {
                try? base.removeTree(folder.path.appending(name))
            }
        }
        late?.removeIfUnused()
    }

    private static func raise(
        in roots: [FilePath], isLate: Bool, above floor: Int64, ifStill seen: EpochMarker.Standing?, of subject: String,
        on base: FileSystem
    ) throws(DumpError) -> (Int64, [WorkFolder]) {
        let marker = EpochMarker(in: roots[0], on: base)
        var folders: [WorkFolder] = []
        func next(_ newest: Int64, _ token: String) throws(DumpError) -> Int64 {
            for folder in folders { try base.removeTree(folder.path) }
            var greatest = max(newest, floor)
            for root in roots {
                greatest = try base.list(root).compactMap(WorkFolder.epoch).reduce(greatest, max)
            }
            folders = roots.map { WorkFolder(in: $0, epoch: greatest + 1, token: token) }
            for folder in folders.prefix(isLate ? 1 : 2) { try folder.make(on: base) }
            return greatest + 1
        }
        guard let seen else { return (try marker.raise(next), folders) }
        guard let epoch = try marker.raise(from: seen, next) else {
            for folder in folders { try? base.removeTree(folder.path) }
            throw overtaken(subject)
        }
        return (epoch, folders)
    }

    private func sweepAll(_ roots: [FilePath]) throws(DumpError) {
        do throws(DumpError) {
            for root in roots { try sweep(root) }
        } catch {
            leave()
            throw error
        }
    }

    /// Removes the work folders of all others from a guarded folder.
    private func sweep(_ root: FilePath) throws(DumpError) {
        let own = folders.map(\.path)
        // Something new may appear in the meantime, from a process that has not been overtaken yet.
        for _ in 0..<1_000 {
            var isClean = true
            for name in try base.list(root) {
                let path = root.appending(name)
                if own.contains(path) { continue }
                if let other = WorkFolder.epoch(of: name) {
                    guard other <= epoch else { throw overtaken }
                    let dead = root.appending(WorkFolder.deadPrefix + base.surroundings.newMark())
                    isClean = false
                    do throws(Errno) { try base.calls.rename(path, to: dead) } catch {
                        if error == .noSuchFileOrDirectory { continue }
                        throw DumpError(error, "cannot remove \(path)")
                    }
                    try remove(dead)
                } else if name.hasPrefix(WorkFolder.deadPrefix) {
                    isClean = false
                    try remove(path)
                } else if name.hasPrefix(EpochMarker.unfinishedPrefix) {
                    try base.removeTree(path)
                }
            }
            if isClean { return try checkOwn() }
        }
        throw DumpError(
            .fileSystem, "another process does not stop making folders in \(root)",
            remedy: "find out which process takes it over again and again")
    }

    /// Removes a folder that was a work folder. Until it is gone, a process that has it open could make files in it.
    private func remove(_ dead: FilePath) throws(DumpError) {
        for _ in 0..<1_000 {
            try rescue(fileSystem, dead)
            do throws(DumpError) { return try base.removeTree(dead) } catch {
                guard error.cause as? Errno == .directoryNotEmpty else { throw error }
            }
        }
        throw DumpError(
            .fileSystem, "another process does not stop writing into \(dead)", remedy: "find that process and end it")
    }

    private func checkOwn() throws(DumpError) {
        for folder in folders where folder != late?.folder {
            guard try base.status(folder.path)?.isDirectory == true else { throw overtaken }
        }
    }

    private var overtaken: DumpError { Self.overtaken(subject) }

    private static func overtaken(_ subject: String) -> DumpError {
        DumpError(.lockHeld, "\(subject) was taken over by another process just now")
    }
}

/// A wiki whose folders are changed through a fence.
struct FencedWiki: Wiki {
    private let wiki: any Wiki
    let fileSystem: FileSystem

    init(_ wiki: any Wiki, _ fence: Fence) {
        self.wiki = wiki
        fileSystem = fence.fileSystem
    }

    var name: WikiName { wiki.name }
    var isPrivate: Bool { wiki.isPrivate }
    var isClosed: Bool { wiki.isClosed }
    var directories: WikiDirectories { wiki.directories }
    var settings: WikiSettings { wiki.settings }
    func contentSource() throws(DumpError) -> any ContentSource { try wiki.contentSource() }
}
