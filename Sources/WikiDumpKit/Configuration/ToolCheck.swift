import SystemPackage

/// Checks for the programs that the configuration needs or names.
struct ToolCheck {
    let lookup: OptionLookup
    let lists: WikiLists
    let farm: FarmSettings
    var isThere: (FilePath) -> Bool = FileSystem.real.isProgram

    func problems() -> [ConfigurationProblem] {
        ToolPaths.places.keys.sorted().compactMap { name in
            isConfigured(name) ? wrongPath(name) : isInstalled(name) ? nil : missing(name)
        } + mailer()
    }

    private func mailer() -> [ConfigurationProblem] {
        guard !farm.mail.recipients.isEmpty, let program = farm.mail.program, !isThere(program) else {
            return []
        }
        return [
            ConfigurationProblem(
                .warning, at: lookup.place("reporting", "smtpserver"),
                "[reporting] smtpserver: there is no program \(program), so mail about failures cannot be sent",
                remedy: "correct the path, or name a mail server")
        ]
    }

    private func isConfigured(_ name: String) -> Bool { lookup.place("tools", name) != nil }

    private func isInstalled(_ name: String) -> Bool { ToolPaths.places[name]?.contains(where: isThere) == true }

    /// Finds a configured path without a program. A configured program is never replaced by another.
    private func wrongPath(_ name: String) -> ConfigurationProblem? {
        guard let path = lookup.path("tools", name), !isThere(path) else { return nil }
        return ConfigurationProblem(
            .warning, at: lookup.place("tools", name), "[tools] \(name): there is no program \(path)",
            remedy: "correct the path, or remove the line to use the one that is installed")
    }

    /// Reports a missing program only if something needs it.
    private func missing(_ name: String) -> ConfigurationProblem? {
        switch name {
        case "sevenzip":
            ConfigurationProblem(
                .note, message: "there is no 7z on this machine, so no 7z files are written",
                remedy: "install the package p7zip-full or 7zip, or set sevenzip= in [tools] to do without")
        case "php" where uses("producer", SourceSettings.Producer.mediawiki.rawValue):
            ConfigurationProblem(
                .warning, message: "there is no PHP, so the scripts of MediaWiki cannot be run",
                remedy: "install the package php-cli, or set php in [tools]")
        case "curl" where asksServers:
            ConfigurationProblem(
                .warning, message: "there is no curl, so the API of a wiki cannot be asked",
                remedy: "install the package curl, or set curl in [tools]")
        case "curl" where !farm.mail.recipients.isEmpty && farm.mail.program == nil:
            ConfigurationProblem(
                .note, message: "there is no curl, so mail about failures cannot be sent",
                remedy: "install the package curl, or set adminmail=nomail in [reporting]")
        default: nil
        }
    }

    private func uses(_ key: String, _ value: String) -> Bool {
        lists.wikis.contains { lookup.text("source", key, wiki: $0) == value }
    }

    private var asksServers: Bool { lists.wikis.contains { !lookup.text("wiki", "apiaddress", wiki: $0).isEmpty } }
}
