/// Checks every section and option in the files, and reports what is not understood.
struct DocumentCheck {
    let lookup: OptionLookup
    /// The wikis that may have a section, including those that are not dumped.
    let wikis: Set<String>
    /// For each section, the options to which its values refer.
    private let referred: [String: Set<String>]

    init(lookup: OptionLookup, wikis: Set<String>) {
        self.lookup = lookup
        self.wikis = wikis
        referred = lookup.document.sections.mapValues { section in
            Set(section.values.values.flatMap { INIInterpolation.references($0.text) })
        }
    }

    /// The problems, sorted by file and line.
    func problems() -> [ConfigurationProblem] {
        var problems = lookup.document.repetitions.compactMap(check)
        for (name, section) in lookup.document.sections {
            if let problem = check(section, called: name) {
                problems.append(problem)
                if problem.severity != .note { continue }
            }
            for (key, value) in section.values {
                if let problem = swallowed(by: key, value, in: name) ?? check(key, value, in: name) {
                    problems.append(problem)
                }
            }
        }
        return problems.sorted { ($0.file ?? "", $0.line ?? 0, $0.message) < ($1.file ?? "", $1.line ?? 0, $1.message) }
    }

    private func isHome(_ section: String) -> Bool { KnownOptions.sections.contains(section) }

    /// Whether values in a section can have an effect.
    private func isActive(_ section: String) -> Bool {
        isHome(section) || section == INIDocument.defaultSection || section == lookup.overrideSection
            || wikis.contains(section)
    }

    private func check(_ section: INIDocument.Section, called name: String) -> ConfigurationProblem? {
        if isActive(name) { return nil }
        let secret = section.values.keys.sorted().first { PrivacyOptions.contains($0) || meansPrivacy($0, in: name) }
        let folded = Suggestion.Folded(name)
        let known = KnownOptions.sections + [INIDocument.defaultSection] + wikis.sorted()
        let near = Suggestion.nearest(to: name, among: known) ?? known.first { Suggestion.Folded($0).resembles(folded) }
        if let near {
            return ConfigurationProblem(
                secret == nil ? .warning : .error, at: section.place,
                secret.map { "unknown section [\(name)], so its “\($0)” protects nothing" }
                    ?? "unknown section [\(name)]", remedy: "did you mean [\(near)]?")
        }
        if let value = section.values["privatelist"], !value.text.isEmpty, lookup.path("wiki", "privatelist") == nil {
            return ConfigurationProblem(
                .error, at: value.place,
                "[\(name)] names a list of private wikis, but it is not used, and no other list is set",
                remedy: "set privatelist in the section [wiki], empty if no wiki is private, or choose FILE:\(name)")
        }
        return ConfigurationProblem(
            .note, at: section.place, "section [\(name)] has no effect: no wiki in the list has this name",
            remedy: "choose it as FILE:\(name), or remove it")
    }

    private func check(_ key: String, _ value: INIDocument.Value, in section: String) -> ConfigurationProblem? {
        let candidates = KnownOptions.options(named: key)
        let fitting =
            isHome(section) ? KnownOptions.option(key, in: section) : nil
        if let option = fitting ?? candidates.first(where: { isRead($0, in: section) }) {
            let found = OptionLookup.Found(text: value.text, section: section, place: value.place)
            // A value of [DEFAULT] is interpolated in the section that uses it, so it is checked there.
            let seen = section == INIDocument.defaultSection && lookup.document.sections[option.section] != nil
            let subject =
                seen ? OptionLookup.Found(text: value.text, section: option.section, place: value.place) : found
            do throws(ProblemFound) {
                _ = try lookup.parse(subject, as: option, wiki: WikiName(section))
                return option.unusedBecause.map { reason in
                    ConfigurationProblem(
                        .note, at: value.place, "[\(section)] \(key) has no effect: \(reason)",
                        remedy: "remove the line")
                }
            } catch {
                let problem = error.problem
                guard !isActive(section) else { return problem }
                return ConfigurationProblem(
                    .warning, at: value.place, problem.message, remedy: problem.remedy)
            }
        }
        if isReferred(key, in: section) { return nil }
        if let option = candidates.first {
            let remedy = "it belongs in [\(option.section)]"
            let reason =
                isHome(section) ? "[\(section)] has no option “\(key)”" : "“\(key)” has no effect in [\(section)]"
            return ConfigurationProblem(
                PrivacyOptions.contains(key) ? .error : .warning, at: value.place, reason, remedy: remedy)
        }
        let message = "unknown option “\(key)” in [\(section)]"
        if let option = PrivacyOptions.meant(by: key, in: section) {
            return ConfigurationProblem(
                .error, at: value.place, message,
                remedy: "did you mean \(option.key) in [\(option.section)]? Correct it, or remove it")
        }
        let known = isHome(section) ? KnownOptions.all.filter { $0.section == section } : KnownOptions.all
        let near = Suggestion.nearest(to: key, among: known.map(\.key))
        return ConfigurationProblem(
            .warning, at: value.place, message, remedy: near.map { "did you mean \($0)?" } ?? "remove it")
    }

