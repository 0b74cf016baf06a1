public import SystemPackage

/// What an operator does to a farm by hand. Everything that changes a wiki happens under its lock, so no worker is at work then.
public struct FarmAdministration: Sendable {
    private let configuration: Configuration
    private let locks: LockFactory
    private let clock: any WallClock

    /// - Parameters:
    ///   - configuration: The contents of the configuration files.
    ///   - locks: Makes the lock of a wiki; nil for a file in the wiki's private folder.
    ///   - clock: Tells the time.
    public init(
        _ configuration: Configuration, locks: LockFactory? = nil, clock: any WallClock = SystemWallClock()
    ) {
        self.configuration = configuration
        self.locks = locks ?? FileLock.factory(staleAge: configuration.farm.staleAge, clock: clock)
        self.clock = clock
    }

    private func wiki(_ name: WikiName) throws(DumpError) -> ConfiguredWiki {
        try WikiFarm(configuration, contentSource: ContentSources.open).wiki(name.description)
    }

    // MARK: Locks

    /// Who holds the lock of a wiki.
    /// - Throws: ``DumpError`` with code `unknownWiki`, or if the lock cannot be looked at.
    public func holders(of name: WikiName) async throws(DumpError) -> [LockHolder] {
        try await locks(wiki(name)).holders()
    }

    /// Removes the locks of a wiki. A process that has one changes nothing from then on, and ends.
    /// - Parameters:
    ///   - name: The wiki.
    ///   - force: Whether to take the lock of a process that may be alive too.
    /// - Returns: Whose locks were removed; none if there was no lock.
    /// - Throws: ``DumpError`` with code `lockHeld` if a process may be alive, or took the lock meanwhile.
    public func unlock(_ name: WikiName, force: Bool = false) async throws(DumpError) -> [LockHolder] {
        let wiki = try wiki(name)
        let lock = try locks(wiki)
        let holders = try await lock.holders()
        guard let first = holders.first else { return [] }
        try Self.refuse(name, holders, unless: force)
        try await hold(wiki, lock, first.date, force: force) { _ throws(DumpError) in }
        return holders
    }

    private static func refuse(_ name: WikiName, _ holders: [LockHolder], unless force: Bool) throws(DumpError) {
        guard !force, let living = holders.first(where: { !$0.isStale }) else { return }
        throw DumpError(
            .lockHeld,
            "\(name) is locked by process \(living.processID) on \(living.host), last sign of life \(living.age) s ago",
            remedy: "wait until it ends, or take the lock with force")
    }

    /// Does something to a wiki while no other process may.
    private func hold(
        _ wiki: ConfiguredWiki, _ lock: any Lock, _ date: DumpDate, force: Bool,
        _ body: (any Wiki) async throws(DumpError) -> Void
    ) async throws(DumpError) {
        let grant = try await lock.acquire(date, force: force)
        do throws(DumpError) {
            try await Fence.hold(wiki, grant, lock) { wiki, _ throws(DumpError) in try await body(wiki) }
        } catch {
            try? await lock.releaseUncancelled(grant, in: wiki.fileSystem.surroundings)
            throw error
        }
        try await lock.releaseUncancelled(grant, in: wiki.fileSystem.surroundings)
    }

    // MARK: Runs

    /// The dates of the runs of a wiki, the oldest first.
    public func runs(of name: WikiName) throws(DumpError) -> [DumpDate] { try RunDirectories(wiki(name)).dates() }

    /// Removes a run from the public and the private tree, with the links to its files. The pages are right after the next sweep.
    /// - Throws: ``DumpError`` with code `usage` if there is no such run, `lockHeld` if a process is at work on the wiki.
    public func purge(_ name: WikiName, _ date: DumpDate) async throws(DumpError) {
        let wiki = try wiki(name)
        let dates = try RunDirectories(wiki).dates()
        guard dates.contains(date) else {
            let near = dates.isEmpty ? "it has none" : "it has \(dates.map(\.description).joined(separator: ", "))"
            throw DumpError(.usage, "\(name) has no run of \(date)", remedy: near)
        }
        let lock = try locks(wiki)
        try Self.refuse(name, try await lock.holders(), unless: false)
        try await hold(wiki, lock, date, force: false) { wiki throws(DumpError) in
            try RunPurge.remove([date], of: wiki)
        }
    }

    // MARK: All workers

    /// What keeps workers from beginning.
    public enum Stop: String, Sendable, Hashable, CaseIterable {
        /// No job starts.
        case maintenance
        /// No loop starts another dump.
        case exit
    }

    /// The file that stops the workers of the farm.
    public func file(of stop: Stop) -> FilePath {
        let files = StopFiles(in: configuration.farm.privateTree, on: configuration.fileSystem)
        return stop == .maintenance ? files.maintenance : files.exit
    }

    /// Stops all workers of the farm.
    /// - Parameter text: Shown on the index page of the farm during maintenance.
    public func begin(_ stop: Stop, text: String) throws(DumpError) {
        let farm = configuration.farm
        try configuration.fileSystem.makeDirectory(
            farm.privateTree, permissions: WikiDirectories.privateDirectoryPermissions)
        try configuration.fileSystem.write(
            Array((text.isEmpty ? "" : text + "\n").utf8), to: file(of: stop),
            permissions: WikiDirectories.privateFilePermissions)
    }

    /// Lets the workers of the farm go on.
    /// - Returns: Whether they were stopped.
    public func end(_ stop: Stop) throws(DumpError) -> Bool {
        guard try configuration.fileSystem.status(file(of: stop)) != nil else { return false }
        try configuration.fileSystem.remove(file(of: stop))
        return true
    }
}
