/// What the header of an export says about the wiki.
public struct SiteInfo: Sendable, Hashable {
    /// A namespace of the wiki.
    public struct Namespace: Sendable, Hashable {
        /// The number; negative for the two virtual namespaces, which hold no pages.
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
    /// The URL of the main page.
    public var base: String
    /// The software, such as `MediaWiki 1.39.17`.
    public var generator: String
    /// `first-letter` or `case-sensitive`.
    public var capitalization: String
    /// The language of the content as a BCP 47 tag, for `xml:lang` in the header.
    public var language: String
    /// All namespaces, by rising number.
    public var namespaces: [Namespace]
    /// What MediaWiki corrects in texts of this wiki beyond Unicode Normalization Form C.
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

/// What MediaWiki corrects in the texts of a wiki beyond Unicode Normalization Form C (`Language::normalize`). It depends on
/// the content language, unless `$wgAllUnicodeFixes` turns on everything.
public struct TextFixes: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt8

    /// Makes a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Replaces presentation forms of Arabic letters with the letters.
    public static let arabic = TextFixes(rawValue: 1)
    /// Replaces Malayalam chillu letters spelt with a joiner with those of Unicode 5.1.
    public static let malayalam = TextFixes(rawValue: 2)
    /// Both corrections.
    public static let all: TextFixes = [.arabic, .malayalam]
}

/// A request to MediaWiki's API for its siteinfo.
struct SiteInfoRequest: Sendable, Hashable {
    /// The requested properties (`siprop`), in the order of the answer.
    var properties: [String]
    /// The format of the answer: 1 or 2.
    var formatVersion: Int

    static let header = SiteInfoRequest(
        properties: ["general", "namespaces", "namespacealiases", "magicwords"], formatVersion: 2)

    /// Whether the answer includes what the header of an export needs.
    var tellsHeader: Bool { properties.contains("general") && properties.contains("namespaces") }

    var query: String {
        "action=query&meta=siteinfo&siprop=\(properties.map { $0.percentEncoded(keeping: "-_") }.joined(separator: "%7C"))"
            + "&format=json&formatversion=\(formatVersion)"
    }
}

extension [SiteInfoRequest] {
    /// These requests, plus one for the header of an export if none of them includes it.
    var withHeader: [SiteInfoRequest] { contains(where: \.tellsHeader) ? self : self + [.header] }
}
