import Synchronization
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
/// ``refresh()`` touches the file by its hidden name, never by the public one, and then compares numbers: it can
/// neither keep somebody else's lock alive nor miss that its own is gone. ``release()`` removes the public name by the
/// same renaming and looking, so it never takes away what another process made.
///
/// *Dying.* After SIGKILL the file stays. On the same machine it is stale at once, because no process has its number
/// and start time; for other machines it is after `staleage`.
public final class FileLock: Lock {
    /// The wiki.
    public let wiki: WikiName
    /// The date of the run.
    public let date: DumpDate

    private struct Claim {
        let companion: FilePath
        let identity: [UInt64]
    }

    private let locks: LockFolder
    private let staleAge: Int64
    private let clock: any WallClock
    private let owner: ProcessIdentity
    private let claim = Mutex<Claim?>(nil)

    /// Makes the lock of a wiki for a run. Nothing is claimed yet.
    /// - Parameters:
    ///   - wiki: the wiki.
    ///   - date: the date of the run.
    ///   - privateRoot: the wiki's private folder; made when the lock is acquired.
    ///   - staleAge: seconds without a touch after which a lock is stale.
    ///   - clock: tells the time of touches.
    public convenience init(
        wiki: WikiName, date: DumpDate, privateRoot: FilePath, staleAge: Int64 = 3600,
        clock: any WallClock = SystemWallClock()
    ) {
        self.init(
            wiki: wiki, date: date, privateRoot: privateRoot, staleAge: staleAge, clock: clock, owner: .current)
    }

    init(
        wiki: WikiName, date: DumpDate, privateRoot: FilePath, staleAge: Int64, clock: any WallClock,
        owner: ProcessIdentity
    ) {
        self.wiki = wiki
        self.date = date
        locks = LockFolder(path: privateRoot)
        self.staleAge = staleAge
        self.clock = clock
        self.owner = owner
    }

    /// Claims the lock.
    /// - Parameter force: break a living claim as well.
    /// - Throws: ``DumpError`` with code `lockHeld`, `permission`, `diskFull` or `fileSystem`.
    public func acquire(force: Bool = false) throws(DumpError) {
        try claim.withLock { claim throws(DumpError) in
            guard claim == nil else {
                throw DumpError(.lockHeld, "this process holds the lock of \(wiki) already", remedy: "release it first")
            }
            try locks.make()
            // Looking first spares most losers of a race the writing of a file.
            if !force { try refuseIfHeld() }
            let name = LockFolder.companionName(date, owner)
            let text = "\(owner.host) \(owner.processID)"
            let identity = try locks.prepare(name, content: text, time: clock.now())
            let made = Claim(companion: locks.path.appending(name), identity: identity)
            do throws(DumpError) {
                try locks.guarded { () throws(DumpError) in try take(name, identity, force: force) }
                try FileSystem.synchronizeDirectory(locks.path)
            } catch {
                try? withdraw(made)
                throw error
            }
            claim = made
        }
    }

    /// Makes room, and gives the companion its public name. Done under the guard.
    private func take(_ name: String, _ identity: [UInt64], force: Bool) throws(DumpError) {
        for found in try claims() where force || isStale(found) { try locks.remove(found, force: force) }
        try locks.sweepCompanions(except: name, olderThan: staleAge, now: clock.now(), host: owner.host)
        try refuseIfHeld()
        guard try locks.publish(name, as: date) else {
            try refuseIfHeld()
            throw DumpError(.lockHeld, "\(wiki) was locked by another process just now")
        }
        // Where there is no guard, and by programs that know of none, a lock of another date may have been made in the
        // same instant. Its maker sees ours as well, so at least one of the two gives way.
        try refuseIfHeld(except: identity)
    }

    /// Says that the holder is alive.
    /// - Throws: ``DumpError`` with code `lockLost` when the claim is no longer ours; another error when it could not be
    ///   found out.
    public func refresh() throws(DumpError) {
        try claim.withLock { claim throws(DumpError) in
            guard let claim else { throw lost("it is not held") }
            guard try FileSystem.status(claim.companion) != nil else { throw lost("its file was removed") }
            try FileSystem.setTime(of: claim.companion, to: clock.now())
            guard let found = try FileSystem.status(locks.lockPath(date)) else { throw lost("its file was removed") }
            guard found.identity == claim.identity else { throw lost("another process has taken it") }
        }
    }

    /// Gives the claim back. Never removes a claim of somebody else, and does nothing if there is none.
    public func release() throws(DumpError) {
        try claim.withLock { claim throws(DumpError) in
            guard let held = claim else { return }
            guard try FileSystem.status(locks.path) != nil else {
                // Somebody removed the whole folder.
                claim = nil
                return
            }
            try withdraw(held)
            claim = nil
        }
    }

    /// Removes both names of a claim, and nothing that belongs to others.
    private func withdraw(_ claim: Claim) throws(DumpError) {
        try locks.guarded { () throws(DumpError) in
            if let found = try LockClaim(locks.lockPath(date), companions: []), found.identity == claim.identity {
                try locks.remove(found, force: true)
            }
            try FileSystem.remove(claim.companion)
        }
    }

    /// Who holds the lock now, for a run of any date, or nil. A living holder is named rather than a stale one.
    public func holder() throws(DumpError) -> LockHolder? {
        let holders = try claims().map(describe)
        return holders.first { !$0.isStale } ?? holders.first
    }

    private func claims() throws(DumpError) -> [LockClaim] { try locks.claims() }

    private func isStale(_ claim: LockClaim) -> Bool {
        claim.isStale(now: clock.now(), staleAge: staleAge, host: owner.host)
    }

    private func describe(_ claim: LockClaim) -> LockHolder {
        claim.holder(now: clock.now(), staleAge: staleAge, host: owner.host)
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

    private func lost(_ reason: String) -> DumpError {
        DumpError(
            .lockLost, "the lock of \(wiki) for \(date) is lost: \(reason)",
            remedy: "see who holds it now, then run again")
    }
}
