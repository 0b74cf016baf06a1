import SystemPackage

/// Finds values that are valid one by one, but dangerous or useless together.
struct ConsistencyCheck {
    let lookup: OptionLookup
    let lists: WikiLists
    let farm: FarmSettings
    let fileSystem: FileSystem

    func problems() -> [ConfigurationProblem] {
        trees() + metrics() + names() + templates() + sources() + texts() + producers() + parts() + batches()
    }

    private func trees() -> [ConfigurationProblem] {
        let named = [("public", farm.publicTree), ("private", farm.privateTree), ("temp", farm.temporaryTree)]
        let missing = named.filter { $0.1.isEmpty }
        guard missing.isEmpty else {
            return missing.map {
                ConfigurationProblem(
                    .error, at: lookup.place("output", $0.0), "[output] \($0.0) is empty", remedy: "name a folder")
            }
        }
        return named.dropFirst().compactMap { name, path in
            guard path.starts(with: farm.publicTree) else {
                guard farm.publicTree.starts(with: path) else { return nil }
                return ConfigurationProblem(
                    .warning, at: lookup.place("output", "public"),
                    "[output] public lies within \(path), which only the group may enter: nobody else could reach it",
                    remedy: "choose a folder outside of \(name)")
            }
            return ConfigurationProblem(
                .error, at: lookup.place("output", name),
                "[output] \(name) lies within the public tree \(farm.publicTree): everybody could read it",
                remedy: "choose a folder outside of it")
        }
    }

    private func metrics() -> [ConfigurationProblem] {
        guard let file = farm.metricsFile, file.starts(with: farm.publicTree) else { return [] }
        return [
            ConfigurationProblem(
                .warning, at: lookup.place("output", "metricsfile"),
                "[output] metricsfile lies within the public tree \(farm.publicTree): everybody could read the names and states of private wikis",
                remedy: "choose a file outside of it")
        ]
    }

    /// Finds wikis whose folder would have the name of a file of the farm.
    private func names() -> [ConfigurationProblem] {
        let pages = SiteRecord.Order.allCases.map { farm.indexName($0) }
        return lists.wikis.compactMap { wiki in
            let name = wiki.description
            let isTaken =
                StopFiles.names.contains(name) || pages.contains(name) || FarmSettings.fileNames.contains(name)
            guard isTaken else { return nil }
            return ConfigurationProblem(
                .error, at: lookup.place("wiki", "dblist"), "\(name) is both a wiki and a file of the whole farm",
                remedy: pages.contains(name)
                    ? "choose another name for the page: index in the section [output]"
                    : "take the wiki out of the list")
        }
    }

    private func templates() -> [ConfigurationProblem] {
        guard let folder = farm.templateDirectory, (try? fileSystem.status(folder))??.isDirectory != true else {
            return []
        }
        return [
            ConfigurationProblem(
                .error, at: lookup.place("output", "templatedir"), "[output] templatedir: there is no folder \(folder)",
                remedy: "create it, or leave the option empty for the built-in templates")
        ]
    }

    /// Finds invalid lists of sizes.
    private func parts() -> [ConfigurationProblem] {
        let sections = lookup.document.sections
        var problems: [ConfigurationProblem] = []
        for key in ["pagesperchunkhistory", "logitemsperpagelogs"] {
            let wikis = lists.wikis.filter { sections[$0.description]?.values[key] != nil }
            for wiki in [nil] + wikis.map(Optional.some) {
                let words = lookup.list("chunks", key, wiki: wiki)
                guard PartSettings.Sizes(words) == nil else { continue }
                problems.append(
                    ConfigurationProblem(
                        .error, at: lookup.place("chunks", key, wiki: wiki),
                        "[\(wiki?.description ?? "chunks")] \(key) is not a list of sizes: “\(words.joined(separator: ","))”",
                        remedy: "give whole numbers above 0, separated by commas, or a single one for equal parts"))
            }
        }
        return problems
    }

