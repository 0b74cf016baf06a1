/// The problems found while reading a source: counts by kind, and the first examples.
///
/// A damaged wiki may have millions of problems, so memory stays bounded.
public struct ProblemTally: Sendable, Hashable {
    /// The most examples that are kept: this many that are damage, and this many that are not.
    public static let exampleLimit = 1_000

    /// The first problems.
    public private(set) var examples: [ContentProblem] = []
    /// How many problems there were.
    public private(set) var count: Int64 = 0
    /// Revisions that were left out.
    public private(set) var omittedRevisions: Int64 = 0
    /// Pages that were left out because none of their revisions could be read.
    public private(set) var omittedPages: Int64 = 0
    /// Log entries that were left out.
    public private(set) var omittedLogEntries: Int64 = 0
    /// Items that lack a part in the output, such as an unreadable text.
    public private(set) var incompleteItems: Int64 = 0
    /// Texts that the wiki has marked as bad. They do not count as damage.
    public private(set) var knownBadTexts: Int64 = 0
    /// Titles in namespaces that the wiki does not have. They count as incomplete items too.
    public private(set) var strayTitles: Int64 = 0
    private var damages = 0

    /// Makes a tally of the given problems.
    public init(_ problems: [ContentProblem] = []) { add(problems) }

    /// Makes the tally that a certificate records.
    init(
        examples: [ContentProblem], count: Int64, omittedPages: Int64, omittedRevisions: Int64,
        omittedLogEntries: Int64, incompleteItems: Int64, knownBadTexts: Int64 = 0, strayTitles: Int64 = 0
    ) {
        self.examples = examples
        self.count = count
        self.omittedPages = omittedPages
        self.omittedRevisions = omittedRevisions
        self.omittedLogEntries = omittedLogEntries
        self.incompleteItems = incompleteItems
        self.knownBadTexts = knownBadTexts
        self.strayTitles = strayTitles
        damages = examples.count(where: \.isDamage)
    }

    /// All items that were left out.
    public var omissions: Int64 { omittedRevisions + omittedPages + omittedLogEntries }

    /// All items that were left out or are incomplete.
    public var damage: Int64 { omissions + incompleteItems }

    /// Adds another tally.
    public mutating func add(_ other: ProblemTally) {
        for problem in other.examples { keep(problem) }
        count += other.count
        omittedRevisions += other.omittedRevisions
        omittedPages += other.omittedPages
        omittedLogEntries += other.omittedLogEntries
        incompleteItems += other.incompleteItems
        knownBadTexts += other.knownBadTexts
        strayTitles += other.strayTitles
    }

    /// Adds problems.
    public mutating func add(_ problems: [ContentProblem]) {
        for problem in problems {
            count += 1
            keep(problem)
            if problem.isKnownBad { knownBadTexts += 1 }
            if problem.isStrayTitle { strayTitles += 1 }
            if problem.isLoss, !problem.isOmission { incompleteItems += 1 }
            guard problem.isOmission else { continue }
            if problem.logEntry != nil {
                omittedLogEntries += 1
            } else if problem.revision != nil {
                omittedRevisions += 1
            } else if problem.page != nil {
                omittedPages += 1
            }
        }
    }

    private mutating func keep(_ problem: ContentProblem) {
        // A flood of harmless remarks must not crowd out the problems that are damage.
        guard (problem.isDamage ? damages : examples.count - damages) < Self.exampleLimit else { return }
        examples.append(problem)
        if problem.isDamage { damages += 1 }
    }
}
