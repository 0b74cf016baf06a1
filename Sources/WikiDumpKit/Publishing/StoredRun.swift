import SystemPackage

/// Reads back what was published about a run, so that a process that did not do the run can publish it again.
enum StoredRun {
    /// The record of a run, built from `dumpruninfo.txt`, `report.json` and `dumpstatus.json`.
    ///
    /// The first determines the jobs and their status; nil if it is missing. The other two may lag behind it, so the files of
    /// finished jobs are checked on disk. Information that is lost is left out.
    /// - Parameter updated: The time to put into the record.
    /// - Throws: ``DumpError`` with code `fileSystem` or `permission` if a file exists but cannot be read.
    static func read(
        wiki: WikiName, date: DumpDate, isPrivate: Bool, isClosed: Bool, folder: FilePath, updated: UTCTime,
        previous: DumpDate? = nil, on fileSystem: FileSystem
    ) throws(DumpError) -> RunRecord? {
        let smallFiles = SmallFiles(fileSystem)
        guard let text = try fileSystem.text(folder.appending(RunInfoFile.textName)) else { return nil }
        let report = try fileSystem.json(folder.appending(ReportFile.fileName))
        let status = try fileSystem.json(folder.appending(DumpStatusFile.fileName))
        var jobs: [JobRecord] = []
        for (name, entry) in RunInfoFile.lines(text).reversed() {
            let about = report?["jobs"]?[name]
            var files = (status?["jobs"]?[name]?["files"]?.members ?? about?["files"]?.members ?? [])
                .filter { isFileName($0.key) }.map(file)
            if entry.status == .done {
                for index in files.indices {
                    files[index].evidence = try FileCertificate.read(
                        of: files[index].name, in: folder, smallFiles)?.evidence
                }
                for index in files.indices where !files[index].isComplete {
                    let file = files[index].name
                    guard let size = try fileSystem.status(folder.appending(file))?.size else { continue }
                    files[index].size = size
                    files[index].isComplete = true
                    files[index].hashes = try ChecksumFiles.read(of: file, in: folder, smallFiles)
                }
            }
            let isCurrent = status?["jobs"]?[name]?["status"]?.string == entry.status.rawValue
            jobs.append(
                JobRecord(
                    name: name, title: about?["title"]?.string ?? name, detail: about?["detail"]?.string,
                    status: entry.status, updated: entry.updated, files: files,
                    message: isCurrent ? about?["message"]?.string : nil))
        }
        let notice = try fileSystem.text(folder.appending("notice.txt"))
        return RunRecord(
            wiki: wiki, date: date, isPrivate: isPrivate, isClosed: isClosed, updated: updated, jobs: jobs,
            previous: previous, notice: notice)
    }

    /// Whether a name is that of a file in the folder of the run. Others are not believed: they would lead out of the folder,
    /// or break a line of a list.
    private static func isFileName(_ name: String) -> Bool {
        // Its certificate and its hashes lie beside it. No file system has names of more than 255 bytes.
        let beside = [FileCertificate.name(of: name)] + HashKind.allCases.map { ChecksumFiles.name(of: name, kind: $0) }
        return !name.isEmpty && name != "." && name != ".." && beside.allSatisfy { $0.utf8.count <= 255 }
            && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
    }

    private static func file(_ member: JSONValue.Member) -> FileRecord {
        let value = member.value
        var hashes: FileHashes?
        if let md5 = value["md5"]?.string, let sha1 = value["sha1"]?.string, let sha256 = value["sha256"]?.string {
            hashes = FileHashes(md5: md5, sha1: sha1, sha256: sha256)
        }
        return FileRecord(
            name: member.key, size: value["size"]?.integer, isComplete: value["url"] != nil, hashes: hashes)
    }
}
