public import SystemPackage

/// A lock in the form of the file `lock_DATE` in the wiki's private folder, with `HOST PID` as its only line.
///
/// ## Why no two processes can hold the lock of a wiki
///
/// *Taking.* A file with this content is written under a unique hidden name, made durable, and then linked to `lock_DATE`. The
/// server creates a link in one step, even over NFS, and the link fails if the name exists. So of all processes that try the
/// same date, one wins. If the reply to the request gets lost, the number of names of the file tells whether the link was made.
///
/// *Locks of other dates.* Checking for them and creating a lock are two steps. Both happen under a guard (`flock` on
/// `.lockguard`, which the kernel passes on to other machines over NFS and releases when a process dies). Breaking and
/// releasing happen under it too. So among processes that follow this rule, only one at a time changes the set of locks.
///
/// *Breaking.* A claim that seems stale is renamed to a unique name, which succeeds for only one of many breakers. The renamed
/// file is then checked again. It is removed only if it is the same file with the same content and was not touched since.
/// Otherwise it is put back. Under the guard, this second check can only find that the holder woke up. Without the guard (on a
/// file system without `flock`), it also finds a lock that was newly made after the first check, and that lock survives.
///
/// *Holding.* The hidden name stays while the lock is held, so the inode number of the file cannot be reused. ``refresh(_:)``
/// touches the file through its hidden name, never the public one, and then compares inode numbers. So it can neither keep
/// another process's lock alive nor overlook that its own is gone. ``release(_:)`` removes the public name by the same renaming
/// and checking, so it never removes what another process made.
///
/// *Dying.* After SIGKILL, the file stays. Where its process is known (the same start of the machine, the same container), it is
/// stale at once, because no process has its number and start time. Everywhere else it is stale after `staleage`.
///
/// *Time.* The clock of the file server tells when a lock was touched and what time it is now, so clocks of machines may differ.
///
/// *Numbering.* The epoch is the name of a file in `.fence`, and is raised by renaming that file. This happens after the lock
/// was taken. Then the lock is checked once more, so a process that was overtaken between the two steps gets no grant.
public struct FileLock: Lock {
    /// The wiki.
    public let wiki: WikiName
    private let folder: FilePath
    private let fileSystem: FileSystem
    private let staleAge: Int64
    private let clock: LeaseClock
    private let owner: ProcessIdentity

    /// Creates the lock of a wiki. This claims nothing yet.
    /// - Parameters:
    ///   - wiki: The wiki.
    ///   - privateRoot: The wiki's private folder; created when the lock is acquired.
    ///   - fileSystem: The file system of that folder.
    ///   - staleAge: The number of seconds without a touch after which a lock is stale.
    ///   - clock: The clock for the times of touches. That of the machine stands for that of the file server, which all machines
    ///     share.
    public init(
        wiki: WikiName, privateRoot: FilePath, on fileSystem: FileSystem = .real, staleAge: Int64 = 3600,
        clock: any WallClock = SystemWallClock()
    ) {
        self.init(
            wiki: wiki, privateRoot: privateRoot, on: fileSystem, staleAge: staleAge,
            clock: clock, owner: fileSystem.surroundings.process)
    }

    init(
        wiki: WikiName, privateRoot: FilePath, on fileSystem: FileSystem, staleAge: Int64, clock: any WallClock,
        owner: ProcessIdentity
    ) {
        self.wiki = wiki
        self.fileSystem = fileSystem
        folder = privateRoot
        self.staleAge = staleAge
        self.clock = LeaseClock(clock)
        self.owner = owner
    }

    /// Returns a factory for the locks of a farm's wikis, each in the private folder of its wiki.
    /// - Parameters:
    ///   - staleAge: The number of seconds without a touch after which a lock is stale.
    ///   - clock: The clock for the times of touches, see ``init(wiki:privateRoot:on:staleAge:clock:)``.
    public static func factory(staleAge: Int64, clock: any WallClock = SystemWallClock()) -> LockFactory {
        { wiki throws(DumpError) in
            FileLock(
                wiki: wiki.name, privateRoot: wiki.directories.privateRoot, on: wiki.fileSystem, staleAge: staleAge,
                clock: clock)
        }
    }

