public import SystemPackage

/// A lock kept as the file `lock_DATE` in the wiki's private folder, with `HOST PID` as its only line.
///
/// ## Why no two processes can hold the lock of a wiki
///
/// *Taking.* A file with the content is written under a hidden name of its own, made durable, and then linked to
/// `lock_DATE`. A link is made in one step on the server, over NFS too, and fails if the name is there. So of all that
/// try the same date one wins. That the answer to a request can get lost is met by counting the names of the file.
///
/// *Locks of other dates.* Looking at them and making an own one are two steps. Both happen under a guard (`flock` on
/// `.lockguard`, which the kernel passes on to the other machines over NFS and lifts when a process dies), and so do
/// breaking and releasing: of those who follow this rule only one at a time changes the set of locks.
///
/// *Breaking.* The claim judged stale is renamed to a name nobody else uses; of many breakers one succeeds. What was
/// renamed is then looked at again: only if it is the same file, with the same content, and was not touched since, is
/// it removed. Otherwise it is put back. Under the guard this second look can only find that the holder woke up. Without
/// (a file system that has no `flock`), it also finds a lock that was made anew since the judgement, and that lock
/// survives.
///
/// *Holding.* The hidden name stays while the lock is held, so the number of the file cannot be given to another file.
/// ``refresh(_:)`` touches the file by its hidden name, never by the public one, and then compares numbers: it can
/// neither keep somebody else's lock alive nor miss that its own is gone. ``release(_:)`` removes the public name by the
/// same renaming and looking, so it never takes away what another process made.
///
/// *Dying.* After SIGKILL the file stays. On the same machine it is stale at once, because no process has its number
/// and start time; for other machines it is after `staleage`.
///
/// *Numbering.* The epoch is the name of a file in `.fence`, and is raised by renaming that file. It is raised after the
/// lock was taken, and then the lock is looked at once more: whoever was overtaken between the two gets no grant.
public struct FileLock: Lock {
    /// The wiki.
    public let wiki: WikiName
    private let folder: FilePath
    private let staleAge: Int64
    private let clock: any WallClock
    private let owner: ProcessIdentity

    /// Makes the lock of a wiki. Nothing is claimed yet.
    /// - Parameters:
    ///   - wiki: the wiki.
    ///   - privateRoot: the wiki's private folder; made when the lock is acquired.
    ///   - staleAge: seconds without a touch after which a lock is stale.
    ///   - clock: tells the time of touches.
    public init(
        wiki: WikiName, privateRoot: FilePath, staleAge: Int64 = 3600, clock: any WallClock = SystemWallClock()
    ) {
        self.init(wiki: wiki, privateRoot: privateRoot, staleAge: staleAge, clock: clock, owner: .current)
    }

    init(wiki: WikiName, privateRoot: FilePath, staleAge: Int64, clock: any WallClock, owner: ProcessIdentity) {
        self.wiki = wiki
        folder = privateRoot
        self.staleAge = staleAge
        self.clock = clock
        self.owner = owner
    }

    /// Makes the locks of the wikis of a farm, each in the private folder of its wiki.
    /// - Parameters:
    ///   - staleAge: seconds without a touch after which a lock is stale.
    ///   - clock: tells the time of touches.
    public static func factory(staleAge: Int64, clock: any WallClock = SystemWallClock()) -> LockFactory {
        { wiki throws(DumpError) in
            FileLock(
                wiki: wiki.name, privateRoot: wiki.directories.privateRoot, staleAge: staleAge, clock: clock)
        }
    }

    /// Claims the wiki for a run.
    /// - Throws: ``DumpError`` with code `lockHeld`, `permission`, `diskFull` or `fileSystem`.
    public func acquire(_ date: DumpDate, force: Bool) throws(DumpError) -> LockGrant {
        // The folders above the private tree may hold the public one too.
        try FileSystem.makeDirectory(
            folder, permissions: WikiDirectories.privateDirectoryPermissions, below: folder.removingLastComponent())
        // Looking first spares most losers of a race the writing of a file.
        if !force { try refuseIfHeld() }
        let file = try OwnerFile(
            preparing: path(of: date), for: owner, content: "\(owner.host) \(owner.processID)", time: clock.now())
        do throws(DumpError) {
            let epoch = try guarded { () throws(DumpError) in try take(file, force: force) }
            try FileSystem.synchronizeDirectory(folder)
            return LockGrant(date: date, epoch: epoch, token: file.companion.lastComponent?.string ?? "")
        } catch {
            try? guarded { () throws(DumpError) in try file.withdraw() }
            throw error
        }
    }

    /// Makes room, gives the file its public name, and numbers the claim. Done under the guard.
    private func take(_ file: OwnerFile, force: Bool) throws(DumpError) -> Int64 {
        for found in try claims() where force || isStale(found) { try found.remove(force: force) }
        try sweep(except: file)
        try refuseIfHeld()
        guard try file.publish() else {
            try refuseIfHeld()
            throw overtaken
        }
        let epoch = try EpochMarker(in: folder).raise()
        // Where there is no guard, and by programs that know of none, a lock of another date may have been made in the
        // same instant. Its maker sees ours as well, so at least one of the two gives way.
        try refuseIfHeld(except: try file.identity())
        guard try file.loss() == nil else { throw overtaken }
        return epoch
    }

