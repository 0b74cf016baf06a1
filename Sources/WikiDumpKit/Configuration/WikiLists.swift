import SystemPackage

/// The wikis, and which of them are private or closed.
struct WikiLists: Sendable {
    /// The wikis to dump, in the order of the list.
    private(set) var wikis: [WikiName] = []
    /// The private wikis. If they could not be determined, this is nil, and all wikis must be treated as private.
    private(set) var privateWikis: Set<WikiName>? = []
    private(set) var closedWikis: Set<WikiName> = []
    private(set) var flowWikis: Set<WikiName> = []
    private(set) var allNames: Set<String> = []
    private(set) var problems: [ConfigurationProblem] = []
    private var skipped: Set<WikiName> = []
    private let fileSystem: FileSystem

    init(_ lookup: OptionLookup, on fileSystem: FileSystem) {
        self.fileSystem = fileSystem
        guard let listPath = lookup.path("wiki", "dblist") else {
            problems.append(
                ConfigurationProblem(
                    .error, at: lookup.place("wiki", "dblist"), "no list of wikis is configured",
                    remedy: "set dblist in the section [wiki]"))
            return
        }
        let list = WikiListFile(
            listPath, option: "dblist", place: lookup.place("wiki", "dblist"), severity: .error,
            on: fileSystem)
        problems += list.problems
        let skips = lookup.paths("wiki", "skipdblist").map { path in
            let place = lookup.place("wiki", "skipdblist")
            return (path, WikiListFile(path, option: "skipdblist", place: place, severity: .error, on: fileSystem))
        }
        for (_, file) in skips {
            problems += file.problems
            skipped.formUnion(file.names)
        }
        wikis = list.names.filter { !skipped.contains($0) }
        allNames = Set(list.names.map(\.description) + skipped.map(\.description))
        readPrivate(lookup, list: list)
        for (path, file) in skips { problems += misspelt(skipped: file, list: list, path) }
        closedWikis = read("closedlist", lookup)
        flowWikis = read("flowlist", lookup)
        if wikis.isEmpty, list.problems.isEmpty {
            problems.append(
                ConfigurationProblem(
                    .error, file: listPath.string, message: "the list of wikis is empty",
                    remedy: "write the name of a wiki into it"))
        }
    }

    private mutating func read(_ option: String, _ lookup: OptionLookup) -> Set<WikiName> {
        guard let path = lookup.path("wiki", option) else { return [] }
        let file = WikiListFile(
            path, option: option, place: lookup.place("wiki", option), severity: .warning, on: fileSystem)
        problems += file.problems
        allNames.formUnion(file.names.map(\.description))
        return Set(file.names)
    }

    /// Whether a wiki is private, or must be treated as private.
    func isPrivate(_ wiki: WikiName) -> Bool { privateWikis?.contains(wiki) ?? true }

    /// Reads the list of private wikis. Private data must never be published, so any doubt about this list is an error.
    private mutating func readPrivate(_ lookup: OptionLookup, list: WikiListFile) {
        // An option that is set but invalid must not count as missing.
        if let option = KnownOptions.option("privatelist", in: "wiki"),
            (try? lookup.parse(lookup.find(option, wiki: nil), as: option, wiki: nil)) == nil
        {
            privateWikis = nil
            return
        }
        guard let path = lookup.path("wiki", "privatelist") else { return }
        let file = WikiListFile(
            path, option: "privatelist", place: lookup.place("wiki", "privatelist"), severity: .error,
            on: fileSystem)
        problems += file.problems
        allNames.formUnion(file.names.map(\.description))
        let doubts = misspelt(file, list: list, path)
        problems += doubts
        let isDoubtful = (file.problems + doubts).contains { $0.severity == .error }
        privateWikis = isDoubtful ? nil : Set(file.names)
    }

    /// Finds names of wikis to leave out that do not exist, but resemble a dumped wiki. Names that are also in the list of
    /// private wikis are accepted as they are.
    private func misspelt(skipped file: WikiListFile, list: WikiListFile, _ path: FilePath) -> [ConfigurationProblem] {
        let dumped = wikis.map { (name: $0, folded: Suggestion.Folded($0.description)) }
        return file.names.filter { list.lines[$0] == nil && privateWikis?.contains($0) == false }.compactMap { name in
            let folded = Suggestion.Folded(name.description)
            guard let meant = dumped.first(where: { $0.folded.resembles(folded) })?.name else { return nil }
            return ConfigurationProblem(
                .warning, file: path.string, line: file.lines[name],
                message: "the wiki \(name), which is to be left out, is not in the list of wikis, but \(meant) is",
                remedy: "spell both names the same way, or remove the line")
        }
    }

