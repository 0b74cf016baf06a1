/// Finds the locks of a wiki, for a monitor that looks after those whose process died.
public protocol LockFinder: Sendable {
    /// All locks of a wiki, of any date.
    /// - Throws: ``DumpError`` with code `fileSystem` or `permission` if they cannot be looked at.
    func locks(of wiki: any Wiki) throws(DumpError) -> [FoundLock]

    /// Does something while nobody holds a lock of a wiki and nobody can take one.
    /// - Returns: whether it was done. false if there is a lock, stale or not.
    /// - Throws: what the body throws; ``DumpError`` with code `fileSystem`, `permission` or `lockHeld` if new locks
    ///   cannot be kept away.
    func whileUnlocked(_ wiki: any Wiki, _ body: () throws(DumpError) -> Void) throws(DumpError) -> Bool
}
