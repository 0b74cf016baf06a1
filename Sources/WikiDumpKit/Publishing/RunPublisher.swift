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
/// it at every change of a status. Calls are taken one after another.
public final class RunPublisher: Sendable {
    private let directories: WikiDirectories
    private let farm: FarmSettings
    private let renderer: any IndexRenderer
    private let written: Mutex<Memory>

    /// What stands on disk as far as this publisher knows.
    private struct Memory {
        var files: [String: [UInt8]] = [:]
        var linkedJobs: Set<JobRecord> = []
        var madeFolder: DumpDate?
    }

    /// Makes a publisher for one wiki.
    public init(directories: WikiDirectories, farm: FarmSettings, renderer: any IndexRenderer) {
        self.directories = directories
        self.farm = farm
        self.renderer = renderer
        written = Mutex(Memory())
    }

    /// Writes everything that is known about a run.
    ///
    /// When the run is finished, each file is compared with what is on disk, links to files that are gone are removed,
    /// and the links to the checksum lists are set.
    /// - Throws: ``DumpError`` of the first file that could not be written. The others are written all the same, so a
    ///   caller may go on and report it.
    public func publish(_ run: RunRecord) throws(DumpError) {
        try written.withLock { memory throws(DumpError) in
            if run.isFinished { memory = Memory() }
            var pass = Pass(run: run, folder: directories.run(run.date), farm: farm, memory: memory)
            pass.makeFolder()
            let names = PublishedNames(run, farm: farm)
            for (_, file) in run.offeredFiles {
                guard let hashes = file.hashes else { continue }
                for kind in HashKind.allCases {
                    let name = ChecksumFiles.name(of: file.name, kind: kind)
                    pass.write(name, ChecksumFiles.text(of: file.name, hashes: hashes, kind: kind))
                }
            }
            for kind in HashKind.allCases {
                pass.write(names.sums(kind, .txt), ChecksumFiles.text(run, kind: kind))
                pass.write(names.sums(kind, .json), ChecksumFiles.json(run, kind: kind))
            }
            pass.write(RunInfoFile.textName, RunInfoFile.text(run), durable: true)
            pass.write(RunInfoFile.jsonName, RunInfoFile.json(run))
            pass.writeStatus(renderer, line: StatusLine.html(run, farm: farm))
            pass.writeSpecialFiles()
            pass.updateLinks(directories.latest)
            memory = pass.memory
            if let failure = pass.failure { throw failure }
        }
    }

    /// Writes only what shows progress: the page of the run, `status.html`, `report.json`, `dumpstatus.json`.
    ///
    /// For the time between two changes of a status; call it every few seconds.
    /// - Throws: ``DumpError`` of the first file that could not be written.
    public func publishProgress(_ run: RunRecord) throws(DumpError) {
        try written.withLock { memory throws(DumpError) in
            var pass = Pass(run: run, folder: directories.run(run.date), farm: farm, memory: memory)
            pass.makeFolder()
            pass.writeStatus(renderer, line: StatusLine.html(run, farm: farm))
            memory = pass.memory
            if let failure = pass.failure { throw failure }
        }
    }

    /// Says of a run whose process died that nobody works on it any more.
    ///
    /// `dumpruninfo.txt` stays as it is: the next run of the date reads there what it has to do again.
    /// - Parameter run: what is known of the run; jobs in progress are shown as failed.
    /// - Throws: ``DumpError`` of the first file that could not be written.
    package func publishAborted(_ run: RunRecord) throws(DumpError) {
        var run = run
        run.isFinished = true
        for index in run.jobs.indices where run.jobs[index].status == .inProgress {
            run.jobs[index].status = .failed
            run.jobs[index].message = "interrupted: its process died; the next run does it again"
        }
        let line = StatusLine.aborted(
            wiki: run.wiki, date: run.date, isPrivate: run.isPrivate, isClosed: run.isClosed, updated: run.updated)
        let record = run
        try written.withLock { memory throws(DumpError) in
            var pass = Pass(run: record, folder: directories.run(record.date), farm: farm, memory: memory)
            pass.makeFolder()
            pass.writeStatus(renderer, line: line)
            memory = pass.memory
            if let failure = pass.failure { throw failure }
        }
    }

    /// One call: it goes on after a failure and keeps the first.
    private struct Pass {
        let run: RunRecord
        let folder: FilePath
        let farm: FarmSettings
        var memory: Memory
        var failure: DumpError?

        mutating func attempt(_ body: (inout Pass) throws(DumpError) -> Void) {
            do { try body(&self) } catch { failure = failure ?? error }
        }

        mutating func makeFolder() {
            guard memory.madeFolder != run.date else { return }
            memory = Memory()
            attempt { pass throws(DumpError) in
                try FileSystem.makeDirectory(pass.folder)
                pass.memory.madeFolder = pass.run.date
            }
        }

        mutating func write(_ name: String, _ bytes: [UInt8], durable: Bool = false) {
            if memory.files[name] == bytes { return }
            attempt { pass throws(DumpError) in
                let (path, permissions) = (pass.folder.appending(name), pass.farm.filePermissions)
                var isThere = false
                if pass.memory.files[name] == nil, let status = try FileSystem.status(path),
                    status.size == bytes.count, status.permissions == permissions
                {
                    isThere = try FileSystem.read(path) == bytes
                }
                if !isThere { try FileSystem.write(bytes, to: path, permissions: permissions, durable: durable) }
                pass.memory.files[name] = bytes
            }
        }

        mutating func writeStatus(_ renderer: any IndexRenderer, line: [UInt8]) {
            write(ReportFile.fileName, ReportFile.json(run, farm: farm))
            var page: [UInt8]?
            attempt { pass throws(DumpError) in page = try renderer.runPage(pass.run, farm: pass.farm) }
            if let page { write(farm.runIndexName, page) }
            write(StatusLine.fileName, line)
            write(DumpStatusFile.fileName, DumpStatusFile.json(run, farm: farm))
        }

        mutating func writeSpecialFiles() {
            let (folder, files) = (folder, memory.files)
            let bytes = SpecialFiles.json(run, farm: farm) { name in
                files[name].map { Int64($0.count) } ?? (try? FileSystem.status(folder.appending(name)))?.size
            }
            write(SpecialFiles.fileName, bytes)
        }

        mutating func updateLinks(_ latest: FilePath) {
            let fresh = run.jobs.filter { $0.status == .done && !memory.linkedJobs.contains($0) }
            attempt { pass throws(DumpError) in
                try LatestLinks(pass.run, jobs: fresh, folder: latest, farm: pass.farm).apply()
                pass.memory.linkedJobs.formUnion(fresh)
            }
            guard run.isFinished else { return }
            attempt { pass throws(DumpError) in
                try LatestLinks.applySums(pass.run, folder: latest, farm: pass.farm)
            }
            attempt { pass throws(DumpError) in
                try LatestLinks.removeDangling(wiki: pass.run.wiki, folder: latest)
            }
        }
    }
}
