/// `manifest.json`: the files of a run that can be downloaded, with their sizes, hashes and counts.
///
/// It is written before `status.html` says that the run is complete. Members that are not known are left out.
package enum ManifestFile {
    package static let fileName = "manifest.json"
    /// The version of the form. It rises when a member changes its meaning or goes away.
    static let schema: Int64 = 1

    package static func json(_ run: RunRecord, farm: FarmSettings) -> [UInt8] {
        let names = PublishedNames(run, farm: farm)
        let offered = run.offeredFiles
        let evidence = offered.compactMap(\.file.evidence)
        let contents = run.largestContents
        let all: JSONValue = [
            "schema": .integer(schema), "wiki": .string(run.wiki.description), "date": .string(run.date.description),
            "software": evidence.lazy.compactMap(\.software).first.map { .string($0) },
            "snapshot": evidence.compactMap(\.snapshotTime).min().map { .string($0.iso8601) },
            "bytes": .integer(offered.reduce(0) { $0 + ($1.file.size ?? 0) }),
            "pages": contents.pages.map { .integer($0) }, "revisions": contents.revisions.map { .integer($0) },
            "files": .array(offered.map { file($0.file, of: $0.job, in: run, names) }),
        ]
        return all.bytes + [UInt8(ascii: "\n")]
    }

    private static func file(
        _ file: FileRecord, of job: JobRecord, in run: RunRecord, _ names: PublishedNames
    ) -> JSONValue {
        let found = file.evidence?.found
        let damage = file.evidence?.problems.damage ?? 0
        func integer(_ number: Int64?) -> JSONValue? { number.map { .integer($0) } }
        return [
            "name": .string(file.name), "job": .string(job.name), "url": .string(names.path(file.name)),
            "size": integer(file.size), "md5": file.hashes.map { .string($0.md5) },
            "sha1": file.hashes.map { .string($0.sha1) }, "sha256": file.hashes.map { .string($0.sha256) },
            "unpackedSize": integer(found?.bytes), "pages": integer(found?.pages?.count),
            "revisions": integer(found?.revisions?.count), "logEntries": integer(found?.logEntries?.count),
            "rows": integer(found?.rows), "lines": integer(found?.lines),
            "missing": damage > 0 ? .integer(damage) : nil,
            "snapshot": (file.evidence?.snapshotTime).map { .string($0.iso8601) },
            "certificate": FileCertificate(file, of: job, in: run) == nil
                ? nil : .string(FileCertificate.name(of: file.name)),
        ]
    }
}

extension RunRecord {
    /// The pages and revisions in the files that hold most of them. Pieces of a file count as one file.
    var largestContents: (pages: Int64?, revisions: Int64?) {
        struct Key: Hashable { let job: String, whole: String }
        var (pages, revisions): ([Key: Int64], [Key: Int64]) = ([:], [:])
        for (job, file) in offeredFiles {
            guard let found = file.evidence?.found else { continue }
            let name = DumpFileName(file: file.name, prefix: "\(wiki)-\(date)-")
            let key = Key(job: job.name, whole: name?.whole.description ?? file.name)
            if let count = found.pages?.count { pages[key, default: 0] &+= count }
            if let count = found.revisions?.count { revisions[key, default: 0] &+= count }
        }
        return (pages.values.max(), revisions.values.max())
    }

    /// How many items that are damaged in the wiki are missing from its files. The same item is missing from the files of
    /// several jobs.
    var missingItems: Int64 { jobs.map { $0.status == .done ? $0.problems.damage : 0 }.max() ?? 0 }
}