    private var overtaken: DumpError { DumpError(.lockHeld, "\(wiki) was locked by another process just now") }

    /// Says that the holder is alive.
    /// - Throws: ``DumpError`` with code `lockLost` when the claim is no longer ours; another error when it could not be
    ///   found out.
    public func refresh(_ grant: LockGrant) throws(DumpError) {
        guard let reason = try file(of: grant).refresh(at: clock.now()) else { return }
        throw DumpError(
            .lockLost, "the lock of \(wiki) for \(grant.date) is lost: \(reason)",
            remedy: "see who holds it now, then run again")
    }

    /// Gives the claim back. Never removes a claim of somebody else, and does nothing if there is none.
    public func release(_ grant: LockGrant) throws(DumpError) {
        let file = file(of: grant)
        // Somebody may have removed the whole folder.
        guard try file.identity() != nil else { return }
        try guarded { () throws(DumpError) in try file.withdraw() }
    }

    /// Who holds the lock now, for runs of any date.
    public func holders() throws(DumpError) -> [LockHolder] {
        let now = clock.now()
        return try claims().compactMap { claim in
            Self.date(of: claim.path.lastComponent?.string ?? "").map { date in
                LockHolder(
                    date: date, host: claim.owner.host, processID: claim.owner.processID, age: claim.age(now: now),
                    isStale: isStale(claim))
            }
        }
    }

    private static let prefix = "lock_"

    private func path(of date: DumpDate) -> FilePath { folder.appending("\(Self.prefix)\(date)") }

    private func file(of grant: LockGrant) -> OwnerFile { OwnerFile(path(of: grant.date), companion: grant.token) }

    /// The date of a lock, from its name; nil if that is no name of a lock.
    private static func date(of name: String) -> DumpDate? {
        name.hasPrefix(prefix) ? DumpDate(name.dropFirst(prefix.count)) : nil
    }

    /// Every claim on the wiki, of any date. A name that does not end in a day of the calendar is no claim.
    /// - Throws: ``DumpError`` with code `fileSystem` if something else than a file has the name of a lock.
    func claims() throws(DumpError) -> [FoundOwner] {
        let names = try FileSystem.list(folder)
        var claims: [FoundOwner] = []
        for name in names where Self.date(of: name) != nil {
            if let claim = try FoundOwner(folder.appending(name), companions: names.filter(Self.isCompanion)) {
                claims.append(claim)
            }
        }
        return claims
    }

    private static func isCompanion(_ name: String) -> Bool {
        OwnerFile.parse(companion: name).map { date(of: $0.name) != nil } ?? false
    }

    private func isStale(_ claim: FoundOwner) -> Bool {
        claim.isStale(now: clock.now(), staleAge: staleAge, host: owner.host)
    }

    /// Removes hidden names that dead processes left without a lock, and what a breaker that died had renamed.
    private func sweep(except own: OwnerFile) throws(DumpError) {
        let now = clock.now()
        try FoundOwner.sweepAside(in: folder, olderThan: staleAge, now: now)
        let held = try claims().map(\.identity)
        for name in try FileSystem.list(folder) where Self.isCompanion(name) {
            let file = folder.appending(name)
            guard file != own.companion, let status = try FileSystem.status(file), !held.contains(status.identity)
            else { continue }
            // A process of this machine that runs may be about to use its name. Of others only the age is known.
            let maker = OwnerFile.parse(companion: name)?.owner
            let isAbandoned =
                maker?.host == owner.host
                ? maker?.isRunning == false : now.seconds - status.modified.seconds > staleAge
            if isAbandoned { try FileSystem.remove(file) }
        }
    }

    /// Runs a body while no other process or task changes the locks of this wiki by the same rule.
    ///
    /// The kernel lifts the guard when a process dies. Where the file system knows no such guard the body runs without;
    /// each step it takes is safe by itself.
    private func guarded<R>(_ body: () throws(DumpError) -> R) throws(DumpError) -> R {
        try FileGuard(path: folder.appending(".lockguard"), isOptional: true).hold(body)
    }

    private func refuseIfHeld(except own: [UInt64]? = nil) throws(DumpError) {
        guard let found = try claims().first(where: { $0.identity != own && !isStale($0) }) else { return }
        let now = clock.now()
        let silence =
            found.touched.seconds > now.seconds + staleAge
            ? "touched in the future, \(found.touched.statusText): look at the clocks"
            : "last sign of life \(found.age(now: now)) s ago"
        throw DumpError(
            .lockHeld,
            "\(wiki) is locked by process \(found.owner.processID) on \(found.owner.host), \(silence) (\(found.path))",
            remedy: "wait until it ends; a lock that is not touched for \(staleAge) s is broken by the next worker")
    }
}
