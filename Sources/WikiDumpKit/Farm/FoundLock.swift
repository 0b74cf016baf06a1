/// A lock that is held, or was left behind.
public struct FoundLock: Sendable {
    /// The date of the run it stands for.
    public let date: DumpDate
    /// Who made it, and whether that process is still alive.
    public let holder: LockHolder
    private let remover: Remover

    /// Removes a lock if it is still the stale one that was found, after doing what it is given while nobody can take
    /// the wiki. Says whether it did.
    public typealias Remover = @Sendable (_ beforehand: () throws(DumpError) -> Void) throws(DumpError) -> Bool

    /// Describes a lock.
    public init(date: DumpDate, holder: LockHolder, remove: @escaping Remover) {
        self.date = date
        self.holder = holder
        remover = remove
    }

    /// Removes the lock if it is still the stale one that was found.
    /// - Parameter beforehand: done while nobody can take the wiki; not done if the lock is alive or another one.
    /// - Returns: whether the lock was removed.
    public func remove(beforehand: () throws(DumpError) -> Void = {}) throws(DumpError) -> Bool {
        try remover(beforehand)
    }
}
