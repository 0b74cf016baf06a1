/// What came of the wish to dump the next wiki.
enum WikiClaim: Sendable {
    /// The wiki is ours until the lock is released.
    case claimed(WikiQueue.Candidate, lock: any Lock)
    /// No wiki is due.
    case nothingDue
    /// Wikis are due, and others are at work on all of them.
    case allHeld(count: Int)
}

extension WikiQueue {
    /// Takes the lock of the first wiki that is due and free.
    ///
    /// Workers that start in the same instant try the same wikis in the same order; each gets another one. A wiki whose
    /// lock cannot be taken for another reason, such as a folder that is not ours, does not keep the others waiting.
    /// - Parameters:
    ///   - hasWork: whether the caller finds something to do in a wiki; asked before its lock is taken.
    ///   - makeLock: makes the lock of a wiki for the run that the caller would make; claims nothing.
    /// - Throws: if no wiki could be claimed, the first error there was, other than a lock that is held.
    func claimNext(
        where hasWork: (Candidate) throws(DumpError) -> Bool = { _ throws(DumpError) in true },
        makeLock: (Candidate) throws(DumpError) -> any Lock
    ) throws(DumpError) -> WikiClaim {
        var held = 0
        var failure: DumpError?
        for candidate in candidates {
            do throws(DumpError) {
                guard try hasWork(candidate) else { continue }
                let lock = try makeLock(candidate)
                try lock.acquire(force: false)
                if try isStillDue(candidate, under: lock) { return .claimed(candidate, lock: lock) }
                try lock.release()
            } catch {
                if error.code == .lockHeld { held += 1 } else { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
        return held > 0 ? .allHeld(count: held) : .nothingDue
    }

    /// Asks whether a wiki is due, and lets go of its lock if that cannot be found out.
    private func isStillDue(_ candidate: Candidate, under lock: any Lock) throws(DumpError) -> Bool {
        do throws(DumpError) {
            return try stillDue(candidate)
        } catch {
            try? lock.release()
            throw error
        }
    }
}
