public import Logging
public import SystemPackage

/// Watches a farm: writes its index pages, `index.json`, `status.json`, feeds and metrics, and cleans up after dead processes.
///
/// A file whose content did not change is not written again.
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
    /// The living processes that were seen in the current sweep.
    private var living: [WikiName: LockHolder] = [:]

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
        (problems, living) = (0, [:])
        let time = fileSystem.surroundings.timer.stopwatch()
        let (site, glances) = try await look()
        guard let number else {
            try fileSystem.makeDirectory(farm.publicTree)
            try write(site, glances, on: fileSystem)
            return written(site, glances, after: time())
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
        return written(site, glances, after: time())
    }

    /// Writes the metrics of a sweep that has written its pages.
    private func written(_ site: SiteRecord, _ glances: [WikiGlance], after time: Duration) -> SiteRecord {
        if let path = farm.metricsFile {
            let metrics = FarmMetrics(farm: farm, site: site, glances: glances, duration: time)
            do throws(DumpError) {
                // The collector may run as another user.
                try fileSystem.write(metrics.text, to: path, permissions: 0o644, durable: false)
            } catch {
                tell("cannot write the metrics", error)
            }
        }
        var site = site.ordered(.date)
        site.problems = problems
        return site
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
        let files = FarmFiles(farm: farm, site: site.ordered(.name), glances: glances, logger: logger)
        try write(files.indexJSON, name: FarmSettings.indexJSONName, on: tree)
        try write(files.statusJSON, name: FarmFiles.statusName, on: tree)
        for (name, bytes) in files.marked { try write(bytes, name: name, isMarked: true, on: tree) }
    }

    /// Writes a file of the public tree, unless it is there already.
    /// - Parameter isMarked: Whether a file of this name may be another's, which is left alone.
    private func write(
        _ bytes: [UInt8], name: String, isMarked: Bool = false, on tree: FileSystem
    ) throws(DumpError) {
        let path = farm.publicTree.appending(name)
        if let status = try tree.status(path), status.isFile, isMarked || status.size == bytes.count {
            let old = try tree.read(path)
            if old == bytes, status.permissions == farm.filePermissions { return }
            if isMarked, !OwnFile.isOurs(old) { return }
        }
        try tree.write(bytes, to: path, permissions: farm.filePermissions)
    }

    private func glance(_ wiki: any Wiki) async -> WikiGlance {
        if wiki.isPrivate { warnOfExposure(of: wiki.name) }
        let isLocked = await cleanUp(wiki)
        abortDeadBatches(of: wiki)
        do throws(DumpError) {
            var glance = try WikiGlance(wiki, isLocked: isLocked, clock: clock)
            glance.holder = living[wiki.name]
            return glance
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
            if let holder = dead.first(where: { !$0.isStale }) {
                living[wiki.name] = holder
                return true
            }
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
