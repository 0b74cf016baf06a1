/// A password, or a text with one in it. It never shows in a description, a dump of a value or a log.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// Keeps a text secret.
    public init(_ text: String) { self.text = text }

    /// The text, for the one place that has to hand it over.
    public var revealed: String { text }

    /// `[secret]`.
    public var description: String { "[secret]" }
    /// `[secret]`.
    public var debugDescription: String { description }
    /// Without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
