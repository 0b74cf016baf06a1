/// The parsed name of a link in the `latest` folder.
package struct LatestName: Sendable, Hashable {
    /// What follows `WIKI-latest-`, such as `pages-articles1.xml-p1p100.bz2`.
    package let rest: String

    /// The name of the link to a file of a run; nil if the file's name does not begin with `WIKI-DATE-`.
    package init?(file: String, names: PublishedNames) {
        guard file.hasPrefix(names.prefix), file.utf8.count > names.prefix.utf8.count else { return nil }
        rest = String(file.dropFirst(names.prefix.count))
    }

    /// Parses a name found in the folder; nil if it does not begin with `WIKI-latest-`.
    package init?(link: String, wiki: WikiName) {
        let prefix = "\(wiki)-latest-"
        guard link.hasPrefix(prefix), link.utf8.count > prefix.utf8.count else { return nil }
        rest = String(link.dropFirst(prefix.count))
    }

    /// The name of the link.
    package func link(of wiki: WikiName) -> String { "\(wiki)-latest-\(rest)" }

    /// The name of the feed that announces a new target.
    package func feed(of wiki: WikiName) -> String { link(of: wiki) + Self.feedSuffix }

    static let feedSuffix = "-rss.xml"

    /// The name without part number and page range, and whether it had any. For the example above: `pages-articles.xml.bz2` and
    /// true.
    package var base: (name: String, isPart: Bool) {
        let name = DumpFileName(rest)
        return (name.whole.description, name.isPiece)
    }
}
