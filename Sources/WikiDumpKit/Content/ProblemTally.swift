/// The problems met while a source was read: how many of each kind, and the first of them.
///
/// A damaged wiki may have millions; what is kept of them does not grow.
public struct ProblemTally: Sendable, Hashable {
    /// How many problems are kept as examples.
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

    /// Makes a tally of some problems; without arguments, of none.
    public init(_ problems: [ContentProblem] = []) { add(problems) }

    /// Everything that was left out.
    public var omissions: Int64 { omittedRevisions + omittedPages + omittedLogEntries }

    /// Counts more problems.
    public mutating func add(_ problems: [ContentProblem]) {
        for problem in problems {
            count += 1
            if examples.count < Self.exampleLimit { examples.append(problem) }
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
}
