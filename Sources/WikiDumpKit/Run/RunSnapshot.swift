import Logging

/// The snapshot of a run. It is opened when it is first needed, shared by all jobs, and reopened if it was lost.
struct RunSnapshot {
    private let wiki: any Wiki
    private let clock: any WallClock
    private let retries: RetryPolicy
    private let logger: Logger
    private var source: (any ContentSource)?
    private var opened: (any ContentSnapshot)?
    private var known: WikiFacts?
    private var watch: ObstacleWatch?

    /// When the content was frozen.
    private(set) var time: UTCTime?

    init(wiki: any Wiki, clock: any WallClock, timer: any Clock<Duration>, logger: Logger) {
        self.wiki = wiki
        self.clock = clock
        self.logger = logger
        retries = wiki.settings.retries(timer)
    }

    mutating func facts() async throws(DumpError) -> WikiFacts {
        if let known { return known }
        let facts = try await place().facts()
        note(facts)
        return facts
    }

    /// Opens the snapshot. If the source is away, this waits and tries again.
    /// - Throws: ``DumpError`` with code `source`, `unavailable`, `schema` or `configuration` if the content cannot be opened.
    mutating func open() async throws(DumpError) -> any ContentSnapshot {
        try await read("asking for it again") { snapshot, _, _ in snapshot }
    }

    private mutating func openOnce() async throws(DumpError) -> any ContentSnapshot {
        if let opened { return opened }
        let source = try place()
        watch = ObstacleWatch(source, in: wiki.fileSystem.surroundings, logger: logger)
        let snapshot = try await source.openSnapshot()
        if known == nil { note(snapshot.facts) }
        opened = snapshot
        let now = clock.now()
        if let time {
            logger.notice(
                """
                from now on the content of \(wiki.name) is read as it was at \(now.statusText); what was done before is from \
                \(time.statusText), and the certificate of each file gives its time
                """)
        }
        time = now
        return snapshot
    }

    /// Reads content. If the source is lost meanwhile, everything is read again from another snapshot.
    /// - Parameters:
    ///   - consequence: What is done after the source was lost, for the log.
    ///   - body: Receives the snapshot, its time, and the number of the attempt, from 1.
    mutating func read<Value>(
        _ consequence: String,
        _ body: (any ContentSnapshot, UTCTime?, Int) async throws(DumpError) -> Value
    ) async throws(DumpError) -> Value {
        let (retries, logger) = (retries, logger)
        return try await retries.run(logger, then: consequence) { attempt async throws(DumpError) in
            let snapshot = try await openOnce()
            do throws(DumpError) { return try await body(snapshot, time, attempt) } catch {
                if error.code == .unavailable { await close() }
                throw error
            }
        }
    }

    mutating func close() async {
        watch = nil
        await opened?.close()
        opened = nil
    }

    private mutating func note(_ facts: WikiFacts) {
        let level: Logger.Level = !facts.refusals.isEmpty ? .warning : facts.isRecent(at: clock.now()) ? .info : .notice
        for remark in facts.remarks(at: clock.now()) { logger.log(level: level, "\(remark)") }
        warnOfAnotherName(facts)
        known = facts
    }

    /// Warns if an answer comes from another wiki, which happens if an address or a file lacks {wiki}. This is only a warning
    /// because the database may simply have another name than the wiki. PHP is exempt, because it is asked for the wiki by
    /// name.
    private func warnOfAnotherName(_ facts: WikiFacts) {
        let place: String
        switch facts.origin {
        case .api(let address): place = "apiaddress in the section [wiki], \(address)"
        case .file(let path, _): place = "siteinfo in the section [source], \(path)"
        case .php, .caller: return
        }
        let name = facts.siteInfo.databaseName
        guard ![wiki.name.description, wiki.settings.source.mariaDB.database].contains(name) else { return }
        logger.warning(
            """
            \(wiki.name) calls itself \(name), and every export will name \(name) (if that is another wiki, correct \
            \(place))
            """)
    }

    private mutating func place() throws(DumpError) -> any ContentSource {
        if let source { return source }
        let source = try wiki.contentSource()
        self.source = source
        return source
    }
}

/// Logs what blocks the reading of a source, as long as the watch exists.
final class ObstacleWatch: Sendable {
    private let task: Task<Void, Never>

    /// - Parameter interval: How often to ask. Obstacles that are over by then are not worth a message.
    init(
        _ source: any ContentSource, every interval: Duration = .seconds(30), in surroundings: Surroundings = .real,
        logger: Logger
    ) {
        task = Task(executorPreference: surroundings.executor) {
            var told: String?
            while (try? await surroundings.timer.sleep(for: interval)) != nil {
                let obstacle = await source.obstacle()
                if let obstacle, obstacle != told { logger.warning("waiting for the database: \(obstacle)") }
                if obstacle == nil, told != nil { logger.notice("the database is no longer blocked") }
                told = obstacle
            }
        }
    }

    deinit { task.cancel() }
}