    /// Claims the wiki for a run.
    /// - Throws: ``DumpError`` with code `lockHeld`, `permission`, `diskFull` or `fileSystem`.
    public func acquire(_ date: DumpDate, force: Bool) throws(DumpError) -> LockGrant {
        // The folders above the private tree may hold the public one too, so they stay open to everybody.
        try fileSystem.makeDirectory(
            folder, permissions: WikiDirectories.privateDirectoryPermissions, below: folder.removingLastComponent())
        // Checking first saves most losers of a race from writing a file.
        if !force { try refuseIfHeld(now()) }
        let file = try OwnerFile(
            preparing: path(of: date), for: owner, content: "\(owner.host) \(owner.processID)", clock: clock,
            on: fileSystem)
        do throws(DumpError) {
            let epoch = try guarded { () throws(DumpError) in try take(file, force: force) }
            try fileSystem.synchronizeDirectory(folder)
            return LockGrant(date: date, epoch: epoch, token: file.companion.lastComponent?.string ?? "")
        } catch {
            try? guarded { () throws(DumpError) in try file.withdraw() }
            throw error
        }
    }

    /// Removes stale claims (all claims with `force`), gives the file its public name, and numbers the claim. Call it under the
    /// guard.
    private func take(_ file: OwnerFile, force: Bool) throws(DumpError) -> Int64 {
        let now = try now()
        for found in try claims() where force || isStale(found, now) { try found.remove(force: force) }
        for name in try fileSystem.list(folder) where Self.date(of: name) != nil {
            if try fileSystem.linkTarget(folder.appending(name)) != nil {
                try fileSystem.remove(folder.appending(name))
            }
        }
        try sweep(except: file, now)
        try refuseIfHeld(now)
        guard try file.publish() else {
            try refuseIfHeld(now)
            throw overtaken
        }
        let epoch = try EpochMarker(in: folder, on: fileSystem).raise()
        // Without a guard, or by programs that do not know it, a lock of another date may have been made at the same moment.
        // Its maker sees our lock as well, so at least one of the two gives way.
        try refuseIfHeld(now, except: try file.identity())
        guard try file.loss() == nil else { throw overtaken }
        return epoch
    }

    private var overtaken: DumpError { DumpError(.lockHeld, "\(wiki) was locked by another process just now") }

    /// Signals that the holder is alive.
    /// - Throws: ``DumpError`` with code `lockLost` if the claim is no longer ours; another error if that could not be
    ///   determined.
    public func refresh(_ grant: LockGrant) throws(DumpError) {
        guard let reason = try file(of: grant).refresh(by: clock) else { return }
        throw DumpError(
            .lockLost, "the lock of \(wiki) for \(grant.date) is lost: \(reason)",
            remedy: "see who holds it now, then run again")
    }

    /// Releases the claim. Never removes another process's claim, and does nothing if there is no claim.
    public func release(_ grant: LockGrant) throws(DumpError) {
        let file = file(of: grant)
        // Somebody may have removed the whole folder.
        guard try file.identity() != nil else { return }
        try guarded { () throws(DumpError) in try file.withdraw() }
    }

    /// The current holders of the lock, for runs of any date.
    public func holders() throws(DumpError) -> [LockHolder] {
        // Looking changes nothing, so this cannot ask the file server. What counts is asked again by `acquire`.
        let now = clock.estimate
        return try claims().compactMap { claim in
            Self.date(of: claim.path.lastComponent?.string ?? "").map { date in
                LockHolder(
                    date: date, host: claim.owner.host, processID: claim.owner.processID, age: claim.age(now: now),
                    isStale: isStale(claim, now))
            }
        }
    }

