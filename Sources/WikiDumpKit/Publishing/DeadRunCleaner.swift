import SystemPackage

/// Removes what dead processes left of the runs of a wiki.
///
/// The caller holds the lock of the wiki, so only helpers that do batches of a run may create files here. They claim their
/// files as long as they live, and those files are left alone.
struct DeadRunCleaner {
    let wiki: any Wiki
    /// The date of the run that is starting or continuing.
    let date: DumpDate
    let clock: any WallClock

    /// Scratch files of other dates are left alone until they are this many seconds old, because a program started by a helper
    /// may still be writing them.
    private static let scratchAge: Int64 = 3600

    /// Removes unfinished files of all dates, old scratch files of other dates, and old leftovers without the name of a run.
    /// - Parameter known: The names in folders that were listed while the lock was held; these folders are not listed again.
    func run(knowing known: [FilePath: [String]] = [:]) throws(DumpError) {
        let directories = wiki.directories
        var folders: Set = [directories.run(date), directories.privateRun(date)]
        for other in try RunDirectories(wiki).dates() {
            folders.formUnion([directories.run(other), directories.privateRun(other)])
        }
        for folder in folders.sorted(by: { $0.string < $1.string }) {
            let names = if let names = known[folder] { names } else { try wiki.fileSystem.list(folder) }
            for name in names
            where name.hasSuffix(OutputFile.suffix) || name.hasSuffix(OutputFile.suffix + ".tmp") {
                let path = folder.appending(name)
                if !wiki.fileSystem.isClaimed(path) { try wiki.fileSystem.remove(path) }
            }
        }
        try removeScratch(in: directories.temporary)
    }

    private func removeScratch(in folder: FilePath) throws(DumpError) {
        let prefix = "\(wiki.name)-"
        let now = clock.now().seconds
        for name in try wiki.fileSystem.list(folder) {
            let path = folder.appending(name)
            if name.hasPrefix(NamedPipes.prefix) {
                // Processes normally remove their pipes. Earlier versions left some behind, and scratch files as well.
                if let status = try wiki.fileSystem.status(path), !status.isDirectory,
                    now - status.modified.seconds > Self.scratchAge
                {
                    try wiki.fileSystem.remove(path)
                }
                continue
            }
            guard name.hasPrefix(prefix) else { continue }
            let rest = name.dropFirst(prefix.utf8.count)
            guard let other = DumpDate(rest.prefix(8)), other != date, rest.dropFirst(8).hasPrefix("-") else {
                continue
            }
            guard let status = try wiki.fileSystem.status(path), status.isFile,
                now - status.modified.seconds > Self.scratchAge, !wiki.fileSystem.isClaimed(path)
            else { continue }
            try wiki.fileSystem.remove(path)
        }
    }
}
