/// Whom a table is written for.
public enum TableAudience: Sendable, Hashable {
    /// Those who run the wiki: every row and every value.
    case operators
    /// Everybody: without what the wiki hides from the public.
    case everybody(HiddenDetails)
}

/// How much of a table an audience gets.
public struct TableCount: Sendable, Hashable {
    /// The rows that are written.
    public var rows: Int64
    /// What is withheld.
    public var withheld: Withheld

    /// Makes a count.
    public init(rows: Int64, withheld: Withheld = Withheld()) {
        self.rows = rows
        self.withheld = withheld
    }
}

/// What to write of what the wiki hides from the public.
public enum HiddenDetails: String, Sendable, CaseIterable {
    /// Nothing of it, and nothing that follows from it.
    case withhold
    /// What MediaWiki shows to everybody: size and hash of hidden texts, and a hidden text that is the current one.
    case mediawiki
}
