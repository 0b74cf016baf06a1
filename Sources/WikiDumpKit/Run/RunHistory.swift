import SystemPackage

/// What earlier processes left of a run.
struct RunHistory {
    let wiki: any Wiki
    let date: DumpDate

    private var directory: FilePath { wiki.directories.run(date) }
    private var privateDirectory: FilePath { wiki.directories.privateRun(date) }

    /// The record of the run as it stands on disk.
    ///
    /// A job counts as done only when `dumpruninfo.txt` says so and every file of it is there; that of a private job is
    /// in the private folder. A job in progress belongs to a process that is dead, since the caller holds the lock: it is
    /// waiting again.
    func restore(_ jobs: [any Job], at now: UTCTime) throws(DumpError) -> RunRecord {
        let published = try states(in: directory)
        let hidden = try states(in: privateDirectory)
        let names = try FileSystem.list(directory)
        let hiddenNames = directory == privateDirectory ? names : try FileSystem.list(privateDirectory)
        var records: [JobRecord] = []
        for job in jobs {
            var record = JobRecord(name: job.name, title: job.title, detail: job.detail)
            record.isPrivate = job.isPrivate && directory != privateDirectory
            let (known, directory) = job.isPrivate ? (hidden, privateDirectory) : (published, directory)
            let found = job.isPrivate ? hiddenNames : names
            for name in job.fileNames(prefix: "\(wiki.name)-\(date)-", among: found) {
                record.files.append(FileRecord(name: name))
            }
            if let entry = known[job.name] {
                record.status = entry.status == .inProgress ? .waiting : entry.status
                record.updated = entry.updated
            }
            if record.status == .done {
                for index in record.files.indices {
                    if let found = try FileRecord.stored(record.files[index].name, in: directory) {
                        record.files[index] = found
                    } else {
                        record.status = .waiting
                    }
                }
            }
            if record.status == .done { record.message = record.problems.summary }
            records.append(record)
        }
        return RunRecord(
            wiki: wiki.name, date: date, isPrivate: wiki.isPrivate, isClosed: wiki.isClosed, updated: now,
            jobs: records, previous: try RunDirectories(wiki.directories).dates().last { $0 < date },
            notice: try FileSystem.text(directory.appending(RunNotice.fileName)))
    }

    private func states(in folder: FilePath) throws(DumpError) -> [String: RunInfoFile.Entry] {
        RunInfoFile.parse(try FileSystem.text(folder.appending(RunInfoFile.textName)) ?? "")
    }
}
