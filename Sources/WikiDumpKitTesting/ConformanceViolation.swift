import WikiDumpKit

/// The rule of a protocol that a conforming type breaks.
///
/// The checks of this library throw it, so they work with any test framework.
public struct ConformanceViolation: Error, Sendable, CustomStringConvertible {
    /// The rule, and what was found instead.
    public let description: String

    /// Creates a violation.
    public init(_ description: String) { self.description = description }
}

/// Throws a violation of a rule unless the condition is true.
func require(_ condition: Bool, _ rule: @autoclosure () -> String) throws(ConformanceViolation) {
    if !condition { throw ConformanceViolation(rule()) }
}

/// Throws a violation unless an action throws an error with this code.
func expect(
    _ code: DumpError.Code, _ action: String, _ body: () async throws(DumpError) -> Void
) async throws {
    do throws(DumpError) {
        try await body()
    } catch {
        return try require(error.code == code, "\(action) throws \(code), but threw \(error.code): \(error)")
    }
    throw ConformanceViolation("\(action) throws \(code), but threw nothing")
}
