/// The order in which the wikis of a farm are dumped.
///
/// A queue only proposes. Workers on many machines see the same order; the lock of a wiki decides between them, and
/// ``stillDue(_:)`` tells the one that got the lock whether another was faster. ``claimNext(makeLock:)`` does all of it.
public struct WikiQueue: Sendable {
    /// Which wikis are wanted, and in which order.
    public struct Criteria: Sendable, Hashable {
        /// The date of the run to be made. A wiki whose run of that date is complete has nothing left to do.
        public var date: DumpDate
        /// Leave out wikis dumped on this day or later.
        public var cutoff: DumpDate?
        /// Judge by the time of the last status, not by the date of the run; used when single jobs are wanted.
        public var byStatusTime = false
        /// Keep the order in which the wikis were given.
        public var fixedOrder = false
        /// Propose complete wikis too; the caller knows of something to do in them.
        public var includesComplete = false

        /// Makes criteria for runs of a date.
        public init(date: DumpDate) { self.date = date }
    }

    /// A wiki that may be dumped, and why it has its place.
    public struct Candidate: Sendable {
        /// The wiki.
        public let wiki: any Wiki
        /// What was seen of it when the queue was made.
        public let observation: WikiObservation
    }

    /// Which wikis are wanted, and in which order.
    public let criteria: Criteria
    /// The wikis whose turn it is, the first one first.
    public private(set) var candidates: [Candidate] = []
    /// What was odd: a clock that went backwards, a folder that cannot be read. The wikis concerned are dumped all the
    /// same if they can be.
    public private(set) var problems: [DumpError] = []

    private let clock: any WallClock

    /// Looks at all wikis and puts those that are due in order.
    ///
    /// Never dumped wikis come first, by name. Then come interrupted and failed runs, the oldest first; a run that failed
    /// today has no such right, or it would be tried for ever while others wait. Then come all others, the oldest first.
    /// - Complexity: O(*n* log *n*), and about five system calls for each wiki.
    public init(_ wikis: [any Wiki], criteria: Criteria, clock: any WallClock = SystemWallClock()) {
        self.criteria = criteria
        self.clock = clock
        let now = clock.now()
        for wiki in wikis {
            do throws(DumpError) {
                let observation = try WikiObservation.look(at: wiki, now: now, problems: &problems)
                if isWanted(observation) { candidates.append(Candidate(wiki: wiki, observation: observation)) }
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
    public func stillDue(_ candidate: Candidate) throws(DumpError) -> Bool {
        var ignored: [DumpError] = []
        let current = try WikiObservation.look(at: candidate.wiki, now: clock.now(), problems: &ignored)
        guard isWanted(current) else { return false }
        return current == candidate.observation || current.state == .interrupted || current.state == .never
    }

    private func isWanted(_ observation: WikiObservation) -> Bool {
        guard let latest = observation.latest else { return true }
        if let cutoff = criteria.cutoff {
            let last =
                criteria.byStatusTime ? observation.statusTime.map { DumpDate($0) } : observation.latest
            if let last, last >= cutoff { return false }
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
        guard let latest = observation.latest else {
            return Rank(group: 0, date: "", second: 0, name: candidate.wiki.name)
        }
        let isToday = latest >= DumpDate(now)
        let goesFirst = observation.state == .interrupted || (observation.state == .failed && !isToday)
        return Rank(
            group: goesFirst ? 1 : 2, date: criteria.byStatusTime ? "" : latest.description,
            // A time of the future says nothing; it must not keep a wiki at the end for ever.
            second: observation.statusTime.map { min($0.seconds, now.seconds) } ?? Int64.min, name: candidate.wiki.name)
    }
}
