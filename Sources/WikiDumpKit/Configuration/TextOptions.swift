import SystemPackage

extension TextSettings {
    /// Reads the options; what of them is wrong is told by ``ConsistencyCheck``.
    init(_ lookup: OptionLookup, wiki: WikiName, tablePrefix: String) {
        self.init()
        let encoding = lookup.text("source", "legacyencoding", wiki: wiki)
        legacyEncoding = encoding.isEmpty ? nil : encoding
        for case .format(let model, let format) in lookup.list("source", "contentformats", wiki: wiki)
            .map(ContentFormatEntry.init)
        { contentFormats[model] = format }
        let entries = ExternalStoreEntry.split(lookup.list("source", "externalstores", wiki: wiki))
        guard !entries.isEmpty else { return }
        let base =
            lookup.place("source", "externalstores", wiki: wiki).map { $0.file.removingLastComponent() }
            ?? lookup.workingDirectory
        let server = MariaDBAddress(lookup, wiki: wiki)
        for case let entry? in entries.map({ try? ExternalStoreEntry($0) }) {
            externalStores[entry.name] = entry.store(wiki: wiki, base: base, server: server, prefix: tablePrefix)
        }
    }
}

/// What a word of `contentformats` says.
enum ContentFormatEntry {
    case format(model: String, String)
    /// Nothing that makes sense.
    case nonsense

    init(_ word: String) {
        let sides = word.split(separator: "=", omittingEmptySubsequences: false).map { String($0.trimmingBlanks()) }
        if sides.count == 2, !sides[0].isEmpty, sides[1].contains("/") {
            self = .format(model: sides[0], sides[1])
        } else {
            self = .nonsense
        }
    }
}

extension ConsistencyCheck {
    /// Options on how texts are stored that make no sense.
    func texts() -> [ConfigurationProblem] {
        let keys = ["legacyencoding", "externalstores", "contentformats", "contentsource"]
        let sections = lookup.document.sections
        let wikis = lists.wikis.filter { wiki in keys.contains { sections[wiki.description]?.values[$0] != nil } }
        var problems: [ConfigurationProblem] = []
        for wiki in [nil] + wikis.map(Optional.some) {
            func tell(_ key: String, _ message: String, _ remedy: String) {
                problems.append(
                    ConfigurationProblem(
                        .error, at: lookup.place("source", key, wiki: wiki),
                        "[\(wiki?.description ?? "source")] \(key): \(message)", remedy: remedy))
            }
            let encoding = lookup.text("source", "legacyencoding", wiki: wiki)
            if !encoding.isEmpty, LegacyEncoding(encoding) == nil {
                tell(
                    "legacyencoding", "there is no encoding “\(encoding)”",
                    "give a name that iconv -l shows, such as windows-1252")
            }
            for word in lookup.list("source", "contentformats", wiki: wiki) {
                guard case .nonsense = ContentFormatEntry(word) else { continue }
                tell(
                    "contentformats", "“\(word)” is no content model with its format",
                    "write it like MyModel=application/json")
            }
            for text in ExternalStoreEntry.split(lookup.list("source", "externalstores", wiki: wiki)) {
                do throws(ExternalStoreEntry.Failure) {
                    let entry = try ExternalStoreEntry(text)
                    let isFile = lookup.text("source", "contentsource", wiki: wiki) == "sqlite"
                    guard isFile, !entry.namesPlace else { continue }
                    tell(
                        "externalstores", "nothing says where \(entry.name) is",
                        "add file=PATH of an SQLite file, or host= and database= of a server")
                } catch { tell("externalstores", error.message, error.remedy) }
            }
        }
        return problems
    }
}
