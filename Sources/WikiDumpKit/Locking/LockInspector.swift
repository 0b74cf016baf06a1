public import SystemPackage

/// Looks at the lock files of a wiki from outside, and clears away the stale ones.
public struct LockInspector: Sendable {
    /// A lock file.
    public struct Found: Sendable {
        /// The date of the run it is for.
        public let date: DumpDate
        /// Its holder.
        public let holder: LockHolder
        /// The file.
        public let path: FilePath
        let claim: LockClaim
    }

    private let locks: LockFolder
    private let staleAge: Int64
    private let clock: any WallClock

    /// Looks at a wiki's private folder.
    /// - Parameters:
    ///   - privateRoot: the folder.
    ///   - staleAge: seconds without a touch after which a lock is stale.
    ///   - clock: tells what time it is now.
    public init(privateRoot: FilePath, staleAge: Int64 = 3600, clock: any WallClock = SystemWallClock()) {
        locks = LockFolder(path: privateRoot)
        self.staleAge = staleAge
        self.clock = clock
    }

    /// The locks of the wiki, of all dates, stale or not.
    public func locksFound() throws(DumpError) -> [Found] {
        let now = clock.now()
        return try locks.claims().compactMap { claim in
            guard let date = LockFolder.date(ofLock: claim.path.lastComponent?.string ?? "") else { return nil }
            return Found(
                date: date, holder: claim.holder(now: now, staleAge: staleAge, host: ProcessIdentity.current.host),
                path: claim.path, claim: claim)
        }
    }

    /// Removes a lock that is stale.
    /// - Parameters:
    ///   - found: the lock as it was found.
    ///   - beforehand: done while no worker can take the wiki, for instance to mark the run as aborted. Not done if the
    ///     lock turns out to be alive, or to be another one.
    /// - Returns: whether the lock was removed.
    public func removeStale(
        _ found: Found, beforehand: () throws(DumpError) -> Void = {}
    ) throws(DumpError) -> Bool {
        try locks.guarded { () throws(DumpError) in
            let current = try locks.claims().first { $0.path == found.path }
            guard let current, current == found.claim,
                current.isStale(now: clock.now(), staleAge: staleAge, host: ProcessIdentity.current.host)
            else { return false }
            try beforehand()
            return try locks.remove(current, force: false)
        }
    }

    /// Does something while there is no lock and no worker can take one.
    /// - Returns: whether it was done. false if there is a lock, stale or not.
    public func whileUnlocked(_ body: () throws(DumpError) -> Void) throws(DumpError) -> Bool {
        try locks.make()
        return try locks.guarded { () throws(DumpError) in
            guard try locks.claims().isEmpty else { return false }
            try body()
            return true
        }
    }
}
