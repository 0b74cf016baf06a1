import SystemPackage

/// The order in which the wikis of a farm are dumped.
///
/// A queue only makes proposals. Workers on many machines see the same order. The lock of a wiki decides between them, and
/// ``stillDue(_:)`` tells the one that got the lock whether another worker was faster. ``claimNext(where:date:locks:)`` does
/// both.
struct WikiQueue: Sendable {
    /// Which wikis are wanted, and in which order.
    struct Criteria: Sendable, Hashable {
        /// The date of the run to be made. A wiki whose run of that date is complete has nothing left to do.
        var date: DumpDate
        /// Leave out wikis dumped on this day or later, successfully or not. Interrupted runs must still be finished, and runs
        /// of only some jobs do not count as dumps.
        var cutoff: DumpDate?
        /// Judge by the time of the last status instead of the date of the run; used if single jobs are wanted.
        var byStatusTime = false
        /// Keep the order in which the wikis were given.
        var fixedOrder = false
        /// Propose complete wikis too, because the caller has something to do in them.
        var includesComplete = false
    }

    /// A wiki that may be dumped, and what determines its place.
    struct Candidate: Sendable {
        let wiki: any Wiki
        /// The state of the wiki when the queue was made.
        let observation: WikiObservation
    }

    let criteria: Criteria
    /// The wikis that are due, the next one first.
    private(set) var candidates: [Candidate] = []
    /// The wikis that are left out because their run failed today. They wait until tomorrow, or until somebody names them.
    private(set) var failedToday: [WikiName] = []
    /// The wikis whose run failed today and will be retried later, with the time of the retry.
    private(set) var waiting: [WikiName: UTCTime] = [:]
    /// The wikis that are left out because of the cutoff and whose run failed since then, before today.
    private(set) var failedSinceCutoff: [WikiName] = []
    /// Anomalies, such as a clock that went backwards or an unreadable folder. The affected wikis are dumped anyway if
    /// possible.
    private(set) var problems: [DumpError] = []

    private let clock: any WallClock

    /// Examines all wikis and puts those that are due in order.
    ///
    /// Wikis that were never dumped come first, by name. Next come runs that failed or were interrupted before today, the
    /// oldest first, and then all others that nobody worked on today, the oldest first. Runs that were interrupted today
    /// follow, so that a wiki on which every process dies does not keep the others waiting. Runs that failed today come last,
    /// each time after a longer pause. They are left out after too many attempts, or if they cannot succeed, so that workers
    /// that continue until nothing is left come to an end.
    /// - Complexity: O(*n* log *n*), and about seven system calls for each wiki.
    init(_ wikis: [any Wiki], criteria: Criteria, clock: any WallClock = SystemWallClock()) {
        self.criteria = criteria
        self.clock = clock
        let now = clock.now()
        for wiki in wikis {
            do throws(DumpError) {
                let observation = try WikiObservation.look(at: wiki, now: now, problems: &problems)
                if observation.hasFailedToday(now) {
                    switch observation.retryTime(now, wiki.settings) {
                    case nil: failedToday.append(wiki.name)
                    case let time? where time > now: waiting[wiki.name] = time
                    default: candidates.append(Candidate(wiki: wiki, observation: observation))
                    }
                } else if isWanted(observation) {
                    candidates.append(Candidate(wiki: wiki, observation: observation))
                } else if criteria.cutoff != nil, observation.state == .failed {
                    failedSinceCutoff.append(wiki.name)
                }
            } catch {
                problems.append(error)
            }
        }
        guard !criteria.fixedOrder else { return }
        let keyed = candidates.map { ($0, rank($0, now: now)) }
        candidates = keyed.sorted { $0.1 < $1.1 }.map(\.0)
    }

    /// Whether a wiki in the queue still has to be dumped. Call it while holding the wiki's lock.
    ///
    /// Another worker may have dumped the wiki between the making of the queue and the taking of the lock. In that case, its
    /// newest run has changed and is not interrupted either.
    func stillDue(_ candidate: Candidate) throws(DumpError) -> Bool {
        var ignored: [DumpError] = []
        let now = clock.now()
        // A client of NFS may believe for a while that the wiki has no folder, until it opens the folder around it. What is in
        // there, and whether it can be listed, does not matter.
        _ = try? candidate.wiki.fileSystem.list(candidate.wiki.directories.publicRoot.removingLastComponent())
        let current = try WikiObservation.look(at: candidate.wiki, now: now, problems: &ignored)
        if current.hasFailedToday(now) { return current == candidate.observation }
        guard isWanted(current) else { return false }
        return current == candidate.observation || current.state == .interrupted || current.state == .never
    }

    private func isWanted(_ observation: WikiObservation) -> Bool {
        guard let latest = observation.latest else { return true }
        if let cutoff = criteria.cutoff {
            let last =
                criteria.byStatusTime ? observation.statusTime.map { DumpDate($0) } : observation.latest
            let isUnfinished =
                observation.state == .interrupted || observation.state == .partial && !criteria.byStatusTime
            if let last, last >= cutoff, !isUnfinished { return false }
        }
        return criteria.includesComplete || latest < criteria.date || observation.state != .complete
    }

    /// The place of a candidate in the queue; lower comes earlier.
    private struct Rank: Comparable {
        let group: Int
        let date: String
        let second: Int64
        let name: WikiName

        static func < (a: Rank, b: Rank) -> Bool {
            (a.group, a.date, a.second, a.name) < (b.group, b.date, b.second, b.name)
        }
    }

    private func rank(_ candidate: Candidate, now: UTCTime) -> Rank {
        let observation = candidate.observation
        if observation.hasFailedToday(now) {
            return Rank(
                group: 5, date: "", second: observation.failures?.time.seconds ?? 0, name: candidate.wiki.name)
        }
        guard let latest = observation.latest else {
            return Rank(group: 0, date: "", second: 0, name: candidate.wiki.name)
        }
        let isBroken = observation.state == .interrupted || observation.state == .failed
        let group =
            switch (observation.isOfToday(now), isBroken) {
            case (false, true): 1
            case (false, false): 2
            case (true, true): 3
            case (true, false): 4
            }
        return Rank(
            group: group, date: criteria.byStatusTime ? "" : latest.description,
            // A time in the future means nothing; it must not keep a wiki at the end forever.
            second: observation.statusTime.map { min($0.seconds, now.seconds) } ?? Int64.min, name: candidate.wiki.name)
    }
}

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
                if try await lock.confirm(
                    grant, in: candidate.wiki.fileSystem.surroundings,
                    { () throws(DumpError) in try stillDue(candidate) })
                {
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
        _ grant: LockGrant, in surroundings: Surroundings, _ isWanted: () throws(DumpError) -> Bool
    ) async throws(DumpError) -> Bool {
        do throws(DumpError) {
            if try isWanted() { return true }
        } catch {
            try? await releaseUncancelled(grant, in: surroundings)
            throw error
        }
        try await releaseUncancelled(grant, in: surroundings)
        return false
    }
}
