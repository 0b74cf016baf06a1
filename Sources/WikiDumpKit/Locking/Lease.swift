/// A right that its holder keeps only as long as he shows signs of life. ``LockKeeper`` does that while work goes on.
public protocol Lease: Sendable {
    /// What it is the right to, in words: `the lock of demowiki`.
    var subject: String { get }

    /// Says that the holder is alive. Call it every ten seconds.
    /// - Throws: ``DumpError`` with code `lockLost` when the right is no longer ours; the caller has to stop writing.
    func refresh() throws(DumpError)

    /// Gives the right back. Never takes it from somebody else, and does nothing if it is not held.
    func release() throws(DumpError)
}