    private static let prefix = "lock_"

    private func path(of date: DumpDate) -> FilePath { folder.appending("\(Self.prefix)\(date)") }

    private func file(of grant: LockGrant) -> OwnerFile {
        OwnerFile(path(of: grant.date), companion: grant.token, on: fileSystem)
    }

    /// The date in the name of a lock; nil if the name is not that of a lock.
    private static func date(of name: String) -> DumpDate? {
        name.hasPrefix(prefix) ? DumpDate(name.dropFirst(prefix.count)) : nil
    }

    /// All claims on the wiki, for any date. A name that does not end in a valid date is not a claim.
    /// - Throws: ``DumpError`` with code `fileSystem` if something other than a file has the name of a lock.
    func claims() throws(DumpError) -> [FoundOwner] {
        let names = try fileSystem.list(folder)
        var claims: [FoundOwner] = []
        for name in names where Self.date(of: name) != nil {
            // No program claims a wiki by a symbolic link.
            if try fileSystem.linkTarget(folder.appending(name)) != nil { continue }
            if let claim = try FoundOwner(
                folder.appending(name), companions: names.filter(Self.isCompanion), on: fileSystem)
            {
                claims.append(claim)
            }
        }
        return claims
    }

    private static func isCompanion(_ name: String) -> Bool {
        OwnerFile.parse(companion: name).map { date(of: $0.name) != nil } ?? false
    }

    private func now() throws(DumpError) -> UTCTime { try clock.now(in: folder, on: fileSystem) }

    private func isStale(_ claim: FoundOwner, _ now: UTCTime) -> Bool {
        claim.isStale(now: now, by: clock, staleAge: staleAge)
    }

    /// Removes hidden names that dead processes left without a lock, and files that a breaker renamed before it died.
    private func sweep(except own: OwnerFile, _ now: UTCTime) throws(DumpError) {
        try FoundOwner.sweepAside(in: folder, on: fileSystem, olderThan: staleAge, now: now)
        let held = try claims().map(\.identity)
        for name in try fileSystem.list(folder) where Self.isCompanion(name) {
            let file = folder.appending(name)
            guard file != own.companion, let status = try fileSystem.status(file), !held.contains(status.identity)
            else { continue }
            // A running process may be about to use its name. Of a process that is not known, only the age is.
            let surroundings = fileSystem.surroundings
            let maker = OwnerFile.parse(companion: name)?.owner
            let isAbandoned =
                if let maker, surroundings.sharesTable(with: maker) { surroundings.knowsDead(maker) } else {
                    now.seconds - status.modified.seconds > staleAge
                }
            if isAbandoned { try fileSystem.remove(file) }
        }
    }

    /// Runs a body while no other process or task that follows this rule changes the locks of this wiki.
    ///
    /// The kernel releases the guard when a process dies. If the file system has no such guard, the body runs without it; each
    /// of its steps is safe on its own.
    private func guarded<R>(_ body: () throws(DumpError) -> R) throws(DumpError) -> R {
        try FileGuard(path: folder.appending(".lockguard"), fileSystem: fileSystem, isOptional: true).hold(body)
    }

    private func refuseIfHeld(_ now: UTCTime, except own: [UInt64]? = nil) throws(DumpError) {
        guard let found = try claims().first(where: { $0.identity != own && !isStale($0, now) }) else { return }
        let silence =
            found.touched.seconds > now.seconds + staleAge
            ? "touched in the future, \(found.touched.statusText): check the clocks"
            : "last sign of life \(found.age(now: now)) s ago"
        throw DumpError(
            .lockHeld,
            "\(wiki) is locked by process \(found.owner.processID) on \(found.owner.host), \(silence) (\(found.path))",
            remedy: "wait until it ends; a lock that is not touched for \(staleAge) s is broken by the next worker")
    }
}
