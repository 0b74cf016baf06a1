/// The result of claiming the next wiki.
enum WikiClaim: Sendable {
    /// The wiki is ours until the claim is released.
    case claimed(WikiQueue.Candidate, any Lock, LockGrant)
    /// No wiki is due.
    case nothingDue
    /// Wikis are due, but other processes are working on all of them.
    case allHeld(count: Int)
}

extension WikiQueue {
    /// Takes the lock of the first wiki that is due and free.
    ///
    /// Workers that start at the same moment try the same wikis in the same order, and each gets a different one. If a lock
    /// cannot be taken for another reason, such as a folder owned by another user, the other wikis are still tried.
    /// - Parameters:
    ///   - hasWork: Whether the caller finds something to do in a wiki; called before its lock is taken.
    ///   - date: The date of the run that the caller would make.
    ///   - locks: Makes the lock of a wiki.
    /// - Throws: The first error other than a held lock, if no wiki could be claimed.
    func claimNext(
        where hasWork: (Candidate) throws(DumpError) -> Bool = { _ throws(DumpError) in true },
        date: (Candidate) throws(DumpError) -> DumpDate, locks: LockFactory
    ) async throws(DumpError) -> WikiClaim {
        var held = 0
        var failure: DumpError?
        for candidate in candidates {
            do throws(DumpError) {
                guard try hasWork(candidate) else { continue }
                let lock = try locks(candidate.wiki)
                let grant = try await lock.acquire(try date(candidate))
                if try await lock.confirm(grant, { () throws(DumpError) in try stillDue(candidate) }) {
                    return .claimed(candidate, lock, grant)
                }
            } catch {
                if error.code == .lockHeld { held += 1 } else { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
        return held > 0 ? .allHeld(count: held) : .nothingDue
    }
}

extension Lock {
    /// Checks whether a claim is still wanted. Releases it if not, or if the check fails.
    func confirm(
        _ grant: LockGrant, _ isWanted: () throws(DumpError) -> Bool
    ) async throws(DumpError) -> Bool {
        do throws(DumpError) {
            if try isWanted() { return true }
        } catch {
            try? await release(grant)
            throw error
        }
        try await release(grant)
        return false
    }
}
