import Synchronization

/// Writes everything around the dump files of a run: status files, checksum lists, the page of the run, and the links to the
/// newest files.
///
/// Private jobs appear in none of these (``RunRecord/published``). Their states and hashes go into the private folder of the
/// run, in files of the same names.
///
/// All bytes are made from one ``RunRecord`` before the first file is touched, and each file is replaced in one step. What
/// others rely on comes first: hashes are written before the status that says `done`. A reader between two files may see an
/// outdated status, but never one that promises missing files. Before `dumpruninfo.txt` is made durable, the hashes and
/// certificates of its jobs are. When a job of a run that has ended is done again, `status.html` says so first. Before it says
/// that the run is complete, everything is durable, and nothing has failed.
///
/// A publisher remembers what it wrote and leaves unchanged files alone. So use one publisher for a whole run. Call
/// `publish` at every change of a status, and `publishProgress` every second or so in between. Calls are processed
/// one after another.
///
/// A tiny wiki has dozens of changes in a tenth of a second, and replacing a dozen files for each would take longer than the
/// dump. So a change is written at most once per `interval`, and always when the run is finished. A process that is killed in
/// between did only short jobs since, and the next run does these again.
public final class RunPublisher: Sendable {
    private let directories: WikiDirectories
    private let farm: FarmSettings
    private let renderer: any IndexRenderer
    private let interval: Duration
    /// The small files of the run, as far as this process knows them.
    let smallFiles: SmallFiles
    private let written: Mutex<PublisherMemory>

    /// Creates a publisher for one wiki.
    /// - Parameters:
    ///   - directories: The folders of the wiki.
    ///   - farm: The settings of the farm.
    ///   - renderer: Makes the page of a run.
    ///   - interval: How long the files may lag behind while statuses change quickly.
    ///   - fileSystem: The file system of the folders.
    public init(
        directories: WikiDirectories, farm: FarmSettings, renderer: any IndexRenderer,
        interval: Duration = .milliseconds(500), on fileSystem: FileSystem = .real
    ) {
        self.directories = directories
        self.farm = farm
        self.renderer = renderer
        self.interval = interval
        smallFiles = SmallFiles(fileSystem)
        written = Mutex(PublisherMemory(smallFiles))
    }

    /// Writes everything that is known about a run.
    ///
    /// When the run is finished, each file is compared with what is on disk, links to missing files are removed, and the links
    /// to the checksum lists are set.
    ///
    /// A failure with one file does not keep the others from being written. But then a finished run does not count as complete,
    /// and the next run tries again.
    /// - Parameter atOnce: Write the files even if they were written less than `interval` ago.
    /// - Returns: Failures that are no reason to stop: those of the page, `report.json`, the list of special files, links and
    ///   feeds. A publisher returns each failure only once.
    /// - Throws: ``DumpError`` for the first file that could not be written although a later run or a downloader depends on it:
    ///   hashes, the state of the jobs, the status of the run. Code `diskFull` is thrown for any file.
    @discardableResult
    func publish(_ run: RunRecord, atOnce: Bool = false) throws(DumpError) -> [DumpError] {
        let problems = try update(run.published) { pass in
            pass.memory.standing = PublisherMemory.Standing(pass.run)
            let isDue = atOnce || run.isFinished || pass.memory.sinceShown.map { $0() >= interval } ?? true
            if isDue { pass.writeAll(run, renderer) } else { pass.memory.isBehind = true }
        }
        return written.withLock { memory in problems.filter { memory.told.insert($0.description).inserted } }
    }

    /// Writes only what shows progress: the page of the run, `status.html`, `report.json`, `dumpstatus.json`. Also updates the
    /// other files if they lag behind.
    ///
    /// Does nothing if the run has ended, or if the state of its jobs differs from the latest ``publish(_:)``: in that case,
    /// the record is older, from a task that was overtaken.
    /// - Throws: What ``publish(_:)`` throws. Failures that it would return are left for its next call.
    func publishProgress(_ run: RunRecord) throws(DumpError) {
        _ = try update(run.published) { pass in
            if let last = pass.memory.standing, last.date == run.date,
                last.isFinished || last != PublisherMemory.Standing(pass.run)
            {
                return
            }
            if pass.memory.isBehind {
                pass.writeAll(run, renderer)
            } else {
                pass.writeStatus(renderer, line: StatusLine.html(pass.run, farm: farm))
            }
        }
    }

    /// Puts the links to the newest files in place and changes nothing else.
    /// - Returns: The failures.
    /// - Throws: ``DumpError`` with code `nothingToDo` if the run is not complete, or an error if the folder of the run cannot
    ///   be created.
    func publishLinks(_ run: RunRecord) throws(DumpError) -> [DumpError] {
        var run = run.published
        run.isFinished = true
        guard LatestLinks.isWhole(run) else {
            throw DumpError(
                .nothingToDo, "the run of \(run.wiki) of \(run.date.dashed) is not complete, so no link leads to it",
                remedy: "finish the run; the links follow by themselves")
        }
        return try update(run) { pass in
            pass.updateLinks()
            pass.makeDurable()
        }
    }

    /// Publishes that a run has been aborted because its process died.
    ///
    /// `dumpruninfo.txt` stays as it is: from it, the next run of the date learns what must be redone. Files that lag behind it
    /// are updated.
    /// - Parameter run: The record of the run; jobs in progress are shown as failed.
    /// - Throws: What ``publish(_:)`` throws.
    package func publishAborted(_ run: RunRecord) throws(DumpError) {
        // Outdated lists may lack jobs that were done just before the end.
        _ = try update(run.published) { pass in
            if pass.memory.isBehind { pass.writeAll(run, renderer) }
        }
        var run = run.published
        run.isFinished = true
        run.isAborted = true
        for index in run.jobs.indices where run.jobs[index].status == .inProgress {
            run.jobs[index].status = .failed
            run.jobs[index].message = "interrupted: its process died; the next run will do it again"
        }
        let line = StatusLine.aborted(
            wiki: run.wiki, date: run.date, isPrivate: run.isPrivate, isClosed: run.isClosed, updated: run.updated)
        _ = try update(run) { pass in
            pass.memory.standing = PublisherMemory.Standing(run)
            pass.writeStatus(renderer, line: line)
        }
    }

    private func update(_ run: RunRecord, _ body: (inout PublisherPass) -> Void) throws(DumpError) -> [DumpError] {
        try written.withLock { memory throws(DumpError) in
            if run.isFinished { memory.forget() }
            var pass = PublisherPass(
                run: run, directories: directories, farm: farm, fileSystem: smallFiles.fileSystem, memory: memory)
            pass.makeFolder()
            body(&pass)
            memory = pass.memory
            if let failure = pass.failure { throw failure }
            return pass.tolerated
        }
    }
}
