import CLibrary
public import SystemPackage

/// A program and its arguments, run as they are: no shell looks at them.
public struct Command: Sendable, Hashable, CustomStringConvertible {
    /// The program: a path, or a name that is looked for in the `PATH` of this process.
    public var program: String
    /// The arguments after the program's name. Never put a secret here: every user of the machine can see them.
    public var arguments: [String]
    /// The environment, whole: nothing else is passed on but a mark by which the process is found when we are killed.
    public var environment: Environment
    /// Where the program starts; nil is the working directory of this process.
    public var workingDirectory: FilePath?
    /// How long it may take.
    public var limits: Limits

    /// Makes a command.
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

    /// The command as a person would type it, words with special characters quoted.
    public var description: String { ([program] + arguments).map(Self.quoted).joined(separator: " ") }

    private static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:=,+@%".utf8.contains(byte)
            }
        }
        return plain && !word.isEmpty
            ? word
            : "'"
                + word.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: #"'\''"#) + "'"
    }
}

extension Command {
    /// How long a command may take.
    public struct Limits: Sendable, Hashable {
        /// From start to end; nil for no limit.
        public var time: Duration?
        /// Without a sign of life: a line on standard error, growth of its output, or work of the process (time
        /// on a core, bytes read or written). Nil for no limit.
        public var silence: Duration?

        /// Makes limits.
        public init(time: Duration? = nil, silence: Duration? = nil) {
            self.time = time
            self.silence = silence
        }
    }

    /// The environment variables a command gets.
    public struct Environment: Sendable, Hashable {
        /// Names and values.
        public var variables: [String: String]

        /// Makes an environment of these variables only.
        public init(_ variables: [String: String]) { self.variables = variables }

        /// What a program needs to find others, its home and a place for scratch files; text is UTF-8.
        public static var minimal: Environment {
            var variables = ["LC_ALL": "C.UTF-8"]
            for name in ["PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TZ"] {
                variables[name] = ProcessEnvironment.value(name)
            }
            return Environment(variables)
        }

        /// The same with more variables, or other values.
        public func adding(_ more: [String: String]) -> Environment {
            Environment(variables.merging(more) { $1 })
        }
    }
}

/// The environment of this process.
enum ProcessEnvironment {
    /// The value of a variable; nil if it is not set.
    static func value(_ name: String) -> String? {
        // The pointer is read at once; nothing here ever changes the environment.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
