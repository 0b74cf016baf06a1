/// The problems met while a source was read: how many of each kind, and the first of them.
///
/// A damaged wiki may have millions; what is kept of them does not grow.
public struct ProblemTally: Sendable, Hashable {
    /// How many problems are kept as examples: of those that cost something, and of the others.
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
    /// Items that were written without a part of theirs, such as a text that cannot be read.
    public private(set) var incompleteItems: Int64 = 0
    /// Texts that the wiki has marked as bad; they count as whole.
    public private(set) var knownBadTexts: Int64 = 0
    /// Titles in namespaces that the wiki does not have; they are among the incomplete items.
    public private(set) var strayTitles: Int64 = 0
    private var damages = 0

    /// Makes a tally of some problems; without arguments, of none.
    public init(_ problems: [ContentProblem] = []) { add(problems) }

    /// Makes the tally that a certificate tells of.
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

    /// Everything that was left out.
    public var omissions: Int64 { omittedRevisions + omittedPages + omittedLogEntries }

    /// Everything that was left out, as a whole or in part.
    public var damage: Int64 { omissions + incompleteItems }

    /// Counts the problems of another tally.
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

    /// Counts more problems.
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
        // Remarks without end must not crowd out what is missing.
        guard (problem.isDamage ? damages : examples.count - damages) < Self.exampleLimit else { return }
        examples.append(problem)
        if problem.isDamage { damages += 1 }
    }
}
