import Synchronization

/// Writes everything around the dump files of a run: status files, checksum lists, the page of the run, and the links to
/// the newest files.
///
/// Private jobs are in none of that (``RunRecord/published``). Their states and hashes go into the private folder of the
/// run, in files of the same names.
///
/// All bytes are made from one ``RunRecord`` before the first file is touched, each file is replaced in one step, and
/// what others rely on comes first: hashes before the status that says `done`. A reader between two files sees a status
/// that lags, never one that promises what is not there. Only `dumpruninfo.txt` waits for the disk, since the rest can be
/// made again from it.
///
/// A publisher remembers what it wrote and leaves files alone that would not change. So use one for a whole run, and call
/// ``publish(_:)`` at every change of a status, ``publishProgress(_:)`` every second or so in between. Calls are taken
/// one after another.
///
/// A tiny wiki has dozens of changes in a tenth of a second, and replacing a dozen files for each would take longer than
/// the dump. What a later run depends on is written at once; what people and downloaders read at most once in
/// `interval`, and always when the run is finished.
public final class RunPublisher: Sendable {
    private let directories: WikiDirectories
    private let farm: FarmSettings
    private let renderer: any IndexRenderer
    private let interval: Duration
    /// What this process knows of the small files of the run.
    let smallFiles = SmallFiles()
    private let written: Mutex<PublisherMemory>

    /// Makes a publisher for one wiki.
    /// - Parameters:
    ///   - directories: the folders of the wiki.
    ///   - farm: the settings of the farm.
    ///   - renderer: makes the page of a run.
    ///   - interval: how long files that people read may lag behind while statuses change quickly.
    public init(
        directories: WikiDirectories, farm: FarmSettings, renderer: any IndexRenderer,
        interval: Duration = .milliseconds(500)
    ) {
        self.directories = directories
        self.farm = farm
        self.renderer = renderer
        self.interval = interval
        written = Mutex(PublisherMemory(smallFiles))
    }

    /// Writes everything that is known about a run.
    ///
    /// When the run is finished, each file is compared with what is on disk, links to files that are gone are removed,
    /// and the links to the checksum lists are set.
    ///
    /// A failure with one file does not keep the others from being written.
    /// - Returns: what could not be written and is no reason to stop: the page, `report.json`, the list of special files,
    ///   links and feeds. Each failure is told once by a publisher.
    /// - Throws: ``DumpError`` of the first file that could not be written and that a later run or a downloader depends on:
    ///   hashes, the state of the jobs, the status of the run; code `diskFull` whatever the file.
    @discardableResult
    func publish(_ run: RunRecord) throws(DumpError) -> [DumpError] {
        let (run, whole) = (run.published, run)
        let problems = try update(run) { pass in
            pass.memory.standing = PublisherMemory.Standing(run)
            let now = ContinuousClock.now
            let isDue = run.isFinished || pass.memory.shown.map { now - $0 >= interval } ?? true
            pass.writePrivate(whole, durability: isDue ? .now : .soon)
            pass.writeHashes()
            pass.write(RunInfoFile.textName, RunInfoFile.text(run), durability: isDue ? .now : .soon)
            if isDue { pass.show(renderer) } else { pass.memory.isBehind = true }
        }
        return written.withLock { memory in problems.filter { memory.told.insert($0.description).inserted } }
    }

    /// Writes only what shows progress: the page of the run, `status.html`, `report.json`, `dumpstatus.json`. Brings the
    /// other files up to date if they lag behind.
    ///
    /// Does nothing if the run has ended or its jobs stand elsewhere than when ``publish(_:)`` was called last: the record
    /// was made before that, by a task that was overtaken.
    /// - Throws: what ``publish(_:)`` throws. What it would return is left for its next call.
    func publishProgress(_ run: RunRecord) throws(DumpError) {
        let run = run.published
        _ = try update(run) { pass in
            if let last = pass.memory.standing, last.date == run.date,
                last.isFinished || last != PublisherMemory.Standing(run)
            {
                return
            }
            if pass.memory.isBehind {
                pass.show(renderer)
            } else {
                pass.writeStatus(renderer, line: StatusLine.html(run, farm: farm))
            }
        }
    }

    /// Puts the links to the newest files in place, and changes nothing else.
    /// - Returns: what could not be done.
    /// - Throws: ``DumpError`` with code `nothingToDo` when the run is not complete; when the folder of the run cannot be
    ///   made.
    func publishLinks(_ run: RunRecord) throws(DumpError) -> [DumpError] {
        var run = run.published
        run.isFinished = true
        guard LatestLinks.isWhole(run) else {
            throw DumpError(
                .nothingToDo, "the run of \(run.wiki) of \(run.date.dashed) is not complete, so no link leads to it",
                remedy: "finish the run; the links follow by themselves")
        }
        return try update(run) { $0.updateLinks() }
    }

    /// Says of a run whose process died that nobody works on it any more.
    ///
    /// `dumpruninfo.txt` stays as it is: the next run of the date reads there what it has to do again. Files that lag
    /// behind it are brought up to date.
    /// - Parameter run: what is known of the run; jobs in progress are shown as failed.
    /// - Throws: what ``publish(_:)`` throws.
    package func publishAborted(_ run: RunRecord) throws(DumpError) {
        // Jobs that were done just before the end may be missing from lists that lag behind.
        _ = try update(run.published) { pass in
            if pass.memory.isBehind { pass.show(renderer) }
        }
        var run = run.published
        run.isFinished = true
        run.isAborted = true
        for index in run.jobs.indices where run.jobs[index].status == .inProgress {
            run.jobs[index].status = .failed
            run.jobs[index].message = "interrupted: its process died; the next run does it again"
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
            var pass = PublisherPass(run: run, directories: directories, farm: farm, memory: memory)
            pass.makeFolder()
            body(&pass)
            memory = pass.memory
            if let failure = pass.failure { throw failure }
            return pass.tolerated
        }
    }
}
