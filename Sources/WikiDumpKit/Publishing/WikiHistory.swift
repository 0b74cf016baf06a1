import SystemPackage

/// Reads what is shown about the runs of a wiki.
enum WikiHistory {
    /// The runs of a wiki besides one, the newest first.
    static func runs(
        in directories: WikiDirectories, except date: DumpDate, on fileSystem: FileSystem
    ) throws(DumpError) -> [WikiRecord.Run] {
        var runs: [WikiRecord.Run] = []
        for other in try RunDirectories(root: directories.publicRoot, on: fileSystem).dates().reversed()
        where other != date {
            runs.append(try run(of: other, in: directories, on: fileSystem))
        }
        return runs
    }

    private static func run(
        of date: DumpDate, in directories: WikiDirectories, on fileSystem: FileSystem
    ) throws(DumpError) -> WikiRecord.Run {
        let folder = directories.run(date)
        let text = try fileSystem.text(folder.appending(StatusLine.fileName))
        let line = text.flatMap(StatusLine.parse)
        let state = line?.state ?? .unknown
        var run = WikiRecord.Run(
            date: date, statusText: state.text, statusClass: state.name, statusRemark: state.remark,
            updated: state.isInProgress ? nil : line?.updated, isComplete: RunState(statusLine: text) == .complete)
        if state.isInProgress { return run }
        // A damaged file is not a reason to show nothing.
        let manifest = try? fileSystem.json(folder.appending(ManifestFile.fileName))
        if let manifest, manifest["schema"]?.integer == ManifestFile.schema {
            run.bytes = manifest["bytes"]?.integer
            if case .array(let files)? = manifest["files"] { run.files = files.count }
            (run.pages, run.revisions) = (manifest["pages"]?.integer, manifest["revisions"]?.integer)
        } else if let status = try? fileSystem.json(folder.appending(DumpStatusFile.fileName)) {
            // The run was made by a version without manifests.
            let sizes = DumpStatusFile.sizes(status)
            (run.files, run.bytes) = (sizes.count, sizes.reduce(0, &+))
        }
        run.milliseconds = try milliseconds(of: date, in: directories, on: fileSystem)
        return run
    }

    /// What is shown about a run of which more is known than its files tell.
    static func run(
        _ run: RunRecord, farm: FarmSettings, in directories: WikiDirectories, on fileSystem: FileSystem
    ) throws(DumpError) -> WikiRecord.Run {
        let state = StatusLine.State(run)
        let line = String(decoding: StatusLine.html(run, farm: farm), as: UTF8.self)
        var shown = WikiRecord.Run(
            date: run.date, statusText: state.text, statusClass: state.name, statusRemark: state.remark,
            isComplete: RunState(statusLine: line) == .complete)
        // Of a run that goes on, nothing is shown that changes all the time.
        guard run.isFinished else { return shown }
        let offered = run.offeredFiles
        shown.updated = run.updated
        (shown.files, shown.bytes) = (offered.count, offered.reduce(0) { $0 &+ ($1.file.size ?? 0) })
        (shown.pages, shown.revisions) = run.largestContents
        shown.milliseconds = try milliseconds(of: run.date, in: directories, on: fileSystem)
        return shown
    }

    private static func milliseconds(
        of date: DumpDate, in directories: WikiDirectories, on fileSystem: FileSystem
    ) throws(DumpError) -> Int64? {
        let passes = try JobTimes(in: directories.privateRun(date), on: fileSystem).passes
        return passes.isEmpty ? nil : passes.reduce(0) { $0 &+ $1.milliseconds }
    }
}

extension DumpStatusFile {
    /// The sizes of all files in the content of a `dumpstatus.json`, in bytes.
    static func sizes(_ status: JSONValue) -> [Int64] {
        (status["jobs"]?.members ?? []).flatMap { job in
            (job.value["files"]?.members ?? []).compactMap { $0.value["size"]?.integer }
        }
    }
}
