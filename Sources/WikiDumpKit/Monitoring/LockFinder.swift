/// Finds the locks of a wiki, for a monitor that looks after those whose process died.
public protocol LockFinder: Sendable {
    /// All locks of a wiki, of any date.
    /// - Throws: ``DumpError`` with code `fileSystem` or `permission` if they cannot be looked at.
    func locks(of wiki: any Wiki) throws(DumpError) -> [FoundLock]
}

/// A lock that is held, or was left behind.
public struct FoundLock: Sendable {
    /// The date of the run it stands for.
    public let date: DumpDate
    /// Who made it, and whether that process is still alive.
    public let holder: LockHolder
    private let remover: @Sendable () throws(DumpError) -> Void

    /// Describes a lock.
    /// - Parameter remove: removes the lock if it is still the stale one that was found; does nothing otherwise.
    public init(date: DumpDate, holder: LockHolder, remove: @escaping @Sendable () throws(DumpError) -> Void) {
        self.date = date
        self.holder = holder
        remover = remove
    }

    /// Removes the lock if it is still the stale one that was found.
    public func remove() throws(DumpError) { try remover() }
}
