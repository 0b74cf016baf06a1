/// The rule of a protocol that a conforming type breaks.
///
/// The checks of this library throw it, so they work with any test framework.
public struct ConformanceViolation: Error, Sendable, CustomStringConvertible {
    /// The rule, and what was found instead.
    public let description: String

    /// Creates a violation.
    public init(_ description: String) { self.description = description }

    /// Throws a violation unless the condition is true.
    public static func require(_ condition: Bool, _ rule: @autoclosure () -> String) throws(ConformanceViolation) {
        if !condition { throw ConformanceViolation(rule()) }
    }
}
