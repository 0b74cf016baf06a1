import SystemPackage

/// One call of a ``RunPublisher``. It continues after a failure.
struct PublisherPass {
    let run: RunRecord
    let directories: WikiDirectories
    let farm: FarmSettings
    let fileSystem: FileSystem
    var memory: PublisherMemory
    /// The first failure that must stop the run.
    var failure: DumpError?
    /// The failures that do not stop the run.
    var tolerated: [DumpError] = []

    var folder: FilePath { directories.run(run.date) }

    /// How bad it is if something cannot be written.
    enum Importance {
        /// A later run or a downloader would be misled.
        case needed
        /// People see less for a while, until the next call tries again.
        case useful
    }

    mutating func attempt(_ importance: Importance, _ body: (inout PublisherPass) throws(DumpError) -> Void) {
        do {
            try body(&self)
        } catch {
            // On a full disk, the dump files will not fit either. Without the wiki, nothing may be written.
            if importance == .needed || [.diskFull, .lockLost].contains(error.code) {
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
            try pass.directories.make(pass.folder, on: pass.fileSystem)
            pass.memory.madeFolder = pass.run.date
        }
        guard memory.madeFolder != nil, memory.clearedFolder != run.date else { return }
        attempt(.useful) { pass throws(DumpError) in
            try pass.fileSystem.removeLeftovers(in: pass.folder)
            pass.memory.clearedFolder = pass.run.date
        }
    }

    enum Place {
        /// The folder for what everybody may see. For a private wiki, this folder is not public either.
        case published
        /// The folder for the private jobs of a public wiki.
        case hidden
        /// The folder of the wiki, above those of its runs. A file that is not ours is left there.
        case wiki
    }

    mutating func write(
        _ fileName: String, _ bytes: [UInt8], in place: Place = .published, isDurable: Bool = false,
        importance: Importance = .needed
    ) {
        let (name, folder) =
            switch place {
            case .published: (fileName, self.folder)
            case .hidden: ("private/\(fileName)", directories.privateRun(run.date))
            case .wiki: ("../\(fileName)", directories.publicRoot)
            }
        if memory.files[name] == bytes { return }
        attempt(importance) { pass throws(DumpError) in
            let path = folder.appending(fileName)
            let permissions =
                place == .hidden
                ? WikiDirectories.privateFilePermissions : pass.directories.filePermissions(pass.farm.filePermissions)
            if place == .wiki, let old = try pass.memory.smallFiles.bytes(path), !OwnFile.isOurs(old) {
                pass.memory.files[name] = bytes
                return
            }
            var isThere = false
            if pass.memory.files[name] == nil, let status = try pass.fileSystem.status(path),
                status.size == bytes.count, status.permissions == permissions
            {
                isThere = try pass.memory.smallFiles.bytes(path) == bytes
            }
            if !isThere {
                try pass.fileSystem.write(bytes, to: path, permissions: permissions, durable: isDurable)
                try pass.memory.smallFiles.wrote(bytes, to: path)
                if !isDurable { pass.memory.hasUnsynchronized = true }
            }
            pass.memory.files[name] = bytes
        }
    }

    /// Writes everything, with what others rely on before what says that it is there.
    /// - Parameter whole: The run with its private jobs.
    mutating func writeAll(_ whole: RunRecord, _ renderer: any IndexRenderer) {
        reopen()
        if failure != nil { return }
        writeHashes()
        writePrivateHashes(whole)
        makeDurable()
        // Without its hashes, no job is called done.
        if failure != nil { return }
        writePrivate(whole)
        write(RunInfoFile.textName, RunInfoFile.text(run), isDurable: true)
        show(renderer)
    }

    /// Says that the run is in progress, before anything else does, if it is said to have ended. If this process dies then, the
    /// run counts as interrupted, and the next one goes on.
    private mutating func reopen() {
        guard !run.isFinished, memory.files[StatusLine.fileName] == nil else { return }
        // What follows makes that durable.
        removeTotal()
        attempt(.needed) { pass throws(DumpError) in
            let text = try pass.fileSystem.text(pass.folder.appending(StatusLine.fileName))
            guard let state = text.flatMap(StatusLine.parse)?.state, !state.isInProgress else { return }
            pass.write(StatusLine.fileName, StatusLine.html(pass.run, farm: pass.farm), isDurable: true)
        }
    }

    /// Writes the list that only a run has whose jobs are all done. Whoever waits for it finds everything else in place.
    private mutating func writeTotal() {
        guard run.jobs.allSatisfy({ [.done, .skipped].contains($0.status) }), !run.offeredFiles.isEmpty else {
            return removeTotal()
        }
        write(ChecksumFiles.totalName, ChecksumFiles.text(run, kind: .sha256), isDurable: true)
    }

    private mutating func removeTotal() {
        attempt(.needed) { pass throws(DumpError) in
            try pass.fileSystem.remove(pass.folder.appending(ChecksumFiles.totalName))
            pass.memory.files[ChecksumFiles.totalName] = nil
        }
    }

    /// Writes the hashes and the certificate of each file.
    private mutating func writeHashes() { writeHashes(of: run, in: .published) }

    private mutating func writeHashes(of run: RunRecord, in place: Place) {
        for (job, file) in run.offeredFiles {
            guard let hashes = file.hashes else { continue }
            if let certificate = FileCertificate(file, of: job, in: run) {
                write(FileCertificate.name(of: file.name), certificate.bytes, in: place)
            }
            for kind in HashKind.allCases {
                let name = ChecksumFiles.name(of: file.name, kind: kind)
                write(name, ChecksumFiles.text(of: file.name, hashes: hashes, kind: kind), in: place)
            }
        }
    }

    /// Makes the hashes and certificates of private jobs, in a place that is not public.
    private mutating func writePrivateHashes(_ run: RunRecord) {
        guard let hidden = run.privateJobs else { return }
        attempt(.needed) { pass throws(DumpError) in
            try pass.directories.make(pass.directories.privateRun(run.date), on: pass.fileSystem)
        }
        writeHashes(of: hidden, in: .hidden)
    }

    /// Makes everything that was written so far survive a power cut, unless nothing was.
    mutating func makeDurable() {
        guard memory.hasUnsynchronized else { return }
        attempt(.needed) { pass throws(DumpError) in
            for root in pass.directories.roots where try pass.fileSystem.status(root) != nil {
                try pass.fileSystem.synchronizeAll(around: root)
            }
            pass.memory.hasUnsynchronized = false
        }
    }

    /// Writes what a later run must know about private jobs, in a place that is not public.
    private mutating func writePrivate(_ run: RunRecord) {
        guard let hidden = run.privateJobs else { return }
        write(RunInfoFile.textName, RunInfoFile.text(hidden), in: .hidden, isDurable: true)
        write(PrivateJobsFile.fileName, PrivateJobsFile.text(hidden), in: .hidden, importance: .useful)
    }

    /// Writes everything except the hashes of single files and the state that a later run restores.
    private mutating func show(_ renderer: any IndexRenderer) {
        let names = PublishedNames(run, farm: farm)
        for kind in HashKind.allCases {
            write(names.sums(kind, .txt), ChecksumFiles.text(run, kind: kind))
            write(names.sums(kind, .json), ChecksumFiles.json(run, kind: kind))
        }
        write(RunInfoFile.jsonName, RunInfoFile.json(run))
        write(ManifestFile.fileName, ManifestFile.json(run, farm: farm))
        updateLinks()
        writeWiki(renderer)
        writePages(renderer)
        let line = StatusLine.html(run, farm: farm)
        writeSpecialFiles(beside: line)
        if run.isFinished {
            makeDurable()
            // Whoever reads that a run is complete finds everything else in place. Without the line, the next run tries again.
            if let problem = failure ?? tolerated.first(where: \.canBeMended) {
                failure = problem
                return
            }
            writeTotal()
            if failure != nil { return }
        }
        writeLine(line)
        memory.sinceShown = fileSystem.surroundings.timer.stopwatch()
        memory.isBehind = false
    }

    mutating func writeStatus(_ renderer: any IndexRenderer, line: [UInt8]) {
        writePages(renderer)
        if run.isFinished { writeWiki(renderer) }
        writeLine(line)
    }

    /// Writes the page of the wiki and its feeds.
    private mutating func writeWiki(_ renderer: any IndexRenderer) {
        attempt(.useful) { pass throws(DumpError) in
            var others = pass.memory.otherRuns ?? []
            if pass.memory.otherRuns == nil {
                others = try WikiHistory.runs(in: pass.directories, except: pass.run.date, on: pass.fileSystem)
                pass.memory.otherRuns = others
            }
            let own = try WikiHistory.run(pass.run, farm: pass.farm, in: pass.directories, on: pass.fileSystem)
            let record = WikiRecord(
                wiki: pass.run.wiki, isPrivate: pass.run.isPrivate, isClosed: pass.run.isClosed,
                runs: (others + [own]).sorted { $0.date > $1.date })
            let feed = RunFeed(record, farm: pass.farm)
            pass.write(RunFeed.atomName, feed.atom, in: .wiki, importance: .useful)
            pass.write(RunFeed.jsonName, feed.json, in: .wiki, importance: .useful)
            guard let page = try renderer.wikiPage(record, farm: pass.farm) else { return }
            pass.write(FarmSettings.wikiIndexName, OwnFile.marked(page), in: .wiki, importance: .useful)
        }
    }

    /// Writes the line by which others judge the run. It comes last: anyone who reads that a run is complete finds everything
    /// else in place. If it is not written, the next run does the rest.
    private mutating func writeLine(_ line: [UInt8]) {
        write(StatusLine.fileName, line, isDurable: run.isFinished)
    }

    private mutating func writePages(_ renderer: any IndexRenderer) {
        write(ReportFile.fileName, ReportFile.json(run, farm: farm), importance: .useful)
        var page: [UInt8]?
        attempt(.useful) { pass throws(DumpError) in page = try renderer.runPage(pass.run, farm: pass.farm) }
        if let page { write(farm.runIndexName, page, importance: .useful) }
        write(DumpStatusFile.fileName, DumpStatusFile.json(run, farm: farm))
    }

    /// - Parameter line: The future content of `status.html`.
    private mutating func writeSpecialFiles(beside line: [UInt8]) {
        var files = memory.files
        files[StatusLine.fileName] = line
        let folder = folder
        let bytes = SpecialFiles.json(run, farm: farm) { [files, fileSystem] name in
            files[name].map { Int64($0.count) } ?? (try? fileSystem.status(folder.appending(name)))?.size
        }
        write(SpecialFiles.fileName, bytes, importance: .useful)
    }

    /// Updates the links to the newest files once this run is complete.
    mutating func updateLinks() {
        guard run.isFinished else { return }
        memory.hasUnsynchronized = true
        attempt(.useful) { pass throws(DumpError) in
            try LatestLinks(pass.run, directories: pass.directories, farm: pass.farm, on: pass.fileSystem).apply()
        }
        attempt(.useful) { pass throws(DumpError) in
            try LatestLinks.removeDangling(
                wiki: pass.run.wiki, folder: pass.directories.latest, on: pass.fileSystem)
        }
    }
}

extension DumpError {
    /// Whether the file system failed in a way that may pass, or that somebody can mend. What it does not know, such as links,
    /// it will not learn.
    fileprivate var canBeMended: Bool {
        guard let cause = cause as? Errno else { return false }
        return ![.notPermitted, .notSupported, .noFunction, .improperLink].contains(cause)
    }
}

extension RunRecord {
    /// The run with its private jobs only; nil if it has none.
    fileprivate var privateJobs: RunRecord? {
        var hidden = self
        hidden.jobs.removeAll { !$0.isPrivate }
        return hidden.jobs.isEmpty ? nil : hidden
    }
}

/// `private-jobs.txt` in the private folder of a run. It tells the operator the status of the private jobs and why they failed.
///
/// The public page of the run does not mention these jobs.
enum PrivateJobsFile {
    static let fileName = "private-jobs.txt"

