public import Logging
public import SystemPackage

/// Watches a farm: writes its index pages and `index.json`, and cleans up after dead processes.
///
/// A sweep examines each wiki once. An error with one wiki is logged and shown in that wiki's line; it never keeps the other
/// wikis off the page.
public actor Monitor {
    private let farm: FarmSettings
    private let wikis: [any Wiki]
    private let renderer: any IndexRenderer
    private let locks: LockFactory
    private let clock: any WallClock
    private let maintenanceFile: FilePath
    private let fileSystem: FileSystem
    private let logger: Logger
    /// What went wrong in the current sweep.
    private var problems = 0

    /// Creates a monitor.
    /// - Parameters:
    ///   - farm: Where the two trees are, and when a lock is stale.
    ///   - wikis: The wikis of the farm, in any order.
    ///   - renderer: Makes the pages.
    ///   - locks: Makes the lock of a wiki.
    ///   - clock: Tells the time.
    ///   - maintenanceFile: A file whose text is shown while no dump is running; nil for `maintenance.txt` in the private tree.
    ///   - fileSystem: The file system of the two trees.
    ///   - logger: Where to log.
    public init(
        farm: FarmSettings, wikis: [any Wiki], renderer: any IndexRenderer, locks: @escaping LockFactory,
        clock: any WallClock = SystemWallClock(), maintenanceFile: FilePath? = nil, on fileSystem: FileSystem = .real,
        logger: Logger
    ) {
        self.farm = farm
        self.wikis = wikis
        self.renderer = renderer
        self.locks = locks
        self.clock = clock
        self.maintenanceFile = maintenanceFile ?? StopFiles(in: farm.privateTree).maintenance
        self.fileSystem = fileSystem
        self.logger = logger
    }

    /// Examines every wiki once and writes the pages and `index.json`, unless another monitor has written them after a sweep that
    /// began later.
    /// - Returns: What the index page by date shows. Dates, times and jobs of private wikis are left out.
    /// - Throws: ``DumpError`` if the pages or `index.json` cannot be made or written; code `cancelled` if the task was
    ///   cancelled, in which case nothing was written.
    @discardableResult
    public func sweep() async throws(DumpError) -> SiteRecord {
        // Another monitor may begin at the same moment.
        for _ in 0..<4 {
            do throws(DumpError) { return try await sweepOnce() } catch {
                guard error.code == .lockHeld else { throw error }
            }
        }
        return try await sweepOnce()
    }

    private func sweepOnce() async throws(DumpError) -> SiteRecord {
        // Taken before anything is looked at: of two sweeps, the one that began later has seen what is newer.
        let number = try whereWritable { () throws(DumpError) in
            try fileSystem.makeDirectory(farm.privateTree, permissions: WikiDirectories.privateDirectoryPermissions)
            return try EpochMarker(in: farm.privateTree, on: fileSystem).raise()
        }
        problems = 0
        let (site, glances) = try await look()
        guard let number else {
            try fileSystem.makeDirectory(farm.publicTree)
            try write(site, glances, on: fileSystem)
            return site.ordered(.date)
        }
        if try newestSweep() > number {
            logger.notice("another monitor writes the pages after a later sweep")
            return site.ordered(.date)
        }
        let fence = try Fence(enteringFarm: farm, on: fileSystem)
        defer { fence.leave() }
        // A later sweep that was writing cannot end what it began now that the pages are ours, so they need a newer look.
        if try newestSweep() > number { throw DumpError(.lockHeld, "a later sweep was writing the pages") }
        do throws(DumpError) {
            // Written first, so that a sweep that is older leaves this one alone.
            try fence.fileSystem.write(
                Array("\(number)".utf8), to: newestSweepFile, permissions: WikiDirectories.privateFilePermissions)
            try write(site, glances, on: fence.fileSystem)
        } catch {
            guard error.code == .lockLost else { throw error }
            logger.notice("another monitor has taken over the pages")
        }
        return site.ordered(.date)
    }

    private var newestSweepFile: FilePath { farm.privateTree.appending(".newest-sweep") }

    /// The number of the latest sweep that has begun to write the pages.
    private func newestSweep() throws(DumpError) -> Int64 {
        try fileSystem.text(newestSweepFile).flatMap(Int64.init) ?? 0
    }

    /// A monitor that may only read the private tree still writes the pages.
    private func whereWritable<R>(_ body: () throws(DumpError) -> R) throws(DumpError) -> R? {
        do throws(DumpError) { return try body() } catch {
            guard error.code == .permission else { throw error }
            return nil
        }
    }

    private func look() async throws(DumpError) -> (SiteRecord, [WikiGlance]) {
        var glances: [WikiGlance] = []
        for (index, wiki) in wikis.enumerated() {
            if index % 32 == 31 { await Task.yield() }
            if Task.isCancelled { throw DumpError(.cancelled, "the sweep was stopped") }
            glances.append(await glance(wiki))
        }
        let site = SiteRecord(
            status: siteStatus(isLocked: glances.contains(where: \.isLocked)), entries: glances.map(\.entry),
            updated: clock.now(), problems: problems)
        return (site, glances)
    }

    private func write(_ site: SiteRecord, _ glances: [WikiGlance], on tree: FileSystem) throws(DumpError) {
        // An earlier version may be writing here, so only old leftovers are removed.
        try tree.removeLeftovers(in: farm.publicTree, olderThan: 60)
        for order in SiteRecord.Order.allCases {
            let page = try renderer.siteIndex(site.ordered(order), order: order, farm: farm)
            try write(page, name: farm.indexName(order), on: tree)
        }
        try write(indexJSON(glances), name: FarmSettings.indexJSONName, on: tree)
    }

    private func write(_ bytes: [UInt8], name: String, on tree: FileSystem) throws(DumpError) {
        try tree.write(bytes, to: farm.publicTree.appending(name), permissions: farm.filePermissions)
    }

    private func glance(_ wiki: any Wiki) async -> WikiGlance {
        if wiki.isPrivate { warnOfExposure(of: wiki.name) }
        let isLocked = await cleanUp(wiki)
        abortDeadBatches(of: wiki)
        do throws(DumpError) {
            return try WikiGlance(wiki, isLocked: isLocked, clock: clock)
        } catch {
            tell("cannot look at \(wiki.name)", error)
            var glance = WikiGlance(unreadable: wiki, error)
            glance.isLocked = isLocked
            return glance
        }
    }

    /// Logs what went wrong with one wiki. The sweep goes on.
    private func tell(_ message: Logger.Message, _ error: DumpError) {
        problems += 1
        logger.error(message, metadata: ["reason": "\(error)"])
    }

    private func warnOfExposure(of wiki: WikiName) {
        do throws(DumpError) {
            if let error = try farm.exposure(of: wiki, on: fileSystem) { logger.warning("\(error)") }
        } catch {
            tell("cannot see whether \(wiki) has runs in the public tree", error)
        }
    }

    /// Marks abandoned runs as aborted, unless a process is working on the wiki.
    /// - Returns: Whether a process is working on the wiki.
    private func cleanUp(_ wiki: any Wiki) async -> Bool {
        do throws(DumpError) {
            let lock = try locks(wiki)
            let dead = try await lock.holders()
            if dead.contains(where: { !$0.isStale }) { return true }
            let abandoned = try datesInProgress(of: wiki)
            guard let date = dead.first?.date ?? abandoned.first else { return false }
            // A worker takes the lock before it writes, so no run begins while we hold it.
            let grant: LockGrant
            do throws(DumpError) { grant = try await lock.acquire(date) } catch {
                if error.code == .lockHeld { return true }
                throw error
            }
            let fence: Fence
            do throws(DumpError) { fence = try await Fence(taking: wiki, grant, of: lock) } catch {
                try? await lock.releaseUncancelled(grant, in: fileSystem.surroundings)
                if [.lockHeld, .lockLost].contains(error.code) { return true }
                throw error
            }
            let wiki = FencedWiki(wiki, fence)
            // Looked for now: whatever is in progress later has a holder that broke our claim.
            let left = Result { () throws(DumpError) in try datesInProgress(of: wiki) }
            do throws(DumpError) {
                for holder in dead {
                    try await lock.refresh(grant)
                    markRun(of: holder, wiki)
                }
                for date in try left.get() {
                    try await lock.refresh(grant)
                    markAbandonedRun(date, of: wiki)
                }
            } catch {
                fence.leave(from: wiki, date)
                try? await lock.releaseUncancelled(grant, in: fileSystem.surroundings)
                throw error
            }
            fence.leave(from: wiki, date)
            try await lock.releaseUncancelled(grant, in: fileSystem.surroundings)
        } catch {
            tell("cannot clean up after the dumps of \(wiki.name)", error)
        }
        return false
    }

    /// Marks the run of a dead process as aborted. Its claim was broken when the lock was taken.
    private func markRun(of holder: LockHolder, _ wiki: any Wiki) {
        let process = "process \(holder.processID) on \(holder.host)"
        logger.notice("removed the stale lock of \(wiki.name) of \(holder.date), made by \(process)")
        do throws(DumpError) {
            if try markAborted(holder.date, of: wiki) {
                logger.warning("marked the dump of \(wiki.name) of \(holder.date) as aborted: \(process) died")
            }
        } catch {
            tell("cannot clean up after \(process), which died dumping \(wiki.name)", error)
        }
    }

    /// Marks a run as aborted whose status says "in progress" although no process holds the lock.
    private func markAbandonedRun(_ date: DumpDate, of wiki: any Wiki) {
        do throws(DumpError) {
            guard try markAborted(date, of: wiki) else { return }
            logger.warning("marked the dump of \(wiki.name) of \(date) as aborted: nobody holds its lock")
        } catch {
            tell("cannot close the abandoned runs of \(wiki.name)", error)
        }
    }

    /// Takes batches away from dead or silent processes, so that others can do them.
    private func abortDeadBatches(of wiki: any Wiki) {
        do throws(DumpError) {
            // Where no process does a run, the next one sees to its batches.
            let joined = try whereWritable { () throws(DumpError) in try Fence(joining: wiki) }
            guard let fence = joined ?? nil else { return }
            defer { fence.leave() }
            let wiki = FencedWiki(wiki, fence)
            for date in try RunDirectories(root: wiki.directories.privateRoot, on: wiki.fileSystem).dates() {
                for job in try BatchFolder.markedJobs(in: wiki.directories.privateRun(date), on: wiki.fileSystem)
                    .sorted()
                {
                    for batch in try BatchFolder(wiki, date, job: job, clock: clock).abortDead() {
                        let owner = batch.owner.map { "process \($0.processID) on \($0.host)" } ?? "nobody known"
                        logger.warning(
                            "took batch \(batch.name) of \(job) of \(wiki.name) of \(date) from \(owner), which is dead or silent"
                        )
                    }
                }
            }
        } catch {
            tell("cannot look at the batches of \(wiki.name)", error)
        }
    }

    /// The dates of the runs whose status says "in progress".
    private func datesInProgress(of wiki: any Wiki) throws(DumpError) -> [DumpDate] {
        var dates: [DumpDate] = []
        for date in try RunDirectories(wiki).dates() {
            let text = try wiki.fileSystem.text(wiki.directories.run(date).appending(StatusLine.fileName))
            if text.flatMap(StatusLine.parse)?.state.isInProgress == true { dates.append(date) }
        }
        return dates
    }

    /// Marks a run as aborted, if it exists. A run that had ended before its process died stays as it is.
    private func markAborted(_ date: DumpDate, of wiki: any Wiki) throws(DumpError) -> Bool {
        let folder = wiki.directories.run(date)
        guard try wiki.fileSystem.status(folder)?.isDirectory == true else { return false }
        let parsed = try wiki.fileSystem.text(folder.appending(StatusLine.fileName)).flatMap(StatusLine.parse)
        if let parsed, !parsed.state.isInProgress { return false }
        let now = clock.now()
        let stored = try StoredRun.read(
            wiki: wiki.name, date: date, isPrivate: wiki.isPrivate, isClosed: wiki.isClosed, folder: folder,
            updated: now, previous: try RunDirectories(wiki).dates().last { $0 < date }, on: wiki.fileSystem)
        guard let stored else {
            try wiki.fileSystem.write(
                StatusLine.aborted(
                    wiki: wiki.name, date: date, isPrivate: wiki.isPrivate, isClosed: wiki.isClosed, updated: now),
                to: folder.appending(StatusLine.fileName),
                permissions: wiki.directories.filePermissions(farm.filePermissions), durable: false)
            return true
        }
        try RunPublisher(directories: wiki.directories, farm: farm, renderer: renderer, on: wiki.fileSystem)
            .publishAborted(stored)
        return true
    }

    private func siteStatus(isLocked: Bool) -> String {
        if isLocked { return "Dumps are in progress..." }
        do {
            if let text = try fileSystem.text(maintenanceFile)?.trimmingBlanks(), !text.isEmpty { return String(text) }
        } catch {
            logger.error("cannot read \(maintenanceFile)", metadata: ["reason": "\(error)"])
        }
        return "Dump process is idle."
    }

    /// The content of `index.json`: `{"wikis": {WIKI: …}}`, with the `dumpstatus.json` of each public wiki's newest run.
    private func indexJSON(_ glances: [WikiGlance]) -> [UInt8] {
        var wikis: [JSONValue.Member] = []
        for glance in glances.sorted(by: { $0.entry.wiki < $1.entry.wiki }) where !glance.entry.isPrivate {
            let name = glance.entry.wiki
            guard var bytes = glance.dumpStatus else { continue }
            while let last = bytes.last, last == 0x0A || last == 0x0D || last == 0x20 { bytes.removeLast() }
            do {
                _ = try JSONValue(parsing: bytes)
                wikis.append(JSONValue.Member(name.description, .raw(bytes)))
            } catch {
                logger.error(
                    "left \(name) out of \(FarmSettings.indexJSONName): its \(DumpStatusFile.fileName) is damaged",
                    metadata: ["reason": "\(error)"])
            }
        }
        return JSONValue.object([JSONValue.Member("wikis", .object(wikis))]).bytes
    }
}

