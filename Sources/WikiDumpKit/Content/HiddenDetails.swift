/// What to write of what the wiki hides from the public.
public enum HiddenDetails: String, Sendable, CaseIterable {
    /// Nothing of it, and nothing that follows from it.
    case withhold
    /// What MediaWiki shows to everybody: size and hash of hidden texts, and a hidden text that is the current one.
    case mediawiki
}
