import SystemPackage

/// The maintenance scripts of a MediaWiki installation.
struct MediaWikiScripts: Sendable, Hashable {
    /// The PHP that runs them.
    var php: FilePath
    /// The folder of MediaWiki, `[wiki] dir`.
    var directory: FilePath
    /// The folder of `MWScript.php`, which chooses the version of MediaWiki that a wiki runs on; nil without one.
    var multiversion: FilePath?
    /// Which wiki the scripts are run for.
    var wiki: WikiName
    /// How long a script may take, and be silent.
    var limits: Command.Limits

    /// Names an installation. Nothing is looked at yet.
    init(
        php: FilePath, directory: FilePath, multiversion: FilePath? = nil, wiki: WikiName,
        limits: Command.Limits = Command.Limits()
    ) {
        self.php = php
        self.directory = directory
        self.multiversion = multiversion
        self.wiki = wiki
        self.limits = limits
    }

    /// The command that runs a script.
    /// - Parameters:
    ///   - script: A name in the folder `maintenance`, or a path that begins with `extensions/`.
    ///   - arguments: The arguments of the script, behind those that name the wiki.
    /// - Throws: ``DumpError`` with code `configuration` if there is no such script.
    func command(_ script: String, _ arguments: [String]) throws(DumpError) -> Command {
        var start: [String]
        if let wrapper = multiversion?.appending("MWScript.php"), try FileSystem.status(wrapper)?.isFile == true {
            start = [wrapper.string, script]
        } else {
            let folder = script.hasPrefix("extensions/") ? directory : directory.appending("maintenance")
            let path = folder.appending(script)
            guard try FileSystem.status(path)?.isFile == true else {
                throw DumpError(
                    .configuration, "there is no script \(path)",
                    remedy: "let dir in the section [wiki] name the folder of MediaWiki")
            }
            start = [path.string]
        }
        start.append("--wiki=\(wiki)")
        return Command(php.string, start + arguments, limits: limits)
    }
}

extension MediaWikiSettings {
    /// The scripts as a wiki runs them; nil if MediaWiki is not here.
    func scripts(of wiki: WikiName) -> MediaWikiScripts? {
        guard let folder = directory ?? multiversion else { return nil }
        return MediaWikiScripts(
            php: php, directory: folder, multiversion: multiversion, wiki: wiki,
            limits: Command.Limits(
                time: timeLimit == 0 ? nil : .seconds(timeLimit), silence: hangLimit == 0 ? nil : .seconds(hangLimit)))
    }
}
