public import Logging

/// What an operator does to a farm besides dumping it: frees locks, stops processes, removes runs, corrects what is told.
///
/// Whatever changes the folders of a wiki happens under its lock, as a run does. So it is refused while a process works on the
/// wiki, and a process that slept meanwhile cannot write afterwards.
public struct FarmAdministration: Sendable {
    /// Something that was done, or that would be done.
    public struct Deed: Sendable, Hashable {
        /// The wiki; nil if it was done to the whole farm.
        public let wiki: WikiName?
        /// The run; nil if it was not done to a run.
        public let date: DumpDate?
        /// What it is, in words.
        public let text: String
        /// Whether anything is changed by it.
        public let isChange: Bool
    }

    /// Whether nothing is changed, and only told what would be.
    public let isRehearsal: Bool
    let configuration: Configuration
    let locks: LockFactory
    let renderer: any IndexRenderer
    let clock: any WallClock
    let logger: Logger

    /// Creates the administration of a farm.
    /// - Parameters:
    ///   - configuration: The contents of the configuration files.
    ///   - isRehearsal: Whether to change nothing, and only to tell what would be done.
    ///   - locks: Makes the lock of a wiki; nil for a file in the wiki's private folder.
    ///   - renderer: Makes the pages of runs; nil to use the templates.
    ///   - clock: Tells the time.
    ///   - logger: Where to log.
    /// - Throws: ``DumpError`` with code `configuration` if a template is damaged.
    public init(
        _ configuration: Configuration, isRehearsal: Bool = false, locks: LockFactory? = nil,
        renderer: (any IndexRenderer)? = nil, clock: any WallClock = SystemWallClock(), logger: Logger
    ) throws(DumpError) {
        self.configuration = configuration
        self.isRehearsal = isRehearsal
        self.locks = locks ?? FileLock.factory(staleAge: configuration.farm.staleAge, clock: clock)
        self.renderer =
            if let renderer { renderer } else {
                try TemplateRenderer(
                    templateDirectory: configuration.farm.templateDirectory, on: configuration.fileSystem)
            }
        self.clock = clock
        self.logger = logger
    }

    // MARK: What the actions share

    /// The wikis with some names; all of them without names.
    /// - Throws: ``DumpError`` with code `unknownWiki`, which suggests the nearest name.
    func wikis(_ names: [String]) throws(DumpError) -> [ConfiguredWiki] {
        let farm = WikiFarm(configuration, contentSource: ContentSources.open)
        if names.isEmpty { return farm.wikis }
        var wikis: [ConfiguredWiki] = []
        for name in names {
            let wiki = try farm.wiki(name)
            if !wikis.contains(where: { $0.name == wiki.name }) { wikis.append(wiki) }
        }
        return wikis
    }

    func wiki(_ name: WikiName) throws(DumpError) -> ConfiguredWiki {
        try WikiFarm(configuration, contentSource: ContentSources.open).wiki(name.description)
    }

    /// The date of a run that exists: the one asked for, or the newest.
    /// - Throws: ``DumpError`` with code `nothingToDo` if the wiki has no run, or `usage` if it has none of this date.
    func run(of wiki: any Wiki, _ wanted: DumpDate?) throws(DumpError) -> DumpDate {
        let dates = try RunDirectories(wiki).dates()
        guard let newest = dates.last else {
            throw DumpError(.nothingToDo, "\(wiki.name) has no run", remedy: "dump it first")
        }
        guard let wanted else { return newest }
        if dates.contains(wanted) { return wanted }
        let some = dates.suffix(5).map(\.dashed).joined(separator: ", ")
        let rest = dates.count > 5 ? ", and \(dates.count - 5) before these" : ""
        throw DumpError(
            .usage, "there is no run of \(wiki.name) of \(wanted.dashed)",
            remedy: "its runs are those of \(some)\(rest)")
    }

    func deed(_ wiki: WikiName?, _ date: DumpDate?, done: String, would: String) -> Deed {
        Deed(wiki: wiki, date: date, text: isRehearsal ? "would \(would)" : done, isChange: true)
    }

    /// Throws if a process works on a wiki.
    func refuseIfHeld(_ wiki: any Wiki) async throws(DumpError) {
        guard let holder = try await locks(wiki).holders().first(where: { !$0.isStale }) else { return }
        throw DumpError(
            .lockHeld, "\(holder.process) works on \(wiki.name); its last sign of life was \(holder.age) s ago",
            remedy: "wait until it ends, or stop it first")
    }

    /// Changes the folders of a wiki, under its lock. A rehearsal only looks whether the lock is free.
    /// - Parameters:
    ///   - force: Whether to take the lock even from a living process, which can then write no more.
    ///   - body: Gets the wiki, whose folders can be changed until another process takes it over.
    /// - Throws: ``DumpError`` with code `lockHeld` if a process works on the wiki, or what `body` throws.
    func change(
        _ wiki: ConfiguredWiki, _ date: DumpDate, force: Bool = false,
        _ body: @escaping @Sendable (any Wiki) async throws(DumpError) -> Void
    ) async throws(DumpError) {
        if !force { try await refuseIfHeld(wiki) }
        if isRehearsal { return }
        let lock = try locks(wiki)
        let grant = try await lock.acquire(date, force: force)
        try await LockKeeper(in: wiki.fileSystem.surroundings).keep(grant, of: lock) { () async throws(DumpError) in
            let fence = try await Fence(taking: wiki, grant, of: lock)
            defer { fence.leave(from: wiki, date) }
            try await body(FencedWiki(wiki, fence))
        }
    }

    /// A run as it is on disk, with the jobs that it has by the configuration.
    func jobRun(_ wiki: any Wiki, _ date: DumpDate) throws(DumpError) -> JobRun {
        var settings = wiki.settings
        settings.parts = try RunMemory(wiki, date).recall(settings.parts)
        return JobRun(
            wiki: wiki, date: date, jobs: JobList.standard(for: settings),
            publisher: RunPublisher(
                directories: wiki.directories, farm: configuration.farm, renderer: renderer, on: wiki.fileSystem),
            clock: clock, logger: logger)
    }

    /// Writes the pages and status files of a run again.
    /// - Parameter keepsTime: Whether the run keeps the time of its last change, because nothing of its files changed.
    func publish(_ run: JobRun, _ record: RunRecord, keepsTime: Bool) throws(DumpError) {
        var record = record
        record.isFinished = true
        let line = try RunDirectories(run.wiki).statusLine(of: run.date).flatMap(StatusLine.parse)
        if keepsTime, let time = line?.updated { record.updated = time }
        let wasInterrupted = try run.isInterrupted()
        for problem in try run.publisher.publish(record) { logger.warning("\(problem)") }
        // An interrupted run stays interrupted, so that it will be continued.
        if wasInterrupted, !record.isComplete { try run.publisher.publishAborted(record) }
    }
}

extension LockHolder {
    /// The process in words.
    var process: String { "process \(processID) on \(host)" }
}