extension Monitor {
    /// Creates a monitor for the farm of a configuration.
    /// - Parameters:
    ///   - configuration: The contents of the configuration files.
    ///   - renderer: Makes the pages; nil to use the templates.
    ///   - locks: Makes the lock of a wiki; nil for a file in the wiki's private folder.
    ///   - clock: Tells the time.
    ///   - maintenanceFile: A file whose text is shown while no dump is running; nil for `maintenance.txt` in the private tree.
    ///   - logger: Where to log.
    /// - Throws: ``DumpError`` with code `configuration` if a template is damaged.
    public init(
        configuration: Configuration, renderer: (any IndexRenderer)? = nil, locks: LockFactory? = nil,
        clock: any WallClock = SystemWallClock(), maintenanceFile: FilePath? = nil, logger: Logger
    ) throws(DumpError) {
        let farm = configuration.farm
        let pages: any IndexRenderer =
            if let renderer { renderer } else {
                try TemplateRenderer(templateDirectory: farm.templateDirectory, on: configuration.fileSystem)
            }
        self.init(
            farm: farm, wikis: WikiFarm(configuration, contentSource: ContentSources.open).wikis,
            renderer: pages, locks: locks ?? FileLock.factory(staleAge: farm.staleAge, clock: clock), clock: clock,
            maintenanceFile: maintenanceFile, on: configuration.fileSystem, logger: logger)
    }
}