    /// Finds invalid batch counts, and content that cannot be shared.
    private func batches() -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        let sections = lookup.document.sections
        let keys = ["jobsperbatch", "contentbatchesenabled", "checkpointtime", "producer"]
        let wikis = lists.wikis.filter { wiki in keys.contains { sections[wiki.description]?.values[$0] != nil } }
        for wiki in [nil] + wikis.map(Optional.some) {
            let section = wiki?.description ?? "chunks"
            for word in lookup.list("chunks", "jobsperbatch", wiki: wiki) {
                guard case .nonsense = BatchSettings.Entry(word) else { continue }
                problems.append(
                    ConfigurationProblem(
                        .error, at: lookup.place("chunks", "jobsperbatch", wiki: wiki),
                        "[\(section)] jobsperbatch: “\(word)” is not the name of a job and a number",
                        remedy: "write it like metahistorybz2dump=4"))
            }
            let isShared = lookup.integer("chunks", "contentbatchesenabled", wiki: wiki) != 0
            guard isShared else { continue }
            let isByScripts =
                lookup.text("source", "producer", wiki: wiki) == SourceSettings.Producer.mediawiki.rawValue
            guard isByScripts || lookup.integer("chunks", "checkpointtime", wiki: wiki) == 0 else { continue }
            problems.append(
                ConfigurationProblem(
                    .warning, at: lookup.place("chunks", "contentbatchesenabled", wiki: wiki),
                    "[\(section)] contentbatchesenabled: only ranges of pages that are read from the database are shared",
                    remedy: isByScripts ? "set producer=native" : "set checkpointtime=1 too"))
        }
        return problems
    }

    /// Finds wikis that share a database, especially a public wiki that would read the data of a private one.
    private func sources() -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        var without: [WikiName] = []
        var missing: [String] = []
        var users: [Place: [WikiName]] = [:]
        for wiki in lists.wikis {
            let source = SourceSettings(placeIn: lookup, wiki: wiki)
            if source.missingOptions.isEmpty {
                users[Place(source), default: []].append(wiki)
            } else {
                if without.isEmpty {
                    missing = source.kind == .sqlite ? ["databasepath", "siteinfo"] : source.missingOptions
                }
                without.append(wiki)
            }
        }
        if let first = without.first {
            let others = without.count > 1 ? " and \(without.count - 1) more" : ""
            problems.append(
                ConfigurationProblem(
                    .warning, at: nil, "nothing says where the content of \(first)\(others) comes from",
                    remedy:
                        "set \(missing.joined(separator: " and ")) in the section [source]; {wiki} stands for the name"
                ))
        }
        for (source, wikis) in users.sorted(by: { $0.value[0] < $1.value[0] }) where wikis.count > 1 {
            let place = lookup.place("source", source.option, wiki: wikis[0])
            let secret = wikis.first { lists.isPrivate($0) }
            let open = wikis.first { !lists.isPrivate($0) }
            let (one, other) = (secret ?? wikis[0], open ?? wikis[1])
            problems.append(
                ConfigurationProblem(
                    secret != nil && open != nil ? .error : .warning, at: place,
                    "\(one)\(secret == nil ? "" : ", which is private,") and \(other == one ? wikis[1] : other) "
                        + "would both be read from \(source.name)",
                    remedy: "write {wiki} for the name of the wiki in \(source.option)"))
        }
        return problems
    }

    private struct Place: Hashable {
        let name: String
        let option: String

        init(_ source: SourceSettings) {
            let tables = source.tablePrefix.isEmpty ? "" : ", tables \(source.tablePrefix)…"
            switch source.kind {
            case .sqlite: (name, option) = (source.databasePath.string + tables, "databasepath")
            case .mariadb: (name, option) = (source.mariaDB.description + tables, "databasename")
            }
        }
    }

    /// Finds wikis whose exports cannot be made as configured.
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
            // The scripts write the size and hash of hidden texts, and even the hidden text of a current revision.
            problems.append(
                ConfigurationProblem(
                    .error, at: lookup.place("source", "producer", wiki: wiki),
                    "[source] producer of \(wiki) is mediawiki, which does not withhold details of hidden revisions",
                    remedy: "set hiddendetails=mediawiki if they may be seen, or producer=native"))
        }
        return problems
    }
}
