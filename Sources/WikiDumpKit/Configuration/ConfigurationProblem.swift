import SystemPackage

/// Something in the configuration that is wrong or probably not intended.
///
/// It contains only plain text and numbers, for people and programs alike.
public struct ConfigurationProblem: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The severity of a problem.
    public enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
        /// No dump can be made until this is corrected.
        case error
        /// Dumps are made, but probably not as intended.
        case warning
        /// Worth knowing, but often intended.
        case note
    }

    /// The severity.
    public let severity: Severity
    /// The file, if the problem is in one.
    public let file: String?
    /// The line number, from 1; nil if the problem is not in a line.
    public let line: Int?
    /// What is wrong.
    public let message: String
    /// What to do about it; empty if there is nothing useful to say.
    public let remedy: String

    /// Makes a problem.
    public init(_ severity: Severity, file: String? = nil, line: Int? = nil, message: String, remedy: String = "") {
        self.severity = severity
        self.file = file
        self.line = line
        self.message = message
        self.remedy = remedy
    }

    init(_ severity: Severity, at place: INIDocument.Place?, _ message: String, remedy: String = "") {
        self.init(severity, file: place?.file.string, line: place?.line, message: message, remedy: remedy)
    }

    /// `FILE:LINE: message (remedy)`.
    public var description: String {
        place + message + (remedy.isEmpty ? "" : " (\(remedy))")
    }

    private var place: String { file.map { file in line.map { "\(file):\($0): " } ?? "\(file): " } ?? "" }

    /// The problem as an error, for a caller that cannot continue.
    var asError: DumpError { DumpError(.configuration, place + message, remedy: remedy) }
}
