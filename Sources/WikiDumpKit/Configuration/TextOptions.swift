import SystemPackage

extension TextSettings {
    /// Reads the options. ``ConsistencyCheck`` reports invalid ones.
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

/// A word of `contentformats`.
enum ContentFormatEntry {
    case format(model: String, String)
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
    /// Finds invalid options about the storage of texts.
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
                    "contentformats", "“\(word)” is not a content model with its format",
                    "write it like MyModel=application/json")
            }
            for text in ExternalStoreEntry.split(lookup.list("source", "externalstores", wiki: wiki)) {
                do throws(ValueFailure) {
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

struct ExternalStoreEntry: Sendable, Hashable {
    private static let keys: Set = ["host", "port", "socket", "database", "table", "file"]

    let name: String
    private let words: [String: String]

    /// Splits the option into entries. They are separated by commas or line breaks.
    static func split(_ list: [String]) -> [String] {
        list.flatMap { $0.split { $0 == "\n" } }.map { String($0.trimmingBlanks()) }.filter { !$0.isEmpty }
    }

    init(_ text: String) throws(ValueFailure) {
        let parts = text.split { $0 == " " || $0 == "\t" }.map(String.init)
        guard let name = parts.first, !name.contains("="), !name.contains("/") else {
            throw ValueFailure(
                message: "“\(text)” does not begin with the name of a store",
                remedy: "write it like cluster1 host=db2 table=blobs_cluster1")
        }
        var words: [String: String] = [:]
        for part in parts.dropFirst() {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2, !sides[1].isEmpty, Self.keys.contains(sides[0]) else {
                let near = Suggestion.nearest(to: sides[0], among: Self.keys.sorted())
                throw ValueFailure(
                    message: "“\(part)” of \(name) is not understood",
                    remedy: near.map { "did you mean \($0)=…?" }
                        ?? "one of \(Self.keys.sorted().joined(separator: ", "))")
            }
            words[sides[0]] = sides[1]
        }
        if let port = words["port"], UInt16(port) == nil {
            throw ValueFailure(
                message: "the port of \(name) is not a port number: \(port)", remedy: "give a number up to 65535")
        }
        if words["file"] != nil, words.keys.contains(where: { $0 != "file" && $0 != "table" }) {
            throw ValueFailure(message: "\(name) is both a file and on a server", remedy: "leave one of them out")
        }
        (self.name, self.words) = (name, words)
    }

    /// Whether the entry gives a location. If the wiki's own database is on a server, that server supplies what is missing.
    var namesPlace: Bool { ["file", "host", "socket", "database"].contains { words[$0] != nil } }

    /// The location of the store.
    /// - Parameters:
    ///   - wiki: The name to insert for `{wiki}`.
    ///   - base: The folder that relative file paths start from.
    ///   - server: The server and the database of the wiki. They supply what is missing.
    ///   - prefix: The table prefix in the wiki's own database.
    func store(wiki: WikiName, base: FilePath, server: MariaDBAddress, prefix: String) -> ExternalStore {
        func word(_ key: String) -> String? {
            words[key].map { OptionValue.replace("{wiki}", by: wiki.description, in: $0) }
        }
        let table = word("table") ?? "blobs"
        if let file = word("file") {
            return ExternalStore(database: .sqlite(base.pushing(FilePath(file)).lexicallyNormalized()), table: table)
        }
        var address = server
        if ["host", "port", "socket"].contains(where: { words[$0] != nil }) {
            address.host = word("host") ?? ""
            address.port = Int(word("port") ?? "") ?? 0
            address.socket = word("socket").map { FilePath($0) }
        }
        address.database = word("database") ?? server.database
        // As in MediaWiki, a store without a database of its own has the wiki's table prefix; any other has none.
        return ExternalStore(database: .mariadb(address), table: word("database") == nil ? prefix + table : table)
    }
}
