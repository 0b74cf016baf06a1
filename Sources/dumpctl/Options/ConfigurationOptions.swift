public import ArgumentParser
import Logging
import Synchronization
public import WikiDumpKit

/// The option that every command with a configuration has.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: [.customLong("configfile"), .customShort("c")],
        help: ArgumentHelp(
            "The configuration file, and a section in it that overrides others.",
            discussion: """
                Without it: the file that DUMPCTL_CONFIG names, or else wikidump.conf beside the program, \
                /etc/wikidump.conf and ~/.wikidump.conf, of which the later ones win; if there is none of these, \
                ./wikidump.conf. A file named here wins over all of them.
                """, valueName: "file[:section]"), completion: .file())
    var configurationFile: String?

    func load() throws(DumpError) -> Configuration { try ConfigurationLoader().load(configurationFile) }

    /// Reads the configuration, and reports its problems.
    func load(_ teller: ProblemTeller) throws(DumpError) -> Configuration {
        let configuration = try load()
        teller.tell(configuration.notices)
        return configuration
    }
}

extension WikiName: ExpressibleByArgument {
    /// Takes a database name from the command line.
    public init?(argument: String) { self.init(argument) }
}

/// Reports problems of the configuration: each once, no matter how often the configuration is read.
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
