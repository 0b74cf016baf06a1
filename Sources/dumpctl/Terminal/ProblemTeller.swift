import Logging
import Synchronization
import WikiDumpKit

/// Tells problems of the configuration, each once however often the configuration is read.
final class ProblemTeller: Sendable {
    private let logger: Logger
    private let told = Mutex<Set<ConfigurationProblem>>([])

    init(_ logger: Logger) { self.logger = logger }

    func tell(_ problems: [ConfigurationProblem]) {
        for problem in problems where told.withLock({ $0.insert(problem).inserted }) {
            logger.log(level: problem.severity == .note ? .notice : .warning, "\(problem)")
        }
    }
}
