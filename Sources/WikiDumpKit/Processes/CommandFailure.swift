/// Why a command failed.
struct CommandFailure: Error, Sendable, CustomStringConvertible {
    /// The class of the failure. It decides whether a retry makes sense.
    enum Kind: Sendable, Hashable {
        /// The program does not exist or must not be run.
        case notStarted
        /// The command ended with an exit status other than 0.
        case exited(Int32)
        /// The command was ended by a signal that we did not send.
        case signaled(Int32)
        case timeLimit
        /// The command showed no sign of life.
        case silence
        /// The command wrote more than may be collected.
        case tooMuchOutput
        /// The output is incomplete or does not hold what it should.
        case outputBad
        /// We could not read or write a file.
        case fileSystem
        case diskFull
        case cancelled
    }

    let kind: Kind
    /// The name of the invocation.
    let name: String
    /// What failed, including the command and the last thing it said.
    let message: String
    /// How the command ended; nil if it never started.
    var outcome: CommandOutcome? = nil
    var cause: DumpError? = nil

    var description: String { "\(name): \(message)" }
}

extension CommandFailure {
    /// The failure of a command that ended badly.
    /// - Parameter output: The last lines of its output, if collected.
    init(of invocation: Invocation, _ outcome: CommandOutcome, output: [String]) {
        let (kind, reason) = outcome.explanation
        // Some programs report errors on standard output.
        let words = (Complaint.line(among: outcome.lastLines) ?? Complaint.line(among: output)).map { ": \($0)" } ?? ""
        self.init(
            kind: kind, name: invocation.name, message: "\(outcome.command) \(reason)\(words)", outcome: outcome)
    }

    /// One of our own errors as the failure of a command.
    init(of name: String, _ error: DumpError, _ outcome: CommandOutcome? = nil) {
        let kind: Kind =
            switch error.code {
            case .outputBad: .outputBad
            case .diskFull: .diskFull
            case .cancelled: .cancelled
            default: .fileSystem
            }
        self.init(kind: kind, name: name, message: error.description, outcome: outcome, cause: error)
    }

    /// Whether this failure repeats the previous one word for word, so that another attempt is pointless. For example, an
    /// argument is wrong, or counts disagree and do not change. An unreachable server is different: it causes the same
    /// message until it is back.
    func repeats(_ other: CommandFailure?) -> Bool {
        guard let other, kind == other.kind, !complaint.isEmpty, complaint == other.complaint else { return false }
        let text = complaint.joined(separator: " ").lowercased()
        return !Self.wordsOfServers.contains { text.contains($0) }
    }

    /// The part of the failure that stays the same from one attempt to the next.
    private var complaint: [String] {
        switch kind {
        case .outputBad: [message]
        case .exited: outcome.flatMap { Complaint.line(among: $0.lastLines) }.map { [$0] } ?? []
        default: []
        }
    }

    private static let wordsOfServers = [
        "connect", "gone away", "timeout", "timed out", "deadlock", "killed", "interrupted", "shutdown", "try again",
        "cannot access the database",
    ]
}

extension CommandOutcome {
    /// The class of the failure, and the words to write after the command.
    fileprivate var explanation: (CommandFailure.Kind, String) {
        switch (stop, status) {
        case (.cancelled, _): (.cancelled, "was stopped")
        case (.timeLimit, _): (.timeLimit, "was stopped after its limit of \(command.limits.time ?? .zero)")
        case (.silence, _): (.silence, "was stopped: no sign of life for \(command.limits.silence ?? .zero)")
        case (.tooMuchOutput, _): (.tooMuchOutput, "was stopped: it wrote more output than is accepted")
        case (_, .exited(let code)): (.exited(code), "ended with \(status)")
        case (_, .signaled(let number)): (.signaled(number), "was ended by \(status)")
        }
    }
}

extension DumpError {
    /// The failure as an error of a job.
    init(_ failure: CommandFailure) {
        let code: Code =
            switch failure.kind {
            case .outputBad: .outputBad
            case .cancelled: .cancelled
            case .diskFull: .diskFull
            case .fileSystem: failure.cause?.code ?? .fileSystem
            default: .jobFailed
            }
        let remedy =
            switch failure.kind {
            case .notStarted: "install the program, or correct its path in the configuration"
            case .exited, .signaled: "run the command by hand to see what it says"
            case .timeLimit: "raise the time limit, or find out what delays the command"
            case .silence: "find out what the command waits for; raise the limit if such a silence is normal"
            default: failure.cause?.remedy ?? ""
            }
        self.init(code, failure.description, remedy: remedy, cause: nil)
    }
}

/// Finds the line of a program's messages that says what went wrong.
///
/// PHP and MediaWiki print the error first and then a stack trace. So the last line says nothing useful.
enum Complaint {
    private static let longest = 400

    /// The last line that names an error, or else the last line that is not part of a stack trace. Long lines are shortened.
    /// - Returns: nil if there are no messages.
    static func line(among lines: [String]) -> String? {
        let said = lines.filter { !$0.trimmingBlanks().isEmpty }
        guard let line = said.last(where: isTelling) ?? said.last(where: { !isTrace($0) }) ?? said.last else {
            return nil
        }
        let text = line.trimmingBlanks()
        return text.count <= longest ? String(text) : text.prefix(longest) + "…"
    }

    /// Whether a line names a PHP error, or an exception as MediaWiki prints it.
    static func isTelling(_ line: String) -> Bool {
        let text = line.trimmingBlanks()
        return text.contains("Fatal error: ") || text.contains("Parse error: ") || text.contains("Uncaught ")
            || ["Error from ", "Caught exception", "MediaWiki internal error"].contains(where: text.hasPrefix)
            || isLogged(text)
    }

    /// Matches `[3f2a…] [no req]   Class: message`: an exception with a request id.
    private static func isLogged(_ text: Substring) -> Bool {
        guard text.first == "[", let end = text.firstIndex(of: "]") else { return false }
        let number = text[..<end].dropFirst()
        return number.count >= 8 && number.allSatisfy(\.isHexDigit) && text[end...].contains(": ")
    }

    /// Whether a line is part of a stack trace.
    private static func isTrace(_ line: String) -> Bool {
        let text = line.trimmingBlanks()
        if ["Stack trace:", "Backtrace:", "thrown in ", "from /"].contains(where: text.hasPrefix) { return true }
        return text.first == "#" && text.dropFirst().first?.isNumber == true
    }
}
