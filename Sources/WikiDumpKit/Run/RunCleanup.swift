import SystemPackage

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
