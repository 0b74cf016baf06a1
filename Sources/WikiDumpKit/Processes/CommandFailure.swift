/// Why a command did not do well.
struct CommandFailure: Error, Sendable, CustomStringConvertible {
    /// The class of the failure: what a retry is decided by.
    enum Kind: Sendable, Hashable {
        /// The program is not there, or may not be run.
        case notStarted
        /// The command ended with an exit status other than 0.
        case exited(Int32)
        /// The command was ended by a signal that was not ours.
        case signaled(Int32)
        /// The command took longer than its limit.
        case timeLimit
        /// The command gave no sign of life.
        case silence
        /// More was written than may be collected.
        case tooMuchOutput
        /// What was written is not whole, or does not hold what it should.
        case outputBad
        /// A file could not be read or written by us.
        case fileSystem
        /// The disk is full.
        case diskFull
        /// The task was cancelled.
        case cancelled
    }

    /// The class.
    let kind: Kind
    /// The name of the invocation.
    let name: String
    /// What failed, naming the command and the last thing it said.
    let message: String
    /// How the command ended; nil if it was not started.
    let outcome: CommandOutcome?
    /// The error underneath, if there was one.
    let cause: DumpError?

    /// One line.
    var description: String { "\(name): \(message)" }
}

extension CommandFailure {
    /// What is the matter with a command that ended badly.
    /// - Parameter output: The last lines of what it wrote, if that was collected.
    init(of invocation: Invocation, _ outcome: CommandOutcome, output: [String]) {
        let (kind, reason) = outcome.explanation
        // Some programs tell on their output what keeps them from making any.
        let words = (Complaint.line(among: outcome.lastLines) ?? Complaint.line(among: output)).map { ": \($0)" } ?? ""
        self.init(
            kind: kind, name: invocation.name, message: "\(outcome.command) \(reason)\(words)", outcome: outcome,
            cause: nil)
    }

    /// An error of ours as the failure of a command.
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

    /// Whether this is word for word the failure of the try before, so that there is no point in a third: an argument is
    /// wrong, or counts do not agree and do not change. A server that is away says the same for as long as it is.
    func repeats(_ other: CommandFailure?) -> Bool {
        guard let other, kind == other.kind, !complaint.isEmpty, complaint == other.complaint else { return false }
        let text = complaint.joined(separator: " ").lowercased()
        return !Self.wordsOfServers.contains { text.contains($0) }
    }

    /// What the failure is about, without what differs from one try to the next.
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
    /// What is the matter with it: the class, and words that follow the command.
    fileprivate var explanation: (CommandFailure.Kind, String) {
        switch (stop, status) {
        case (.cancelled, _): (.cancelled, "was stopped")
        case (.timeLimit, _): (.timeLimit, "was stopped after its limit of \(command.limits.time ?? .zero)")
        case (.silence, _): (.silence, "was stopped: no sign of life for \(command.limits.silence ?? .zero)")
        case (.tooMuchOutput, _): (.tooMuchOutput, "was stopped: it wrote more than can be taken")
        case (_, .exited(let code)): (.exited(code), "ended with \(status)")
        case (_, .signaled(let number)): (.signaled(number), "was ended by \(status)")
        }
    }
}

extension DumpError {
    /// The same as an error of a job.
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
            case .timeLimit: "raise the limit of time, or find out what holds the command up"
            case .silence: "find out what the command waits for; raise the limit if it may be silent for so long"
            default: failure.cause?.remedy ?? ""
            }
        self.init(code, failure.description, remedy: remedy, cause: nil)
    }
}

/// The line among those that a program said which tells what went wrong.
///
/// PHP and MediaWiki say it first, and behind it where it happened, call by call: the last line tells nothing.
enum Complaint {
    private static let longest = 400

    /// The last line that names an error, or else the last that is no part of a trace; shortened if need be.
    /// - Returns: nil if nothing was said.
    static func line(among lines: [String]) -> String? {
        let said = lines.filter { !$0.trimmingBlanks().isEmpty }
        guard let line = said.last(where: isTelling) ?? said.last(where: { !isTrace($0) }) ?? said.last else {
            return nil
        }
        let text = line.trimmingBlanks()
        return text.count <= longest ? String(text) : text.prefix(longest) + "…"
    }

    /// Whether a line names an error of PHP, or an exception as MediaWiki shows it.
    static func isTelling(_ line: String) -> Bool {
        let text = line.trimmingBlanks()
        return text.contains("Fatal error: ") || text.contains("Parse error: ") || text.contains("Uncaught ")
            || ["Error from ", "Caught exception", "MediaWiki internal error"].contains(where: text.hasPrefix)
            || isLogged(text)
    }

    /// `[3f2a…] [no req]   Class: message`: an exception with the number of the request.
    private static func isLogged(_ text: Substring) -> Bool {
        guard text.first == "[", let end = text.firstIndex(of: "]") else { return false }
        let number = text[..<end].dropFirst()
        return number.count >= 8 && number.allSatisfy(\.isHexDigit) && text[end...].contains(": ")
    }

    /// Whether a line is one of those that tell where something happened.
    private static func isTrace(_ line: String) -> Bool {
        let text = line.trimmingBlanks()
        if ["Stack trace:", "Backtrace:", "thrown in ", "from /"].contains(where: text.hasPrefix) { return true }
        return text.first == "#" && text.dropFirst().first?.isNumber == true
    }
}
