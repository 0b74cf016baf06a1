import SystemPackage

/// Something in the configuration that is wrong, or probably not what was meant.
///
/// Only plain text and numbers, so that it can be shown to people and to programs alike.
public struct ConfigurationProblem: Sendable, Hashable, Codable, CustomStringConvertible {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nothing can be dumped before it is put right.
        case error
        /// Dumps are made, but probably not as was meant.
        case warning
        /// Worth knowing; often as it should be.
        case note
    }

    /// How bad it is.
    public let severity: Severity
    /// The file, if the problem is in one.
    public let file: String?
    /// The line, from 1.
    public let line: Int?
    /// What is wrong.
    public let message: String
    /// What to do about it; empty if nothing useful can be said.
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
        var text = ""
        if let file {
            text = line.map { "\(file):\($0): " } ?? "\(file): "
        }
        return text + message + (remedy.isEmpty ? "" : " (\(remedy))")
    }

    /// The problem as an error, for a caller that cannot go on.
    var asError: DumpError {
        let place = file.map { file in line.map { "\(file):\($0): " } ?? "\(file): " } ?? ""
        return DumpError(.configuration, place + message, remedy: remedy)
    }
}
