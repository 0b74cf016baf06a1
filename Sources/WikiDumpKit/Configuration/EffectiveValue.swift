/// The value an option has in the end, and where it was said.
package struct EffectiveValue: Sendable, Hashable, Codable {
    /// The section the option is at home in.
    package let section: String
    /// The name of the option, in lower case.
    package let key: String
    /// The value: placeholders replaced, paths made absolute, secrets as `***`.
    package let value: String
    /// `FILE:LINE`, or `built-in default`.
    package let origin: String
    /// The section the value was found in; nil for a default. Differs from ``section`` when a wiki's own section or the
    /// override section says it.
    package let foundIn: String?
    /// Why the option has no effect in this version; nil if it has one.
    package let unusedBecause: String?

    /// Makes a description of a value.
    package init(
        section: String, key: String, value: String, origin: String, foundIn: String? = nil,
        unusedBecause: String? = nil
    ) {
        self.section = section
        self.key = key
        self.value = value
        self.origin = origin
        self.foundIn = foundIn
        self.unusedBecause = unusedBecause
    }
}
