import SystemPackage

extension ConsistencyCheck {
    /// Wikis whose exports cannot be made as the configuration says.
    func producers() -> [ConfigurationProblem] {
        let wikis = lists.wikis.filter { lookup.text("source", "producer", wiki: $0) == "mediawiki" }
        var problems: [ConfigurationProblem] = []
        let isHere = { wiki in
            (lookup.path("wiki", "dir", wiki: wiki) ?? lookup.path("wiki", "multiversion", wiki: wiki)) != nil
        }
        if let wiki = wikis.first(where: { !isHere($0) }) {
            problems.append(
                ConfigurationProblem(
                    .error, at: lookup.place("source", "producer", wiki: wiki),
                    "[source] producer of \(wiki) is mediawiki, but nothing says where MediaWiki is",
                    remedy: "set dir in the section [wiki], or producer=native"))
        }
        let hides = { wiki in lookup.text("source", "hiddendetails", wiki: wiki) != "mediawiki" }
        if let wiki = wikis.first(where: hides) {
            // The scripts write size and hash of hidden texts, and the text itself of a current revision.
            problems.append(
                ConfigurationProblem(
                    .error, at: lookup.place("source", "producer", wiki: wiki),
                    "[source] producer of \(wiki) is mediawiki, which does not withhold details of hidden revisions",
                    remedy: "set hiddendetails=mediawiki if they may be seen, or producer=native"))
        }
        return problems
    }
}
