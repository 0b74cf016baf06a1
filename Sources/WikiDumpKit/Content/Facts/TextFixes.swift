/// What MediaWiki mends in the texts of a wiki beyond normal form C (`Language::normalize`): by the language of the content,
/// or everything where `$wgAllUnicodeFixes` is set.
public struct TextFixes: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt8

    /// Makes a set of its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Presentation forms of Arabic letters become the letters.
    public static let arabic = TextFixes(rawValue: 1)
    /// Chillu letters of Malayalam that are spelt with a joiner become those of Unicode 5.1.
    public static let malayalam = TextFixes(rawValue: 2)
    /// Both.
    public static let all: TextFixes = [.arabic, .malayalam]
}
