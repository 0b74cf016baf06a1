import SystemPackage

/// Looks up the values of options in the sections of a document.
struct OptionLookup: Sendable {
    /// The text of an option before it is parsed.
    struct Found {
        let text: String
        /// The section that set the option; nil for a built-in default.
        let section: String?
        let place: INIDocument.Place?
    }

    let document: INIDocument
    let overrideSection: String?
    let workingDirectory: FilePath

    func find(_ option: OptionDefinition, wiki: WikiName?) -> Found {
        for section in option.searchList(wiki: wiki, overrideSection: overrideSection) {
            if let value = document.value(option.key, in: section) {
                return Found(text: value.text, section: section, place: value.place)
            }
        }
        // [DEFAULT] applies even to a section that does not exist.
        if let value = document.sections[INIDocument.defaultSection]?.values[option.key] {
            return Found(text: value.text, section: INIDocument.defaultSection, place: value.place)
        }
        return Found(text: option.defaultValue, section: nil, place: nil)
    }

    /// Parses a text. If that fails, throws the problem with its place.
    func parse(_ found: Found, as option: OptionDefinition, wiki: WikiName?) throws(ProblemFound) -> OptionValue {
        let base = found.place.map { $0.file.removingLastComponent() } ?? workingDirectory
        let section = found.section ?? option.section
        let severity: ConfigurationProblem.Severity = option.unusedBecause == nil ? .error : .warning
        do throws(ValueFailure) {
            // Built-in defaults are not interpolated, so a percent sign in them is literal.
            let text =
                try found.section.map { section throws(ValueFailure) in
                    try INIInterpolation(document: document).expand(found.text, in: section)
                } ?? found.text
            return try OptionValue(text, kind: option.kind, base: base, wiki: wiki)
        } catch {
            throw ProblemFound(
                problem: ConfigurationProblem(
                    severity, at: found.place, "[\(section)] \(option.key) \(error.message)", remedy: error.remedy))
        }
    }

    /// The effective value. If the text is invalid, the default is used; the check of the whole document reports the problem.
    func value(_ option: OptionDefinition, wiki: WikiName? = nil) -> OptionValue {
        let builtIn = Found(text: option.defaultValue, section: nil, place: nil)
        return (try? parse(find(option, wiki: wiki), as: option, wiki: wiki))
            ?? (try? parse(builtIn, as: option, wiki: wiki)) ?? .text(option.defaultValue)
    }
}

/// A problem as an error, until it is collected.
struct ProblemFound: Error {
    let problem: ConfigurationProblem
}

extension OptionLookup {
    private func value(_ section: String, _ key: String, _ wiki: WikiName?) -> OptionValue? {
        KnownOptions.option(key, in: section).map { value($0, wiki: wiki) }
    }

    func text(_ section: String, _ key: String, wiki: WikiName? = nil) -> String {
        value(section, key, wiki)?.description ?? ""
    }

    func path(_ section: String, _ key: String, wiki: WikiName? = nil) -> FilePath? {
        if case .path(let path) = value(section, key, wiki) { path } else { nil }
    }

    func paths(_ section: String, _ key: String) -> [FilePath] {
        if case .paths(let paths) = value(section, key, nil) { paths } else { [] }
    }

    func integer(_ section: String, _ key: String, wiki: WikiName? = nil) -> Int64 {
        if case .integer(let number) = value(section, key, wiki) { number } else { 0 }
    }

    func list(_ section: String, _ key: String, wiki: WikiName? = nil) -> [String] {
        if case .list(let names) = value(section, key, wiki) { names } else { [] }
    }

    /// Where an option is set. Needed to report problems with what it names.
    func place(_ section: String, _ key: String, wiki: WikiName? = nil) -> INIDocument.Place? {
        KnownOptions.option(key, in: section).flatMap { find($0, wiki: wiki).place }
    }
}
