/// An option of the configuration: what it is called, what it may say, and who may say it.
package struct OptionDefinition: Sendable, Hashable {
    /// What the text of a value has to be.
    package enum Kind: Sendable, Hashable {
        /// Any text.
        case text
        /// Any text, never shown.
        case secret
        /// A path, relative to the file that says it. Empty for none.
        case path
        /// Paths separated by commas.
        case pathList
        /// A path in which `{wiki}` stands for the name of the wiki.
        case wikiPath
        /// A file name without a folder.
        case fileName
        /// An address.
        case url
        /// A whole number within bounds.
        case integer(ClosedRange<Int64>)
        /// A whole number; anything but 0 means yes.
        case flag
        /// The permission bits of a file, such as `0o644` or `0644`.
        case permissions
        /// Names separated by commas.
        case list
        /// One of a few words.
        case choice([String])
        /// A number, a percentage, or both.
        case damageLimit
    }

    /// Which sections an option is looked up in.
    package enum Level: String, Sendable, Hashable {
        /// Its own section only.
        case global
        /// The override section, then its own.
        case override
        /// The section named like the wiki, then the override section, then its own.
        case wiki
    }

    /// The section it is at home in.
    package let section: String
    /// Its name, in lower case.
    package let key: String
    /// What its value has to be.
    package let kind: Kind
    /// Who may say it.
    package let level: Level
    /// The value when nobody says anything.
    package let defaultValue: String
    /// What it does, in a few words.
    package let meaning: String
    /// Why it has no effect in this version; nil if it has one.
    package let unusedBecause: String?

    /// The sections in which the option is looked up, first come first.
    func searchList(wiki: WikiName?, overrideSection: String?) -> [String] {
        switch level {
        case .global: [section]
        case .override: [overrideSection, section].compactMap { $0 }
        case .wiki: [wiki?.description, overrideSection, section].compactMap { $0 }
        }
    }
}
