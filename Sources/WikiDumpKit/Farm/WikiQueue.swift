/// The order in which the wikis of a farm are dumped.
///
/// A queue only proposes. Workers on many machines see the same order; the lock of a wiki decides between them, and
/// ``stillDue(_:)`` tells the one that got the lock whether another was faster. ``claimNext(where:date:locks:)`` does all of it.
struct WikiQueue: Sendable {
    /// Which wikis are wanted, and in which order.
    struct Criteria: Sendable, Hashable {
        /// The date of the run to be made. A wiki whose run of that date is complete has nothing left to do.
        var date: DumpDate
        /// Leave out wikis dumped on this day or later, well or not. A run that was interrupted has still to be finished,
        /// and a run of some jobs is no whole one.
        var cutoff: DumpDate?
        /// Judge by the time of the last status, not by the date of the run; used when single jobs are wanted.
        var byStatusTime = false
        /// Keep the order in which the wikis were given.
        var fixedOrder = false
        /// Propose complete wikis too; the caller knows of something to do in them.
        var includesComplete = false

        /// Makes criteria for runs of a date.
        init(date: DumpDate) { self.date = date }
    }

    /// A wiki that may be dumped, and why it has its place.
    struct Candidate: Sendable {
        /// The wiki.
        let wiki: any Wiki
        /// What was seen of it when the queue was made.
        let observation: WikiObservation
    }

    /// Which wikis are wanted, and in which order.
    let criteria: Criteria
    /// The wikis whose turn it is, the first one first.
    private(set) var candidates: [Candidate] = []
    /// The wikis that are left out because their run failed today. They wait for tomorrow, or for somebody to name them.
    private(set) var failedToday: [WikiName] = []
    /// The wikis whose run failed today and is tried again later, and when.
    private(set) var waiting: [WikiName: UTCTime] = [:]
    /// The wikis that are left out because of the cutoff, and whose run failed since then, before today.
    private(set) var failedSinceCutoff: [WikiName] = []
    /// What was odd: a clock that went backwards, a folder that cannot be read. The wikis concerned are dumped all the
    /// same if they can be.
    private(set) var problems: [DumpError] = []

    private let clock: any WallClock

    /// Looks at all wikis and puts those that are due in order.
    ///
    /// Never dumped wikis come first, by name. Then come runs that failed or were interrupted before today, the oldest
    /// first; then all others that nobody worked on today, the oldest first. What was interrupted today comes after them,
    /// so that a wiki on which every process dies does not keep the others waiting. What failed today comes last, each time
    /// after a longer pause, and is left out when it was tried often enough or cannot go well; so workers who go on until
    /// nothing is left come to an end.
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

    /// Whether a wiki of the queue has to be dumped still. To be asked while its lock is held.
    ///
    /// Between the making of the queue and the taking of the lock another worker may have dumped the wiki. Then its
    /// newest run is not what it was, and is not interrupted either.
    func stillDue(_ candidate: Candidate) throws(DumpError) -> Bool {
        var ignored: [DumpError] = []
        let now = clock.now()
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

    /// Where a candidate stands in the queue: lower is earlier.
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
            // A time of the future says nothing; it must not keep a wiki at the end for ever.
            second: observation.statusTime.map { min($0.seconds, now.seconds) } ?? Int64.min, name: candidate.wiki.name)
    }
}
