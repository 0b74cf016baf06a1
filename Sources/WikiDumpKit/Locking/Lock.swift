/// Decides which process may dump a wiki.
///
/// One value stands for the lock of one wiki. It claims nothing by itself, and knows of no claim but by the
/// ``LockGrant`` it is handed, so any number of values may stand for the lock of the same wiki. ``FileLock`` keeps claims
/// as files in the wiki's private folder. Conform a type of your own to keep them elsewhere, such as in a database or in
/// etcd, and hand a ``LockFactory`` to ``Worker`` and ``Monitor``. It has to pass `LockConformance` of WikiDumpKitTesting.
///
/// A worker acquires the lock before a run, and ``LockKeeper`` refreshes it every ten seconds. A monitor acquires it for a
/// moment to clean up after a process that died.
public protocol Lock: Sendable {
    /// The wiki.
    var wiki: WikiName { get }

    /// Claims the wiki for a run.
    ///
    /// Of all that try at the same time one succeeds. A claim of somebody else, for a run of any date, refuses it, unless
    /// that claim is stale: then it is broken.
    /// - Parameters:
    ///   - date: the date of the run.
    ///   - force: break a living claim as well.
    /// - Returns: the claim, with an epoch greater than that of every claim on the wiki before.
    /// - Throws: ``DumpError`` with code `lockHeld`, naming the holder, when somebody else holds the lock; `permission`,
    ///   `diskFull`, `fileSystem` or `unavailable` when the claim cannot be made.
    func acquire(_ date: DumpDate, force: Bool) async throws(DumpError) -> LockGrant

    /// Says that the holder is alive. Must not revive a claim that was broken, and must return within some seconds.
    /// - Throws: ``DumpError`` with code `lockLost` when the claim is no longer ours, so that the caller has to stop
    ///   writing; another error when that could not be found out.
    func refresh(_ grant: LockGrant) async throws(DumpError)

    /// Gives a claim back. Never removes a claim of somebody else, and does nothing if the claim is gone.
    func release(_ grant: LockGrant) async throws(DumpError)

    /// Who holds the lock, for runs of any date; also those whose claim is stale and was not broken yet. The monitor marks
    /// the runs of those as aborted.
    func holders() async throws(DumpError) -> [LockHolder]
}

extension Lock {
    /// Claims the wiki for a run, unless somebody else holds it.
    public func acquire(_ date: DumpDate) async throws(DumpError) -> LockGrant { try await acquire(date, force: false) }
}

/// Makes the lock of a wiki. Nothing is claimed by that.
public typealias LockFactory = @Sendable (any Wiki) throws(DumpError) -> any Lock

/// A claim on a wiki, as ``Lock/acquire(_:force:)`` granted it.
public struct LockGrant: Sendable, Hashable {
    /// The date of the run.
    public let date: DumpDate
    /// The number of the claim. It only rises for a wiki from claim to claim, whatever becomes of the claims and their
    /// holders. So of two processes that both believe they hold the lock, the one with the greater number is right.
    public let epoch: Int64
    /// By what the lock knows the claim again. It means something to the lock alone.
    public let token: String

    /// Makes the description of a claim.
    public init(date: DumpDate, epoch: Int64, token: String) {
        self.date = date
        self.epoch = epoch
        self.token = token
    }
}

/// Who holds a lock, and since when nothing was heard of it.
public struct LockHolder: Sendable, Hashable {
    /// The date of the run.
    public let date: DumpDate
    /// The machine.
    public let host: String
    /// The process on that machine.
    public let processID: Int32
    /// Seconds since the last sign of life.
    public let age: Int64
    /// Whether the claim may be broken: the process is known to be dead, or was silent for too long.
    public let isStale: Bool

    /// Makes a description of a holder.
    public init(date: DumpDate, host: String, processID: Int32, age: Int64, isStale: Bool) {
        self.date = date
        self.host = host
        self.processID = processID
        self.age = age
        self.isStale = isStale
    }
}

extension LockHolder {
    /// The name under which processes of this machine hold locks.
    public static var thisHost: String { ProcessIdentity.current.host }
}