    /// One line for each job, followed by its files.
    static func text(_ run: RunRecord) -> [UInt8] {
        var out = "\(run.wiki) \(run.date.dashed), private jobs\n"
        for job in run.jobs {
            out += "\(job.name): \(job.status.rawValue)"
            if let updated = job.updated { out += ", \(updated.statusText)" }
            if let message = job.privateMessage ?? job.message { out += ": \(message)" }
            out += "\n"
            for file in job.files {
                if case .offered(let size) = FileShowing(file, of: job) {
                    out += "    \(file.name), \(sizeText(size))\n"
                }
            }
        }
        return Array(out.utf8)
    }
}

/// `dumpspecialfiles.json`: every file of a run that is not a dump, and whether it exists.
package enum SpecialFiles {
    package static let fileName = "dumpspecialfiles.json"

    /// The names of those files, in the order of the list.
    package static func names(_ names: PublishedNames, farm: FarmSettings) -> [String] {
        [farm.runIndexName, ReportFile.fileName, StatusLine.fileName, DumpStatusFile.fileName]
            + HashKind.allCases.flatMap { kind in HashForm.allCases.map { names.sums(kind, $0) } }
            + [
                RunInfoFile.textName, RunInfoFile.jsonName, ManifestFile.fileName, "\(names.prefix)runsettings.txt",
                "tableinfo.json", "pagerangeinfo.json", "notice.txt",
            ]
    }

    /// - Parameter size: Returns the size in bytes of the file with a name; nil if there is none.
    package static func json(_ run: RunRecord, farm: FarmSettings, size: (String) -> Int64?) -> [UInt8] {
        let names = PublishedNames(run, farm: farm)
        let files = Self.names(names, farm: farm).map { name in
            guard let size = size(name) else { return JSONValue.Member(name, ["status": "missing"]) }
            return JSONValue.Member(
                name, ["status": "present", "size": .integer(size), "url": .string(names.path(name))])
        }
        let all: JSONValue = ["files": .object(files), "version": .string(DumpStatusFile.version)]
        return all.bytes
    }
}

/// What is on disk, as far as a ``RunPublisher`` knows.
struct PublisherMemory {
    var files: [String: [UInt8]] = [:]
    let smallFiles: SmallFiles
    var madeFolder: DumpDate?
    /// The run whose folder was cleared of the leftovers of killed writers.
    var clearedFolder: DumpDate?
    /// Whether something was written that may not be on disk yet.
    var hasUnsynchronized = false
    /// Tells how long ago all files were last written.
    var sinceShown: (@Sendable () -> Duration)?
    /// Whether they are out of date.
    var isBehind = false
    /// The other runs of the wiki.
    var otherRuns: [WikiRecord.Run]?
    /// The state of the run when it was last published, ignoring progress.
    var standing: Standing?
    /// The failures that were already reported.
    var told: Set<String> = []

    init(_ smallFiles: SmallFiles) { self.smallFiles = smallFiles }

    /// Makes the next call read the disk again.
    mutating func forget() {
        files = [:]
        otherRuns = nil
        madeFolder = nil
    }

    /// The state of a run and its jobs.
    struct Standing: Hashable {
        let date: DumpDate
        let isFinished: Bool
        let jobs: [JobStatus]

        init(_ run: RunRecord) {
            date = run.date
            isFinished = run.isFinished
            jobs = run.jobs.map(\.status)
        }
    }
}
