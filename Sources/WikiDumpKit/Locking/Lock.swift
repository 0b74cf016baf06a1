/// Decides which process may dump a wiki.
///
/// A value represents the lock of one wiki. On its own it claims nothing, and it knows claims only by the ``LockGrant`` that is
/// passed to it, so any number of values may represent the lock of the same wiki. ``FileLock`` stores claims as files in the
/// wiki's private folder. Conform a type of your own to store them elsewhere, such as in a database or in etcd, and pass a
/// ``LockFactory`` to ``Worker`` and ``Monitor``. The type must pass `LockConformance` of WikiDumpKitTesting.
///
/// A worker acquires the lock before a run, and refreshes it every ten seconds. A monitor acquires it briefly to
/// clean up after a dead process.
public protocol Lock: Sendable {
    /// The wiki.
    var wiki: WikiName { get }

    /// Claims the wiki for a run.
    ///
    /// If several processes try at the same time, only one succeeds. Another process's claim, for a run of any date, makes this
    /// fail, unless that claim is stale, in which case it is broken.
    /// - Parameters:
    ///   - date: The date of the run.
    ///   - force: Whether to break even a living claim.
    /// - Returns: The claim, with an epoch greater than that of every earlier claim on the wiki.
    /// - Throws: ``DumpError`` with code `lockHeld`, naming the holder, if another process holds the lock; `permission`,
    ///   `diskFull`, `fileSystem` or `unavailable` if the claim cannot be made.
    func acquire(_ date: DumpDate, force: Bool) async throws(DumpError) -> LockGrant

    /// Signals that the holder is alive. Must not revive a broken claim, and must return within some seconds.
    /// - Throws: ``DumpError`` with code `lockLost` if the claim is no longer ours, so that the caller must stop writing;
    ///   another error if that could not be determined.
    func refresh(_ grant: LockGrant) async throws(DumpError)

    /// Releases a claim. Never removes another process's claim, and does nothing if the claim is gone.
    func release(_ grant: LockGrant) async throws(DumpError)

    /// The holders of the lock, for runs of any date. This includes stale claims that were not broken yet; the monitor marks
    /// their runs as aborted.
    func holders() async throws(DumpError) -> [LockHolder]
}

extension Lock {
    /// Claims the wiki for a run, unless another process holds the lock.
    public func acquire(_ date: DumpDate) async throws(DumpError) -> LockGrant { try await acquire(date, force: false) }
}

/// Creates the lock of a wiki, without claiming anything.
public typealias LockFactory = @Sendable (any Wiki) throws(DumpError) -> any Lock

/// A claim on a wiki, as ``Lock/acquire(_:force:)`` granted it.
public struct LockGrant: Sendable, Hashable {
    /// The date of the run.
    public let date: DumpDate
    /// The number of the claim. For a wiki, it only rises from claim to claim, whatever happens to the claims and their
    /// holders. So if two processes both believe that they hold the lock, the one with the greater number is right.
    public let epoch: Int64
    /// Identifies the claim to the lock. It has a meaning only for the lock.
    public let token: String

    /// Creates the description of a claim.
    public init(date: DumpDate, epoch: Int64, token: String) {
        self.date = date
        self.epoch = epoch
        self.token = token
    }
}

/// The holder of a lock, and how long it has been silent.
public struct LockHolder: Sendable, Hashable {
    /// The date of the run.
    public let date: DumpDate
    /// The name of the machine.
    public let host: String
    /// The process on that machine.
    public let processID: Int32
    /// The seconds since the last sign of life.
    public let age: Int64
    /// Whether the claim may be broken, because the process is known to be dead or was silent for too long.
    public let isStale: Bool

    /// Creates the description of a holder.
    public init(date: DumpDate, host: String, processID: Int32, age: Int64, isStale: Bool) {
        self.date = date
        self.host = host
        self.processID = processID
        self.age = age
        self.isStale = isStale
    }
}

extension LockHolder {
    /// The machine name with which processes of this machine hold locks.
    public static var thisHost: String { ProcessIdentity.current.host }
}
