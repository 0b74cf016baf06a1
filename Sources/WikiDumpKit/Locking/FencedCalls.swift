import MWBzUtils
import SystemPackage

/// The calls of a process that may change some folders until another process takes them over.
///
/// Whatever becomes visible in a guarded folder is renamed or linked by path out of the process's work folder, and whatever
/// vanishes is renamed into it. Whoever takes over removes the work folder. From then on each of these calls fails, no matter
/// how long the process slept before it, because a rename needs its old name and the folder of its new one. Then it throws
/// `Errno.fenced`.
///
/// Three things change in place, and do no harm: lines added to a log, the time of a file, and permission bits, which every
/// holder sets alike.
struct FencedCalls<Base: FileCalls>: ForwardingCalls {
    /// The calls beneath.
    let base: Base
    /// The work folders, each for one guarded folder. No guarded folder lies in another one's work folder.
    let folders: [WorkFolder]
    /// One of these folders that is made only when it is needed.
    var late: LateWorkFolder?

    func stagingFolder(of path: FilePath) -> FilePath {
        work(for: path)?.path ?? base.stagingFolder(of: path)
    }

    func openUnnamed(in folder: FilePath, permissions: UInt16) throws(Errno) -> Base.File {
        // A file without a name could be linked anywhere even after the work folder is gone.
        guard work(for: folder.appending("name")) == nil else { throw .notSupported }
        return try base.openUnnamed(in: folder, permissions: permissions)
    }

    func open(_ path: FilePath, _ opening: FileOpening) throws(Errno) -> Base.File {
        switch opening {
        case .read, .readAnywhere: return try base.open(path, opening)
        case .append: break
        case .create(let permissions):
            guard let work = work(for: path), !exists(path) else { break }
            do throws(Errno) { try makeFile(path, permissions, work).close() } catch {
                // Another process made it first.
                if error != .fileExists { throw error }
            }
        case .createNew(let permissions):
            if let work = work(for: path) { return try makeFile(path, permissions, work) }
        }
        return try checked(path) { () throws(Errno) in try base.open(path, opening) }
    }

    /// Makes a file in the work folder and gives it a name that nothing has.
    private func makeFile(_ path: FilePath, _ bits: UInt16, _ work: WorkFolder) throws(Errno) -> Base.File {
        let made = temporaryName(for: path)
        let file = try checked(made) { () throws(Errno) in try base.open(made, .createNew(bits)) }
        defer { try? base.unlink(made) }
        do throws(Errno) { try checked(made, path) { () throws(Errno) in try base.link(made, as: path) } } catch {
            try? file.close()
            throw error
        }
        return file
    }

    func rename(_ path: FilePath, to other: FilePath) throws(Errno) {
        guard work(for: other) != nil, !isInWork(path) else {
            return try checked(path, other) { () throws(Errno) in try base.rename(path, to: other) }
        }
        // Between the two steps it has neither name. A process that dies there loses it, so only what can be made again moves this
        // way.
        let between = temporaryName(for: other)
        try checked(path, between) { () throws(Errno) in try base.rename(path, to: between) }
        do throws(Errno) {
            try checked(between, other) { () throws(Errno) in try base.rename(between, to: other) }
        } catch {
            try? base.rename(between, to: path)
            throw error
        }
    }

    func exchange(_ path: FilePath, with other: FilePath) throws(Errno) {
        // One of them is in the work folder, or the exchange would not be fenced.
        guard isInWork(path) || isInWork(other) || work(for: other) == nil else { throw .notSupported }
        try checked(path, other) { () throws(Errno) in try base.exchange(path, with: other) }
    }

    func link(_ path: FilePath, as other: FilePath) throws(Errno) {
        guard work(for: other) != nil, !isInWork(path) else {
            return try checked(path, other) { () throws(Errno) in try base.link(path, as: other) }
        }
        let between = temporaryName(for: other)
        try checked(path, between) { () throws(Errno) in try base.link(path, as: between) }
        defer { try? base.unlink(between) }
        try checked(between, other) { () throws(Errno) in try base.link(between, as: other) }
    }

    func makeSymbolicLink(_ path: FilePath, to target: String) throws(Errno) {
        guard work(for: path) != nil else {
            return try checked(path) { () throws(Errno) in try base.makeSymbolicLink(path, to: target) }
        }
        if exists(path) { throw .fileExists }
        let made = temporaryName(for: path)
        try checked(made) { () throws(Errno) in try base.makeSymbolicLink(made, to: target) }
        try place(made, path)
    }

