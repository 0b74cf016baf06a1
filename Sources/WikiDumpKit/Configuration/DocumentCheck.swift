/// Looks at every section and every option somebody wrote, and says what is not understood.
struct DocumentCheck {
    let lookup: OptionLookup
    /// Wikis that may have a section, those left out of the dumps included.
    let wikis: Set<String>

    /// The problems, by file and line.
    func problems() -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        for (name, section) in lookup.document.sections {
            if let problem = check(section, called: name) {
                problems.append(problem)
                if problem.severity != .note { continue }
            }
            for (key, value) in section.values {
                if let problem = check(key, value, in: name) { problems.append(problem) }
            }
        }
        return problems.sorted { ($0.file ?? "", $0.line ?? 0, $0.message) < ($1.file ?? "", $1.line ?? 0, $1.message) }
    }

    private func isHome(_ section: String) -> Bool { KnownOptions.sections.contains(section) }

    /// Whether values of a section can have an effect.
    private func isActive(_ section: String) -> Bool {
        isHome(section) || section == INIDocument.defaultSection || section == lookup.overrideSection
            || wikis.contains(section)
    }

    private func check(_ section: INIDocument.Section, called name: String) -> ConfigurationProblem? {
        if isActive(name) { return nil }
        if let near = Suggestion.nearest(to: name, among: KnownOptions.sections + wikis.sorted()) {
            return ConfigurationProblem(
                .warning, at: section.place, "unknown section [\(name)]", remedy: "did you mean [\(near)]?")
        }
        return ConfigurationProblem(
            .note, at: section.place, "section [\(name)] has no effect: it is no wiki of the list",
            remedy: "choose it as FILE:\(name), or remove it")
    }

    private func check(_ key: String, _ value: INIDocument.Value, in section: String) -> ConfigurationProblem? {
        let candidates = KnownOptions.options(named: key)
        let fitting =
            isHome(section) ? KnownOptions.option(key, in: section) : nil
        if let option = fitting ?? candidates.first(where: { isRead($0, in: section) }) {
            let found = OptionLookup.Found(text: value.text, section: section, place: value.place)
            // A value of [DEFAULT] is completed by the section that sees it, so it is checked from there.
            let seen = section == INIDocument.defaultSection && lookup.document.sections[option.section] != nil
            let subject =
                seen ? OptionLookup.Found(text: value.text, section: option.section, place: value.place) : found
            do throws(ProblemFound) {
                _ = try lookup.parse(subject, as: option, wiki: WikiName(section))
                return nil
            } catch {
                let problem = error.problem
                guard !isActive(section) else { return problem }
                return ConfigurationProblem(
                    .warning, at: value.place, problem.message, remedy: problem.remedy)
            }
        }
        if isReferred(key, in: section) { return nil }
        if let option = candidates.first {
            let remedy = "it belongs into [\(option.section)]"
            let reason =
                isHome(section) ? "[\(section)] has no option “\(key)”" : "“\(key)” has no effect in [\(section)]"
            return ConfigurationProblem(.warning, at: value.place, reason, remedy: remedy)
        }
        let known = isHome(section) ? KnownOptions.all.filter { $0.section == section } : KnownOptions.all
        let near = Suggestion.nearest(to: key, among: known.map(\.key))
        return ConfigurationProblem(
            .warning, at: value.place, "unknown option “\(key)” in [\(section)]",
            remedy: near.map { "did you mean \($0)?" } ?? "remove it")
    }

    /// Whether an option is looked up in a section that is not its home.
    private func isRead(_ option: OptionDefinition, in section: String) -> Bool {
        if section == INIDocument.defaultSection { return true }
        if section == lookup.overrideSection { return option.level != .global }
        if wikis.contains(section) { return option.level == .wiki }
        // A section that was not chosen this time may say what an override section may.
        return !isHome(section) && option.level != .global
    }

    /// Whether another value uses this one as `%(key)s`.
    private func isReferred(_ key: String, in section: String) -> Bool {
        let places = lookup.document.sections.filter { section == INIDocument.defaultSection || $0.key == section }
        let inherited = lookup.document.sections[INIDocument.defaultSection]?.values ?? [:]
        return (places.flatMap { Array($0.value.values.values) } + Array(inherited.values))
            .contains { INIInterpolation.references($0.text).contains(key) }
    }
}
