import Synchronization
import SystemPackage

/// Writes everything around the dump files of a run: status files, checksum lists, the page of the run, and the links to
/// the newest files.
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
    private let written: Mutex<Memory>

    /// What stands on disk as far as this publisher knows.
    private struct Memory {
        var files: [String: [UInt8]] = [:]
        var linkedJobs: Set<JobRecord> = []
        var madeFolder: DumpDate?
        /// Files whose last content may not have reached the disk although a later run depends on it.
        var undurable: Set<String> = []
        /// When the files that people read were written last.
        var shown: ContinuousClock.Instant?
        /// Whether they lag behind.
        var isBehind = false
        /// Where the run stood when it was published last, progress aside.
        var standing: Standing?
        /// What went wrong and was told already.
        var told: Set<String> = []

        /// Makes the next call look at the disk again.
        mutating func forget() {
            files = [:]
            linkedJobs = []
            madeFolder = nil
        }
    }

    /// Where a run and its jobs stand.
    private struct Standing: Hashable {
        let date: DumpDate
        let isFinished: Bool
        let jobs: [JobStatus]

        init(_ run: RunRecord) {
            date = run.date
            isFinished = run.isFinished
            jobs = run.jobs.map(\.status)
        }
    }

    /// Makes a publisher for one wiki.
    /// - Parameter interval: how long files that people read may lag behind while statuses change quickly.
    public init(
        directories: WikiDirectories, farm: FarmSettings, renderer: any IndexRenderer,
        interval: Duration = .milliseconds(500)
    ) {
        self.directories = directories
        self.farm = farm
        self.renderer = renderer
        self.interval = interval
        written = Mutex(Memory())
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
    public func publish(_ run: RunRecord) throws(DumpError) -> [DumpError] {
        let problems = try update(run) { pass in
            pass.memory.standing = Standing(run)
            let now = ContinuousClock.now
            let isDue = run.isFinished || pass.memory.shown.map { now - $0 >= interval } ?? true
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
    public func publishProgress(_ run: RunRecord) throws(DumpError) {
        _ = try update(run) { pass in
            if let last = pass.memory.standing, last.date == run.date, last.isFinished || last != Standing(run) {
                return
            }
            if pass.memory.isBehind {
                pass.show(renderer)
            } else {
                pass.writeStatus(renderer, line: StatusLine.html(run, farm: farm))
            }
        }
    }

    /// Says of a run whose process died that nobody works on it any more.
    ///
    /// `dumpruninfo.txt` stays as it is: the next run of the date reads there what it has to do again.
    /// - Parameter run: what is known of the run; jobs in progress are shown as failed.
    /// - Throws: what ``publish(_:)`` throws.
    package func publishAborted(_ run: RunRecord) throws(DumpError) {
        var run = run
        run.isFinished = true
        for index in run.jobs.indices where run.jobs[index].status == .inProgress {
            run.jobs[index].status = .failed
            run.jobs[index].message = "interrupted: its process died; the next run does it again"
        }
        let line = StatusLine.aborted(
            wiki: run.wiki, date: run.date, isPrivate: run.isPrivate, isClosed: run.isClosed, updated: run.updated)
        _ = try update(run) { pass in
            pass.memory.standing = Standing(run)
            pass.writeStatus(renderer, line: line)
        }
    }

    private func update(_ run: RunRecord, _ body: (inout Pass) -> Void) throws(DumpError) -> [DumpError] {
        try written.withLock { memory throws(DumpError) in
            if run.isFinished { memory.forget() }
            var pass = Pass(run: run, directories: directories, farm: farm, memory: memory)
            pass.makeFolder()
            body(&pass)
            memory = pass.memory
            if let failure = pass.failure { throw failure }
            return pass.tolerated
        }
    }

    /// One call: it goes on after a failure.
    private struct Pass {
        let run: RunRecord
        let directories: WikiDirectories
        let farm: FarmSettings
        var memory: Memory
        /// The first failure that has to stop the run.
        var failure: DumpError?
        /// The failures that need not.
        var tolerated: [DumpError] = []

        var folder: FilePath { directories.run(run.date) }

        /// How bad it is when something cannot be written.
        enum Importance {
            /// A later run or a downloader would be misled.
            case needed
            /// People see less for a while; the next call tries again.
            case useful
        }

        mutating func attempt(_ importance: Importance, _ body: (inout Pass) throws(DumpError) -> Void) {
            do {
                try body(&self)
            } catch {
                // On a full disk the dump files will not fit either.
                if importance == .needed || error.code == .diskFull {
                    failure = failure ?? error
                } else {
                    tolerated.append(error)
                }
            }
        }

        mutating func makeFolder() {
            guard memory.madeFolder != run.date else { return }
            memory.forget()
            attempt(.needed) { pass throws(DumpError) in
                try FileSystem.makeDirectory(pass.folder, permissions: pass.directories.directoryPermissions)
                pass.memory.madeFolder = pass.run.date
            }
            guard memory.madeFolder != nil else { return }
            attempt(.useful) { pass throws(DumpError) in try FileSystem.removeLeftovers(in: pass.folder) }
        }

        /// Whether a content has to survive a power cut.
        enum Durability {
            case never, soon, now
        }

        mutating func write(
            _ name: String, _ bytes: [UInt8], durability: Durability = .never, importance: Importance = .needed
        ) {
            let mustReachDisk = durability == .now && memory.undurable.contains(name)
            if memory.files[name] == bytes, !mustReachDisk { return }
            attempt(importance) { pass throws(DumpError) in
                let path = pass.folder.appending(name)
                let permissions = pass.directories.filePermissions(pass.farm.filePermissions)
                var isThere = false
                if !mustReachDisk, pass.memory.files[name] == nil, let status = try FileSystem.status(path),
                    status.size == bytes.count, status.permissions == permissions
                {
                    isThere = try FileSystem.read(path) == bytes
                }
                if !isThere {
                    try FileSystem.write(bytes, to: path, permissions: permissions, durable: durability == .now)
                    if durability == .soon { pass.memory.undurable.insert(name) }
                    if durability == .now { pass.memory.undurable.remove(name) }
                }
                pass.memory.files[name] = bytes
            }
        }

        mutating func writeHashes() {
            for (_, file) in run.offeredFiles {
                guard let hashes = file.hashes else { continue }
                for kind in HashKind.allCases {
                    let name = ChecksumFiles.name(of: file.name, kind: kind)
                    write(name, ChecksumFiles.text(of: file.name, hashes: hashes, kind: kind))
                }
            }
        }

        /// Everything but the hashes of single files and the state that a later run restores.
        mutating func show(_ renderer: any IndexRenderer) {
            let names = PublishedNames(run, farm: farm)
            for kind in HashKind.allCases {
                write(names.sums(kind, .txt), ChecksumFiles.text(run, kind: kind))
                write(names.sums(kind, .json), ChecksumFiles.json(run, kind: kind))
            }
            write(RunInfoFile.jsonName, RunInfoFile.json(run))
            writeStatus(renderer, line: StatusLine.html(run, farm: farm))
            writeSpecialFiles()
            updateLinks()
            memory.shown = .now
            memory.isBehind = false
        }

        mutating func writeStatus(_ renderer: any IndexRenderer, line: [UInt8]) {
            write(ReportFile.fileName, ReportFile.json(run, farm: farm), importance: .useful)
            var page: [UInt8]?
            attempt(.useful) { pass throws(DumpError) in page = try renderer.runPage(pass.run, farm: pass.farm) }
            if let page { write(farm.runIndexName, page, importance: .useful) }
            write(StatusLine.fileName, line)
            write(DumpStatusFile.fileName, DumpStatusFile.json(run, farm: farm))
        }

        mutating func writeSpecialFiles() {
            let (folder, files) = (folder, memory.files)
            let bytes = SpecialFiles.json(run, farm: farm) { name in
                files[name].map { Int64($0.count) } ?? (try? FileSystem.status(folder.appending(name)))?.size
            }
            write(SpecialFiles.fileName, bytes, importance: .useful)
        }

        mutating func updateLinks() {
            let fresh = run.jobs.filter { $0.status == .done && !memory.linkedJobs.contains($0) }
            attempt(.useful) { pass throws(DumpError) in
                try LatestLinks(pass.run, jobs: fresh, directories: pass.directories, farm: pass.farm).apply()
                pass.memory.linkedJobs.formUnion(fresh)
            }
            guard run.isFinished else { return }
            attempt(.useful) { pass throws(DumpError) in
                try LatestLinks.applySums(pass.run, directories: pass.directories, farm: pass.farm)
            }
            attempt(.useful) { pass throws(DumpError) in
                let latest = pass.directories.latest
                try LatestLinks.removeDangling(wiki: pass.run.wiki, folder: latest)
                // Runs of other dates may be writing here.
                try FileSystem.removeLeftovers(in: latest, olderThan: 60)
            }
        }
    }
}
