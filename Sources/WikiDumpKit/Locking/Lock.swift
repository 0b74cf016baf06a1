/// The right to dump one wiki on one date.
///
/// A lock is a value that stands for the claim of one process; nothing is claimed until ``acquire(force:)``.
/// ``FileLock`` keeps it as the file `lock_DATE` in the wiki's private folder. Any other implementation has to pass
/// `LockConformance` of WikiDumpKitTesting.
public protocol Lock: Lease {
    /// The wiki.
    var wiki: WikiName { get }
    /// The date of the run.
    var date: DumpDate { get }

    /// Claims the lock.
    ///
    /// A claim of another process on the same wiki, of any date, refuses it. A stale claim is broken.
    /// - Parameter force: break a living claim as well.
    /// - Throws: ``DumpError`` with code `lockHeld`, naming the holder; `permission`, `diskFull` or `fileSystem` when the
    ///   claim cannot be written.
    func acquire(force: Bool) throws(DumpError)

    /// Who holds the lock now, or nil.
    func holder() throws(DumpError) -> LockHolder?
}

extension Lock {
    /// What is locked.
    public var subject: String { "the lock of \(wiki)" }
}

/// Who holds a lock, and since when nothing was heard of it.
public struct LockHolder: Sendable, Hashable {
    /// The machine.
    public let host: String
    /// The process on that machine.
    public let processID: Int32
    /// Seconds since the last sign of life.
    public let age: Int64
    /// Whether the claim may be broken: the process is known to be dead, or was silent for too long.
    public let isStale: Bool

    /// Makes a description of a holder.
    public init(host: String, processID: Int32, age: Int64, isStale: Bool) {
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
