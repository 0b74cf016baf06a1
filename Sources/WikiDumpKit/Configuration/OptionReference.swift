/// The documentation of the options of `wikidump.conf`: single options, a page of all, and a sample file.
package enum OptionReference {
    /// The options with a name such as `maxdamaged`, `misc.maxdamaged` or `[misc] maxdamaged`. Case does not matter.
    /// - Throws: ``DumpError`` with code `configuration` if there is none. It suggests the name that was probably meant.
    package static func options(named name: String) throws(DumpError) -> [OptionDefinition] {
        let words = name.lowercased().split { "[]. ".contains($0) }.map(String.init)
        let key = words.last ?? ""
        let found = KnownOptions.options(named: key).filter { words.count < 2 || $0.section == words[words.count - 2] }
        guard found.isEmpty else { return found }
        let elsewhere = KnownOptions.options(named: key).first.map { "\($0.section).\(key)" }
        let near = elsewhere ?? Suggestion.nearest(to: key, among: KnownOptions.all.map(\.key))
        throw DumpError(
            .configuration, "there is no option “\(name)”",
            remedy: near.map { "did you mean \($0)?" } ?? "`dumpctl config explain` lists all options")
    }

    /// Explains an option in a few lines.
    package static func explanation(of option: OptionDefinition) -> String {
        var lines = ["[\(option.section)] \(option.key)", "    \(sentence(option.meaning))", ""]
        if let reason = option.unusedBecause { lines.append("    Effect    none: \(reason)") }
        lines.append("    Value     \(option.kind.words)")
        lines.append("    Default   \(option.defaultValue.isEmpty ? "none" : option.defaultValue)")
        lines.append("    Set in    \(option.level.words)")
        lines.append("    Since     \(option.since)")
        return lines.joined(separator: "\n")
    }

    /// All options, as a Markdown page.
    package static var page: String {
        var lines = [
            "# The options of wikidump.conf", "",
            "This page is generated from the program. `dumpctl config explain OPTION` explains one option, "
                + "`dumpctl config sample` prints a",
            "file to start from, and `dumpctl config WIKI` shows the values in effect.",
            "",
            "The column “Set” tells where an option may stand. “Once”: only in its own section. “Per farm”: also in the "
                + "section that",
            "`--configfile FILE:SECTION` names. “Per wiki”: also in a section named after a wiki. "
                + "The most specific section wins.",
        ]
        for section in KnownOptions.sections {
            lines += ["", "## [\(section)]", "", "| Option | Default | Value | Set | Since | Meaning |"]
            lines.append("| --- | --- | --- | --- | --- | --- |")
            for option in KnownOptions.all where option.section == section {
                let effect = option.unusedBecause.map { " **No effect**: \($0)." } ?? ""
                let value = option.defaultValue.isEmpty ? "" : "`\(option.defaultValue)`"
                let cells = [
                    "`\(option.key)`", value, option.kind.words, option.level.name, option.since,
                    sentence(option.meaning) + effect,
                ]
                lines.append("| " + cells.joined(separator: " | ") + " |")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A sample configuration. It sets the options that everybody needs, and lists all others commented out with their
    /// defaults.
    package static var sample: String {
        var lines = [
            "# A configuration of dumpctl. Save it as wikidump.conf. Put the names of your wikis into all.dblist, and the names of",
            "# those that not everybody may read into private.dblist. Relative paths start from the folder of this file. A line",
            "# that begins with # is a comment: remove the # to set the option. Write %% for a % in a value.",
        ]
        for section in KnownOptions.sections {
            let options = KnownOptions.all.filter { $0.section == section && $0.unusedBecause == nil }
            if options.isEmpty { continue }
            lines += ["", "[\(section)]"]
            for option in options {
                let name = "\(section).\(option.key)"
                let value = (usual[name] ?? option.defaultValue).split(separator: "%", omittingEmptySubsequences: false)
                lines.append("# \(sentence(option.meaning))")
                lines.append("\(usual[name] == nil ? "#" : "")\(option.key)=\(value.joined(separator: "%%"))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The options that everybody needs, with values for a first try.
    private static let usual = [
        "wiki.dblist": "all.dblist", "wiki.privatelist": "private.dblist", "output.public": "public",
        "output.private": "private", "output.temp": "temp", "output.webroot": "http://localhost/dumps",
        "reporting.adminmail": "nomail", "source.contentsource": "sqlite",
        "source.databasepath": "{wiki}.sqlite", "source.siteinfo": "siteinfo/{wiki}.json",
    ]

    private static func sentence(_ words: String) -> String {
        (words.first?.uppercased() ?? "") + words.dropFirst() + "."
    }
}

extension OptionDefinition {
    /// Where the option first existed: in the dump scripts that this program replaces, or in a version of this program.
    package var since: String { KnownOptions.isOfOldScripts(self) ? "dump scripts" : "0.1.0" }
}

extension OptionDefinition.Kind {
    /// The form of a value, in words.
    fileprivate var words: String {
        switch self {
        case .text: "text"
        case .secret: "text, never shown"
        case .path: "path"
        case .pathList: "paths separated by commas"
        case .wikiPath: "path, `{wiki}` for the name of the wiki"
        case .fileName: "file name"
        case .url: "address"
        case .integer(let range) where range.upperBound == .max: "number from \(range.lowerBound) up"
        case .integer(let range): "number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "0 or 1"
        case .permissions: "mode, such as 0o644"
        case .list: "list separated by commas"
        case .choice(let words): words.joined(separator: " or ")
        case .damageLimit: "number, percentage, or both"
        }
    }
}

extension OptionDefinition.Level {
    /// The word for the level in the table.
    fileprivate var name: String {
        switch self {
        case .global: "once"
        case .override: "per farm"
        case .wiki: "per wiki"
        }
    }

    /// The sections that may set the option, in words.
    fileprivate var words: String {
        switch self {
        case .global: "its own section only"
        case .override: "its own section, or the one that --configfile FILE:SECTION names"
        case .wiki: "its own section, the one that --configfile FILE:SECTION names, or one named after the wiki"
        }
    }
}
