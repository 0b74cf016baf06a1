import SystemPackage

/// Removes old runs of a wiki, but keeps a number of good ones.
struct RunPurge {
    let wiki: any Wiki
    /// How many runs to keep besides the current one.
    let keep: Int

    /// The runs to remove once the run of a date is complete.
    ///
    /// Only complete runs count towards those kept, so that broken runs never push out the last good one. A broken run is
    /// removed once it is older than all that are kept. The current run and newer ones always stay.
    func candidates(beside current: DumpDate) throws(DumpError) -> [DumpDate] {
        let older = try RunDirectories(wiki).dates().filter { $0 < current }.sorted(by: >)
        var kept = 0
        var removed: [DumpDate] = []
        for date in older {
            if kept >= keep { removed.append(date) } else if try isComplete(date) { kept += 1 }
        }
        return removed
    }

    /// Removes these runs from the public and the private tree, after the links to their files.
    func run(beside current: DumpDate) throws(DumpError) -> [DumpDate] {
        let dates = try candidates(beside: current)
        if !dates.isEmpty { try remove(dates) }
        return dates
    }

    /// Removes runs from the public and the private tree, after the links to their files.
    func remove(_ dates: [DumpDate]) throws(DumpError) {
        try LatestLinks.removeDangling(
            wiki: wiki.name, folder: wiki.directories.latest, dates: Set(dates), on: wiki.fileSystem)
        for date in dates {
            // The public folder goes last: it is the one that tells the next purge of the run.
            try wiki.fileSystem.removeTree(wiki.directories.privateRun(date))
            try wiki.fileSystem.removeTree(wiki.directories.run(date))
        }
    }

    private func isComplete(_ date: DumpDate) throws(DumpError) -> Bool {
        let known = try RunInfoFile.read(in: wiki.directories.run(date), on: wiki.fileSystem)
        return !known.isEmpty && known.values.allSatisfy { $0.status == .done || $0.status == .skipped }
    }
}

/// Removes what earlier runs of some jobs made, before the jobs are redone.
struct RunCleanup {
    let wiki: any Wiki
    let date: DumpDate
    let options: RunOptions

    /// The existing files of a job, as far as they are asked for.
    func files(of job: any Job) throws(DumpError) -> [String] {
        let found = try wiki.fileSystem.list(job.folder(of: wiki, date: date))
        let prefix = "\(wiki.name)-\(date)-"
        let filter = FileFilter(options: options, prefix: prefix)
        let known = try RunMemory(wiki, date).ranges()
        let names = Set(job.fileNames(prefix: prefix, known: known, among: found)).intersection(found)
        return names.filter { filter.includes($0, of: job) }.sorted()
    }

    /// Removes these files with their checksums and certificates.
    /// - Returns: The names of the files.
    func remove(filesOf job: any Job) throws(DumpError) -> [String] {
        let names = try files(of: job)
        for name in names {
            // The certificate and checksums go first. Otherwise they could be taken for those of a later file with the same
            // name.
            try wiki.fileSystem.remove(job.folder(of: wiki, date: date).appending(FileCertificate.name(of: name)))
            for kind in HashKind.allCases {
                try wiki.fileSystem.remove(
                    job.folder(of: wiki, date: date).appending(ChecksumFiles.name(of: name, kind: kind)))
            }
            try wiki.fileSystem.remove(job.folder(of: wiki, date: date).appending(name))
        }
        return names
    }
}
