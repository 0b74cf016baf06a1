import SystemPackage

/// What earlier processes left of a run. Each folder is listed only once, and only when needed.
struct RunHistory {
    private let wiki: any Wiki
    private let date: DumpDate
    private let smallFiles: SmallFiles
    /// What was read from the public and private folders of the run.
    private var seen: [FilePath: Folder] = [:]

    private struct Folder {
        let states: [String: RunInfoFile.Entry]
        let names: [String]
        let ranges: KnownRanges
    }

    /// - Parameter smallFiles: Reads hashes and certificates.
    init(wiki: any Wiki, date: DumpDate, smallFiles: SmallFiles) {
        self.wiki = wiki
        self.date = date
        self.smallFiles = smallFiles
    }

    /// The names in the folders that were read.
    var names: [FilePath: [String]] { seen.mapValues(\.names) }

    private mutating func folder(of job: any Job) throws(DumpError) -> Folder {
        let path = job.folder(of: wiki, date: date)
        if let known = seen[path] { return known }
        let folder = Folder(
            states: try RunInfoFile.read(in: path, on: wiki.fileSystem),
            names: try wiki.fileSystem.list(path), ranges: try RunMemory(wiki, date).ranges())
        seen[path] = folder
        return folder
    }

    private func fileNames(of job: any Job, in folder: Folder) -> [String] {
        job.fileNames(prefix: "\(wiki.name)-\(date)-", known: folder.ranges, among: folder.names)
    }

    /// Whether a job is done, judging by its status and the names of its files.
    mutating func isDone(_ job: any Job) throws(DumpError) -> Bool {
        let folder = try folder(of: job)
        guard folder.states[job.name]?.status == .done else { return false }
        return Set(fileNames(of: job, in: folder)).isSubset(of: folder.names)
    }

    /// Restores the record of the run from disk.
    ///
    /// A job counts as done only if `dumpruninfo.txt` says so and all of its files exist. For a private job, that file is in
    /// the private folder. If a job is in progress, its process is dead, because the caller holds the lock; the job is waiting
    /// again.
    mutating func restore(_ jobs: [any Job], at now: UTCTime) throws(DumpError) -> RunRecord {
        let hidesJobs = wiki.directories.run(date) != wiki.directories.privateRun(date)
        var records: [JobRecord] = []
        for job in jobs {
            let folder = try folder(of: job)
            var record = JobRecord(name: job.name, title: job.title, detail: job.detail)
            record.isPrivate = job.isPrivate && hidesJobs
            record.files = fileNames(of: job, in: folder).map { FileRecord(name: $0) }
            if let entry = folder.states[job.name] {
                record.status = entry.status == .inProgress ? .waiting : entry.status
                record.updated = entry.updated
            }
            if record.status == .done {
                for index in record.files.indices {
                    if let found = try FileRecord.stored(
                        record.files[index].name, in: job.folder(of: wiki, date: date), smallFiles)
                    {
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
            jobs: records, previous: try RunDirectories(wiki).dates().last { $0 < date },
            notice: try RunNotice(wiki: wiki, date: date).text())
    }
}