/// What the monitor sees of one wiki in a sweep.
struct WikiGlance: Sendable {
    var entry: SiteRecord.Entry
    /// The `dumpstatus.json` of its newest run; nil if it must not be collected, an empty object if there is no run.
    var dumpStatus: [UInt8]?
    /// Whether a living process holds the lock of the wiki.
    var isLocked: Bool
}

extension WikiGlance {
    /// Creates the glance at a wiki that could not be read. It contains no path, because the page is public.
    init(unreadable wiki: any Wiki, _ error: DumpError) {
        let reason = wiki.isPrivate ? "" : (error.cause as? Errno).map { " (\($0))" } ?? ""
        self.init(
            entry: SiteRecord.Entry(
                wiki: wiki.name, isPrivate: wiki.isPrivate, isClosed: wiki.isClosed, date: nil,
                statusText: "cannot be read" + reason, statusClass: "failed", updated: nil),
            dumpStatus: nil, isLocked: false)
    }

    /// Reads the state of a wiki's newest run.
    init(_ wiki: any Wiki, isLocked: Bool, clock: any WallClock) throws(DumpError) {
        let date = try RunDirectories(wiki).latest()
        var state = StatusLine.State.neverDumped
        var updated: UTCTime?
        var active: [JobRecord] = []
        var dumpStatus: [UInt8]? = Array("{}".utf8)
        if let date {
            let folder = wiki.directories.run(date)
            let parsed = try wiki.fileSystem.text(folder.appending(StatusLine.fileName)).flatMap(StatusLine.parse)
            state = parsed?.state ?? .unknown
            updated = parsed?.updated
            if !wiki.isPrivate {
                let path = folder.appending(DumpStatusFile.fileName)
                dumpStatus = try wiki.fileSystem.status(path) == nil ? nil : try wiki.fileSystem.read(path)
                if state.isInProgress {
                    let record = try StoredRun.read(
                        wiki: wiki.name, date: date, isPrivate: false, isClosed: wiki.isClosed, folder: folder,
                        updated: clock.now(), on: wiki.fileSystem)
                    active = record?.jobs.filter { $0.status == .inProgress } ?? []
                }
            }
        }
        // For a private wiki, only the name and the state are passed on, no matter what a page would do with more.
        entry = SiteRecord.Entry(
            wiki: wiki.name, isPrivate: wiki.isPrivate, isClosed: wiki.isClosed, date: wiki.isPrivate ? nil : date,
            statusText: state.text, statusClass: state.name, statusRemark: state.remark,
            updated: wiki.isPrivate ? nil : updated, activeJobs: active)
        self.dumpStatus = wiki.isPrivate ? nil : dumpStatus
        self.isLocked = isLocked
    }
}
