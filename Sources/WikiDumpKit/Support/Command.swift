import CLibrary
public import SystemPackage

/// A program and its arguments. The program is run directly, without a shell.
public struct Command: Sendable, Hashable, CustomStringConvertible {
    /// The program: a path, or a name to look up in the `PATH` of this process.
    public var program: String
    /// The arguments after the program's name. Never put a secret here: every user of the machine can see them.
    public var arguments: [String]
    /// The complete environment. Nothing else is passed on, except a mark that makes the process findable after we are killed.
    public var environment: Environment
    /// The working directory of the program; nil for that of this process.
    public var workingDirectory: FilePath?
    /// The time limits.
    public var limits: Limits

    /// Creates a command.
    public init(
        _ program: String, _ arguments: [String] = [], environment: Environment = .minimal,
        workingDirectory: FilePath? = nil, limits: Limits = Limits()
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.limits = limits
    }

    /// The command as a person would type it. Words with special characters are quoted.
    public var description: String { ([program] + arguments).map(Self.quoted).joined(separator: " ") }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { $0.isAlphanumeric || "-_./:=,+@%".utf8.contains($0) }
        return isPlain && !word.isEmpty ? word : word.inSingleQuotes
    }

    /// The time limits of a command.
    public struct Limits: Sendable, Hashable {
        /// The limit from start to end; nil for none.
        public var time: Duration?
        /// The limit for silence; nil for none. Signs of life are a line on standard error, growth of the output, and work of
        /// the process (time on a core, bytes read or written).
        public var silence: Duration?

        /// Creates limits.
        public init(time: Duration? = nil, silence: Duration? = nil) {
            self.time = time
            self.silence = silence
        }
    }

    /// The environment variables of a command.
    public struct Environment: Sendable, Hashable {
        /// The names and values of the variables.
        public var variables: [String: String]

        /// Creates an environment with only these variables.
        public init(_ variables: [String: String]) { self.variables = variables }

        /// The variables with which a program finds other programs, its home and a place for scratch files. Text is UTF-8.
        public static var minimal: Environment {
            var variables = ["LC_ALL": "C.UTF-8"]
            for name in ["PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TZ"] {
                variables[name] = ProcessEnvironment.value(name)
            }
            return Environment(variables)
        }

        /// Returns the environment with additional or changed variables.
        public func adding(_ more: [String: String]) -> Environment {
            Environment(variables.merging(more) { $1 })
        }
    }
}

/// The environment of this process.
enum ProcessEnvironment {
    /// The value of a variable; nil if it is not set.
    static func value(_ name: String) -> String? {
        // The pointer is read immediately, and nothing here ever changes the environment.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