    func makeFolder(_ path: FilePath, permissions: UInt16) throws(Errno) {
        guard work(for: path) != nil else {
            return try checked(path) { () throws(Errno) in try base.makeFolder(path, permissions: permissions) }
        }
        // A rename would replace an empty folder.
        if exists(path) { throw .fileExists }
        let made = temporaryName(for: path)
        try checked(made) { () throws(Errno) in try base.makeFolder(made, permissions: permissions) }
        do throws(Errno) {
            // The mask of the process took some away. That the group is handed on comes from the folder above, and stays.
            let bits = try checked(made) { () throws(Errno) in
                try base.status(of: made, followsLink: false).permissions
            }
            let inherited = bits & 0o2000
            try checked(made) { () throws(Errno) in try base.setPermissions(of: made, to: permissions | inherited) }
            try place(made, path)
        } catch {
            try? base.removeFolder(made)
            throw [.directoryNotEmpty, .notDirectory].contains(error) ? .fileExists : error
        }
    }

    func unlink(_ path: FilePath) throws(Errno) {
        guard work(for: path) != nil else { return try checked(path) { () throws(Errno) in try base.unlink(path) } }
        let isFolder = try checked(path) { () throws(Errno) in try base.status(of: path, followsLink: false).isDirectory
        }
        if isFolder { throw .isDirectory }
        let gone = temporaryName(for: path)
        try checked(path, gone) { () throws(Errno) in try base.rename(path, to: gone) }
        // What stays in the work folder is removed with it.
        try? base.unlink(gone)
    }

    func removeFolder(_ path: FilePath) throws(Errno) {
        guard work(for: path) != nil else {
            return try checked(path) { () throws(Errno) in try base.removeFolder(path) }
        }
        let names = try checked(path) { () throws(Errno) in try base.names(in: path) }
        if !names.isEmpty { throw .directoryNotEmpty }
        let gone = temporaryName(for: path)
        try checked(path, gone) { () throws(Errno) in try base.rename(path, to: gone) }
        do throws(Errno) { try checked(gone) { () throws(Errno) in try base.removeFolder(gone) } } catch {
            try? base.rename(gone, to: path)
            throw error
        }
    }

    func setPermissions(of path: FilePath, to permissions: UInt16) throws(Errno) {
        try checkWork(of: path)
        try base.setPermissions(of: path, to: permissions)
    }

    func setTime(of path: FilePath, to seconds: Int64) throws(Errno) {
        try checkWork(of: path)
        try base.setTime(of: path, to: seconds)
    }

    func touch(_ path: FilePath) throws(Errno) {
        try checkWork(of: path)
        try base.touch(path)
    }

    // MARK: - The fence

    /// The work folder through which a path is changed; nil if it lies in no guarded folder, or in a work folder.
    private func work(for path: FilePath) -> WorkFolder? {
        guard !isInWork(path) else { return nil }
        return folders.filter { path.starts(with: $0.root) && path != $0.root }
            .max { $0.root.components.count < $1.root.components.count }
    }

    /// Whether a path lies in a work folder of ours, or in one of a former holder that we have put aside. A successor removes
    /// both, so what is renamed out of them is fenced.
    private func isInWork(_ path: FilePath) -> Bool {
        folders.contains { folder in
            if path.starts(with: folder.path) { return true }
            var rest = path
            guard rest.removePrefix(folder.root) else { return false }
            return rest.components.first?.string.hasPrefix(WorkFolder.deadPrefix) == true
        }
    }

    private func exists(_ path: FilePath) -> Bool { (try? base.status(of: path, followsLink: false)) != nil }

    private func place(_ made: FilePath, _ path: FilePath) throws(Errno) {
        try checked(made, path) { () throws(Errno) in try base.rename(made, to: path) }
    }

    private func checkWork(of path: FilePath) throws(Errno) {
        guard let work = work(for: path) else { return }
        if let late, late.folder == work { try late.make() }
        if isGone(work) { throw .fenced }
    }

    /// Whether a work folder was removed. One that is still to be made was not.
    private func isGone(_ work: WorkFolder) -> Bool {
        if let late, late.folder == work, !late.isThere { return false }
        do throws(Errno) {
            return try base.status(of: work.path, followsLink: false).isDirectory == false
        } catch {
            return error.meansGone
        }
    }

    /// Makes a call that changes something at some paths. If it fails because a work folder is gone, says so.
    private func checked<R>(_ paths: FilePath..., call: () throws(Errno) -> R) throws(Errno) -> R {
        if let late, paths.contains(where: { $0.starts(with: late.folder.root) }) { try late.make() }
        do throws(Errno) { return try call() } catch {
            guard error.meansGone else { throw error }
            if folders.contains(where: isGone) { throw .fenced }
            // Something is gone that was here a moment ago. This client may only believe that the folders are still there.
            if error == .staleNFSFileHandle {
                for folder in folders where late?.folder != folder || late?.isThere == true {
                    try folder.probe(on: base)
                }
            }
            throw error
        }
    }
}