    /// Finds an indented option, which becomes part of the value above it.
    private func swallowed(by key: String, _ value: INIDocument.Value, in section: String) -> ConfigurationProblem? {
        let names = value.text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().compactMap { line in
            line.firstIndex { $0 == "=" || $0 == ":" }.map { line[..<$0].trimmingBlanks().lowercased() }
        }
        let words = names.filter { !$0.contains(" ") }
        let secret = words.first { PrivacyOptions.contains($0) || meansPrivacy($0, in: section) }
        guard let name = secret ?? words.first(where: { !KnownOptions.options(named: $0).isEmpty }) else { return nil }
        return ConfigurationProblem(
            secret == nil ? .warning : .error, at: value.place,
            "“\(name)” below is indented, so it is part of the value of “\(key)” and has no effect",
            remedy: "remove the blanks")
    }

    /// Finds an option that is set twice in one file, so that the first value has no effect.
    private func check(_ repetition: INIDocument.Repetition) -> ConfigurationProblem? {
        let (section, key) = (repetition.section, repetition.key)
        // Another file may set the first value again.
        guard let last = lookup.document.sections[section]?.values[key], last.place == repetition.last,
            last.text != repetition.first.text
        else { return nil }
        return ConfigurationProblem(
            PrivacyOptions.contains(key) && isActive(section) ? .error : .warning, at: last.place,
            "[\(section)] sets “\(key)” again; the value in line \(repetition.first.place.line) has no effect",
            remedy: "remove one of the two")
    }

    private func meansPrivacy(_ key: String, in section: String) -> Bool {
        KnownOptions.options(named: key).isEmpty && !isReferred(key, in: section)
            && PrivacyOptions.meant(by: key, in: section) != nil
    }

    /// Whether an option is looked up in a section that it does not belong to.
    private func isRead(_ option: OptionDefinition, in section: String) -> Bool {
        if section == INIDocument.defaultSection { return true }
        if section == lookup.overrideSection { return option.level != .global }
        if wikis.contains(section) { return option.level == .wiki }
        // A section that is not selected this time may be an override section at another time.
        return !isHome(section) && option.level != .global
    }

    /// Whether another value refers to this one as `%(key)s`.
    private func isReferred(_ key: String, in section: String) -> Bool {
        if section == INIDocument.defaultSection { return referred.values.contains { $0.contains(key) } }
        return [section, INIDocument.defaultSection].contains { referred[$0]?.contains(key) == true }
    }
}

/// The options that decide what stays private. A typo in such a name would silently publish private data, so it is an error.
/// A typo in another name is only a warning.
enum PrivacyOptions {
    private static let keys: Set = [
        "wiki.privatelist", "wiki.skipdblist", "wiki.tablejobs", "output.private", "reporting.skipprivatetables",
        "misc.skipjobs", "source.hiddendetails",
    ]

    static let all: [OptionDefinition] = KnownOptions.all.filter { keys.contains("\($0.section).\($0.key)") }

    private static let names: [(option: OptionDefinition, folded: Suggestion.Folded)] = all.map {
        ($0, Suggestion.Folded($0.key))
    }

    static func meant(by key: String, in section: String) -> OptionDefinition? {
        let folded = Suggestion.Folded(key)
        let alike = names.filter { folded.resembles($0.folded) }
        let others = names.filter {
            beginsAlike(folded.bytes, $0.folded.bytes) || abbreviates(folded.bytes, $0.folded.bytes)
                || speakOfPrivacy(key, $0.option.key)
        }
        let found = (alike + others).map(\.option)
        return found.first { $0.section == section } ?? found.first
    }

    static func contains(_ key: String) -> Bool { all.contains { $0.key == key } }

    /// Matches names such as `privatewikis` and `privatelist`.
    private static func beginsAlike(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        zip(a, b).prefix { $0 == $1 }.count >= 6
    }

    /// Matches names such as `isprivate` and `privatelist`.
    private static func speakOfPrivacy(_ names: String...) -> Bool { names.allSatisfy { $0.contains("priv") } }

    /// Whether a name is an abbreviation of another: its letters occur there in the same order, as with `privlist` and
    /// `privatelist`.
    private static func abbreviates(_ name: [UInt8], _ whole: [UInt8]) -> Bool {
        guard name.count > 5, name.count * 2 >= whole.count, name.first == whole.first else { return false }
        var rest = name[...]
        for letter in whole where letter == rest.first { rest.removeFirst() }
        return rest.isEmpty
    }
}
