/// What the header of an export says about the wiki.
public struct SiteInfo: Sendable, Hashable {
    /// A namespace of the wiki.
    public struct Namespace: Sendable, Hashable {
        /// The number; negative for the two that hold no pages.
        public let id: Int
        /// The local name, with spaces; empty for the main namespace.
        public let name: String
        /// `first-letter` or `case-sensitive`.
        public let capitalization: String

        /// Makes a namespace.
        public init(id: Int, name: String, capitalization: String) {
            self.id = id
            self.name = name
            self.capitalization = capitalization
        }
    }

    /// The name of the wiki.
    public var siteName: String
    /// The database name.
    public var databaseName: String
    /// The address of the main page.
    public var base: String
    /// The software, such as `MediaWiki 1.39.17`.
    public var generator: String
    /// `first-letter` or `case-sensitive`.
    public var capitalization: String
    /// The language of the content, as the header's `xml:lang` has it: a tag of BCP 47.
    public var language: String
    /// All namespaces, by rising number.
    public var namespaces: [Namespace]
    /// What MediaWiki mends in texts of this wiki beyond normal form C.
    public var textFixes: TextFixes

    /// Makes a description of a wiki.
    public init(
        siteName: String, databaseName: String, base: String, generator: String, capitalization: String,
        language: String, namespaces: [Namespace], textFixes: TextFixes = []
    ) {
        self.siteName = siteName
        self.databaseName = databaseName
        self.base = base
        self.generator = generator
        self.capitalization = capitalization
        self.language = language
        self.namespaces = namespaces
        self.textFixes = textFixes
    }
}

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
