/// An option of the configuration: its name, its valid values, and the sections that may set it.
package struct OptionDefinition: Sendable, Hashable {
    /// The form of a value.
    package enum Kind: Sendable, Hashable {
        /// Any text.
        case text
        /// Any text. It is never shown.
        case secret
        /// A path, relative to the file that sets it. Empty for none.
        case path
        /// Paths, separated by commas.
        case pathList
        /// A path with the placeholder `{wiki}` for the name of the wiki.
        case wikiPath
        /// A file name, without a folder.
        case fileName
        case url
        case integer(ClosedRange<Int64>)
        /// An integer; anything but 0 means yes.
        case flag
        /// The permission bits of a file, such as `0o644` or `0644`.
        case permissions
        /// Names, separated by commas.
        case list
        /// One of the given words.
        case choice([String])
        /// A number, a percentage, or both.
        case damageLimit
    }

    /// The sections that an option is looked up in.
    package enum Level: String, Sendable, Hashable {
        /// Only its own section.
        case global
        /// The override section, then its own section.
        case override
        /// The wiki's section, then the override section, then its own section.
        case wiki
    }

    /// The section that the option belongs to.
    package let section: String
    /// The name in lower case.
    package let key: String
    /// The form of the value.
    package let kind: Kind
    /// The sections that may set it.
    package let level: Level
    /// The value if it is not set.
    package let defaultValue: String
    /// What it does, in a few words.
    package let meaning: String
    /// Why the option has no effect in this version; nil if it has an effect.
    package let unusedBecause: String?

    /// The sections in which the option is looked up. The first one that sets it counts.
    func searchList(wiki: WikiName?, overrideSection: String?) -> [String] {
        switch level {
        case .global: [section]
        case .override: [overrideSection, section].compactMap { $0 }
        case .wiki: [wiki?.description, overrideSection, section].compactMap { $0 }
        }
    }
}
