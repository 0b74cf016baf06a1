import SystemPackage

/// Removes what earlier runs of some jobs made, before they are done again.
struct RunCleanup {
    let wiki: any Wiki
    let date: DumpDate

    /// The files of a job that are there.
    func files(of job: any Job) throws(DumpError) -> [String] {
        let found = try FileSystem.list(job.folder(of: wiki, date: date))
        return Set(job.fileNames(prefix: "\(wiki.name)-\(date)-", among: found)).intersection(found).sorted()
    }

    /// Removes them with their checksums and certificates.
    /// - Returns: the names of the files.
    func remove(filesOf job: any Job) throws(DumpError) -> [String] {
        let names = try files(of: job)
        for name in names {
            // What stands beside it goes first: else it would be taken for that of the next file of the name.
            try FileSystem.remove(job.folder(of: wiki, date: date).appending(FileCertificate.name(of: name)))
            for kind in HashKind.allCases {
                try FileSystem.remove(
                    job.folder(of: wiki, date: date).appending(ChecksumFiles.name(of: name, kind: kind)))
            }
            try FileSystem.remove(job.folder(of: wiki, date: date).appending(name))
        }
        return names
    }
}
