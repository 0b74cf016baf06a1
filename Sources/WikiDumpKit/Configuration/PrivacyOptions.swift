/// The options that decide what stays private. A slip in the name of one of them would publish in silence what was to be
/// kept, so it stops the work, where a slip in another name is only told.
enum PrivacyOptions {
    private static let keys: Set = [
        "wiki.privatelist", "wiki.skipdblist", "wiki.tablejobs", "output.private", "reporting.skipprivatetables",
        "misc.skipjobs", "source.hiddendetails",
    ]

    /// The options, in the order of the table of all.
    static let all: [OptionDefinition] = KnownOptions.all.filter { keys.contains("\($0.section).\($0.key)") }

    private static let names: [(option: OptionDefinition, folded: Suggestion.Folded)] = all.map {
        ($0, Suggestion.Folded($0.key))
    }

    /// The option of privacy that was probably meant by a name that is none of any option; best one of the section in which
    /// the name stands.
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

    /// Whether a name of an option is one of privacy.
    static func contains(_ key: String) -> Bool { all.contains { $0.key == key } }

    /// Such as `privatewikis` and `privatelist`.
    private static func beginsAlike(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        zip(a, b).prefix { $0 == $1 }.count >= 6
    }

    /// Such as `isprivate` and `privatelist`.
    private static func speakOfPrivacy(_ names: String...) -> Bool { names.allSatisfy { $0.contains("priv") } }

    /// Whether a name has only letters of another, in their order, such as `privlist` of `privatelist`.
    private static func abbreviates(_ name: [UInt8], _ whole: [UInt8]) -> Bool {
        guard name.count > 5, name.count * 2 >= whole.count, name.first == whole.first else { return false }
        var rest = name[...]
        for letter in whole where letter == rest.first { rest.removeFirst() }
        return rest.isEmpty
    }
}
