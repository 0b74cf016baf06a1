public import SystemPackage

/// How the wikis of a farm stand at a moment. Looking changes nothing.
public struct FarmStatus: Sendable {
    /// In which order wikis are told.
    public enum Order: String, Sendable, Hashable, CaseIterable {
        /// The worst state first; of the same state, the oldest complete run first.
        case state
        /// By name.
        case name
        /// The oldest complete run first. Wikis without one come before all others.
        case age
        /// The largest complete run first.
        case size
        /// The run that took longest first.
        case duration
    }

    /// When the farm was looked at.
    public let time: UTCTime
    /// The wikis.
    public private(set) var wikis: [WikiStatus]
    /// What keeps all workers from beginning; nil if nothing does.
    public let pause: Pause?

    /// What keeps workers from beginning.
    public enum Pause: Sendable, Hashable {
        /// The file exists that forbids new jobs.
        case maintenance(FilePath)
        /// The file exists that ends loops.
        case exit(FilePath)
    }

    /// Looks at the wikis of a farm.
    /// - Parameters:
    ///   - configuration: The contents of the configuration files.
    ///   - names: The wikis to look at; empty for all.
    ///   - locks: Makes the lock of a wiki; nil for a file in the wiki's private folder.
    ///   - clock: Tells the time.
    /// - Throws: ``DumpError`` with code `unknownWiki` for a name that is not in the configuration; another if the private tree
    ///   cannot be read. A wiki that cannot be read is told by its status.
    public init(
        _ configuration: Configuration, wikis names: [String] = [], locks: LockFactory? = nil,
        clock: any WallClock = SystemWallClock()
    ) async throws(DumpError) {
        let farm = configuration.farm
        let locks = locks ?? FileLock.factory(staleAge: farm.staleAge, clock: clock)
        let all = WikiFarm(configuration, contentSource: ContentSources.open)
        var wanted: [ConfiguredWiki] = []
        for name in names { wanted.append(try all.wiki(name)) }
        time = clock.now()
        let known: [any Wiki] = all.wikis
        let criteria = WikiQueue.Criteria(date: DumpDate(time), fixedOrder: farm.fixedDumpOrder)
        let queue = WikiQueue(known, criteria: criteria, clock: clock).candidates.map(\.wiki.name)
        var wikis: [WikiStatus] = []
        var held: Set<WikiName> = []
        for wiki in known {
            let status = await WikiStatus(wiki, lock: try locks(wiki), now: time)
            if status.state == .running { held.insert(wiki.name) }
            wikis.append(status)
        }
        var places: [WikiName: Int] = [:]
        for (index, name) in queue.filter({ !held.contains($0) }).enumerated() { places[name] = index + 1 }
        for index in wikis.indices { wikis[index].place = places[wikis[index].wiki] }
        let isWanted = Set(wanted.map(\.name))
        self.wikis = names.isEmpty ? wikis : wikis.filter { isWanted.contains($0.wiki) }
        let stop = StopFiles(in: farm.privateTree, on: configuration.fileSystem)
        pause =
            try stop.isMaintenance() ? .maintenance(stop.maintenance) : try stop.wantsExit() ? .exit(stop.exit) : nil
    }

    /// Sorts the wikis.
    public mutating func sort(by order: Order) {
        let now = time
        wikis.sort { a, b in
            // Whoever has no complete run counts as oldest.
            let (age, other) = (a.age(at: now) ?? .max, b.age(at: now) ?? .max)
            switch order {
            case .state where a.state != b.state: return a.state < b.state
            case .state, .age:
                if age != other { return age > other }
            case .name: break
            case .size:
                let (size, other) = (a.complete?.bytes ?? 0, b.complete?.bytes ?? 0)
                if size != other { return size > other }
            case .duration:
                let (time, other) = (a.complete?.milliseconds ?? 0, b.complete?.milliseconds ?? 0)
                if time != other { return time > other }
            }
            return a.wiki < b.wiki
        }
    }

    /// Keeps only some wikis.
    public mutating func keep(where isWanted: (WikiStatus) -> Bool) { wikis.removeAll { !isWanted($0) } }
}