    /// Reports names in the list of private wikis that are not wikis of the farm. Some may be misspelt names of wikis, which
    /// would then be public. Others may belong to another farm that shares the list.
    private func misspelt(_ file: WikiListFile, list: WikiListFile, _ path: FilePath) -> [ConfigurationProblem] {
        if file.names.isEmpty, file.problems.isEmpty {
            return [
                ConfigurationProblem(
                    .note, file: path.string, message: "the list of private wikis names none", remedy: "all are public")
            ]
        }
        let named = Set(file.names)
        let open = wikis.filter { !named.contains($0) }.map { (name: $0, folded: Suggestion.Folded($0.description)) }
        var problems: [ConfigurationProblem] = []
        var strangers: [WikiName] = []
        for name in file.names where list.lines[name] == nil && !skipped.contains(name) {
            let folded = Suggestion.Folded(name.description)
            guard let meant = open.first(where: { $0.folded.resembles(folded) })?.name else {
                strangers.append(name)
                continue
            }
            problems.append(
                ConfigurationProblem(
                    .error, file: path.string, line: file.lines[name],
                    message:
                        "the private wiki \(name) is not in the list of wikis, but \(meant) is, and would be public",
                    remedy: "spell both names the same way; if they are two wikis, name \(name) in a file of skipdblist"
                ))
        }
        if let first = strangers.first {
            let others = strangers.count > 1 ? " and \(strangers.count - 1) more" : ""
            problems.append(
                ConfigurationProblem(
                    .note, file: path.string, line: file.lines[first],
                    message: "the private wiki \(first)\(others) is not in the list of wikis",
                    remedy: "check the spelling, unless the list is shared with another farm"))
        }
        return problems
    }
}

/// A file with names of wikis, one on each line. Blank lines and lines that begin with `#` are skipped. A byte order mark and
/// all kinds of line ends are accepted.
struct WikiListFile {
    /// The unique names in the order of the file, and the line of each.
    private(set) var names: [WikiName] = []
    private(set) var lines: [WikiName: Int] = [:]
    private(set) var problems: [ConfigurationProblem] = []

    /// - Parameter severity: The severity of a missing file or an invalid line.
    init(
        _ path: FilePath, option: String, place: INIDocument.Place?, severity: ConfigurationProblem.Severity,
        on fileSystem: FileSystem
    ) {
        let bytes: [UInt8]
        do throws(DumpError) {
            guard try fileSystem.status(path) != nil else {
                problems.append(
                    ConfigurationProblem(
                        severity, at: place, "[wiki] \(option): there is no file \(path)",
                        remedy: Self.near(path, fileSystem).map { "did you mean \($0)?" }
                            ?? "create it, or leave the option empty"))
                return
            }
            bytes = try fileSystem.read(path)
        } catch {
            problems.append(
                ConfigurationProblem(severity, at: place, "[wiki] \(option): \(error.message)", remedy: error.remedy))
            return
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let lines = String(decoding: bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0), as: UTF8.self).split(
            omittingEmptySubsequences: false
        ) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            let text = line.trimmingBlanks()
            if text.isEmpty || text.hasPrefix("#") { continue }
            guard let name = WikiName(text) else {
                let remedy =
                    text.hasPrefix("%%")
                    ? "lists cannot be computed from others here; write out the names"
                    : text.contains("#")
                        ? "put the comment on a line of its own" : "names are made of letters, digits, “_”, “-” and “.”"
                problems.append(
                    ConfigurationProblem(
                        severity, file: path.string, line: index + 1, message: "not the name of a wiki: “\(text)”",
                        remedy: remedy))
                continue
            }
            if let first = self.lines[name] {
                problems.append(
                    ConfigurationProblem(
                        .note, file: path.string, line: index + 1, message: "\(name) is already in line \(first)",
                        remedy: "remove one"))
                continue
            }
            names.append(name)
            self.lines[name] = index + 1
        }
    }

    /// A file in the same folder whose name was probably meant.
    private static func near(_ path: FilePath, _ fileSystem: FileSystem) -> FilePath? {
        let folder = path.removingLastComponent()
        guard let name = path.lastComponent?.string, let names = try? fileSystem.list(folder) else { return nil }
        return Suggestion.nearest(to: name, among: names).map { folder.appending($0) }
    }
}
