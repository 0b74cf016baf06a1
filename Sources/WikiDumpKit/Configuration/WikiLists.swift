import SystemPackage

/// Which wikis there are, and which of them are private or closed.
struct WikiLists: Sendable {
    /// The wikis to dump in the order of the list.
    private(set) var wikis: [WikiName] = []
    /// Wikis whose output is private; nil if that could not be found out, and all have to be taken for private.
    private(set) var privateWikis: Set<WikiName>? = []
    private(set) var closedWikis: Set<WikiName> = []
    private(set) var flowWikis: Set<WikiName> = []
    /// Every name of any list.
    private(set) var allNames: Set<String> = []
    private(set) var problems: [ConfigurationProblem] = []

    init(_ lookup: OptionLookup) {
        guard let listPath = lookup.path("wiki", "dblist") else {
            problems.append(
                ConfigurationProblem(
                    .error, at: lookup.place("wiki", "dblist"), "no list of wikis is configured",
                    remedy: "set dblist in the section [wiki]"))
            return
        }
        let list = WikiListFile(
            listPath, option: "dblist", place: lookup.place("wiki", "dblist"), severity: .error)
        problems += list.problems
        var skipped: Set<WikiName> = []
        for path in lookup.paths("wiki", "skipdblist") {
            let file = WikiListFile(
                path, option: "skipdblist", place: lookup.place("wiki", "skipdblist"), severity: .error)
            problems += file.problems
            skipped.formUnion(file.names)
        }
        wikis = list.names.filter { !skipped.contains($0) }
        allNames = Set(list.names.map(\.description) + skipped.map(\.description))
        readPrivate(lookup, list: list)
        closedWikis = read("closedlist", lookup)
        flowWikis = read("flowlist", lookup)
        if wikis.isEmpty, list.problems.isEmpty {
            problems.append(
                ConfigurationProblem(
                    .error, file: listPath.string, message: "the list of wikis is empty",
                    remedy: "write the name of a wiki into it"))
        }
    }

    /// Reads a list without which dumps are made all the same.
    private mutating func read(_ option: String, _ lookup: OptionLookup) -> Set<WikiName> {
        guard let path = lookup.path("wiki", option) else { return [] }
        let file = WikiListFile(path, option: option, place: lookup.place("wiki", option), severity: .warning)
        problems += file.problems
        allNames.formUnion(file.names.map(\.description))
        return Set(file.names)
    }

    /// Whether a wiki is private, or has to be taken for it.
    func isPrivate(_ wiki: WikiName) -> Bool { privateWikis?.contains(wiki) ?? true }

    /// What is private must never be published, so a doubt about this list stops everything.
    private mutating func readPrivate(_ lookup: OptionLookup, list: WikiListFile) {
        // An option that is written, but not understood, must not count as absent.
        if let option = KnownOptions.option("privatelist", in: "wiki"),
            (try? lookup.parse(lookup.find(option, wiki: nil), as: option, wiki: nil)) == nil
        {
            privateWikis = nil
            return
        }
        guard let path = lookup.path("wiki", "privatelist") else { return }
        let file = WikiListFile(
            path, option: "privatelist", place: lookup.place("wiki", "privatelist"), severity: .error)
        problems += file.problems
        allNames.formUnion(file.names.map(\.description))
        let folded = Dictionary(list.names.map { ($0.description.lowercased(), $0) }) { first, _ in first }
        var isDoubtful = file.problems.contains { $0.severity == .error }
        for name in file.names where list.lines[name] == nil {
            if let listed = folded[name.description.lowercased()] {
                isDoubtful = true
                problems.append(
                    ConfigurationProblem(
                        .error, file: path.string, line: file.lines[name],
                        message: "the private wiki \(name) is called \(listed) in the list of wikis",
                        remedy: "write both names alike; upper and lower case count"))
            } else {
                problems.append(
                    ConfigurationProblem(
                        .note, file: path.string, line: file.lines[name],
                        message: "the private wiki \(name) is not in the list of wikis", remedy: "check its spelling"))
            }
        }
        privateWikis = isDoubtful ? nil : Set(file.names)
    }
}
