/// The name of a link in the `latest` folder, taken apart.
package struct LatestName: Sendable, Hashable {
    /// What follows `WIKI-latest-`, such as `pages-articles1.xml-p1p100.bz2`.
    package let rest: String

    /// The name of the link to a file of a run; nil if the file's name does not begin with `WIKI-DATE-`.
    package init?(file: String, names: PublishedNames) {
        guard file.hasPrefix(names.prefix), file.utf8.count > names.prefix.utf8.count else { return nil }
        rest = String(file.dropFirst(names.prefix.count))
    }

    /// A name found in the folder; nil if it does not begin with `WIKI-latest-`.
    package init?(link: String, wiki: WikiName) {
        let prefix = "\(wiki)-latest-"
        guard link.hasPrefix(prefix), link.utf8.count > prefix.utf8.count else { return nil }
        rest = String(link.dropFirst(prefix.count))
    }

    /// The name of the link.
    package func link(of wiki: WikiName) -> String { "\(wiki)-latest-\(rest)" }

    /// The name of the feed that tells of a new target.
    package func feed(of wiki: WikiName) -> String { link(of: wiki) + Self.feedSuffix }

    static let feedSuffix = "-rss.xml"

    /// The name without part number and page range, and whether it had any: `pages-articles.xml.bz2` and true for the
    /// example above.
    ///
    /// Digits are a part number only before `.xml` or `.txt`, because those are the files that are made in parts: the
    /// digit of `all-titles-in-ns0.gz` belongs to its name.
    package var base: (name: String, isPart: Bool) {
        guard let dot = rest.firstIndex(of: ".") else { return (rest, false) }
        let (stem, endings) = (rest[..<dot], rest[dot...])
        guard endings.hasPrefix(".xml") || endings.hasPrefix(".txt") else { return (rest, false) }
        var bare = stem
        while let last = bare.last, last.isASCII, last.isNumber { bare.removeLast() }
        let form = endings.prefix(4)
        var tail = endings.dropFirst(4)
        var isPart = bare.count < stem.count
        if let range = Self.pageRange(tail) {
            tail = tail.dropFirst(range)
            isPart = true
        }
        return bare.isEmpty ? (rest, false) : ("\(bare)\(form)\(tail)", isPart)
    }

    /// How long the page range `-p1p100` at the beginning of a text is; nil if there is none.
    private static func pageRange(_ text: Substring) -> Int? {
        guard text.hasPrefix("-p") else { return nil }
        let first = text.dropFirst(2).prefix { $0.isASCII && $0.isNumber }
        guard !first.isEmpty, text.dropFirst(2 + first.count).hasPrefix("p") else { return nil }
        let last = text.dropFirst(3 + first.count).prefix { $0.isASCII && $0.isNumber }
        return last.isEmpty ? nil : 3 + first.count + last.count
    }
}
