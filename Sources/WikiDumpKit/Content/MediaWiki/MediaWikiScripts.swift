import SystemPackage

/// The maintenance scripts of a MediaWiki installation.
struct MediaWikiScripts: Sendable, Hashable {
    var php: FilePath
    var directory: FilePath
    /// The folder of `MWScript.php`, which chooses a wiki's version of MediaWiki; nil if there is none.
    var multiversion: FilePath?
    var wiki: WikiName
    var limits: Command.Limits = Command.Limits()

    /// The command that runs a script.
    /// - Parameters:
    ///   - script: A name in the folder `maintenance`, or a path that begins with `extensions/`.
    ///   - arguments: The arguments of the script, after those that name the wiki.
    /// - Throws: ``DumpError`` with code `configuration` if there is no such script.
    func command(_ script: String, _ arguments: [String]) throws(DumpError) -> Command {
        var start: [String]
        if let wrapper = multiversion?.appending("MWScript.php"), try FileSystem.real.status(wrapper)?.isFile == true {
            start = [wrapper.string, script]
        } else {
            let folder = script.hasPrefix("extensions/") ? directory : directory.appending("maintenance")
            let path = folder.appending(script)
            guard try FileSystem.real.status(path)?.isFile == true else {
                throw DumpError(
                    .configuration, "there is no script \(path)",
                    remedy: "set dir in the section [wiki] to the folder of MediaWiki")
            }
            start = [path.string]
        }
        start.append("--wiki=\(wiki)")
        return Command(php.string, start + arguments, limits: limits)
    }
}

extension MediaWikiSettings {
    /// The scripts for a wiki; nil if no MediaWiki is installed here.
    func scripts(of wiki: WikiName) -> MediaWikiScripts? {
        guard let folder = directory ?? multiversion else { return nil }
        return MediaWikiScripts(
            php: php, directory: folder, multiversion: multiversion, wiki: wiki,
            limits: Command.Limits(
                time: timeLimit == 0 ? nil : .seconds(timeLimit), silence: hangLimit == 0 ? nil : .seconds(hangLimit)))
    }
}

extension MediaWikiScripts {
    /// The command that writes an export, to a path for each text.
    /// - Throws: ``DumpError`` with code `configuration` if there is no such script.
    func command(for request: ExportRequest, outputs: [FilePath]) throws(DumpError) -> Command {
        try command(request.script, arguments(request, outputs))
    }

    private func arguments(_ request: ExportRequest, _ outputs: [FilePath]) -> [String] {
        let group = "--dbgroupdefault=dump"
        switch request {
        case .stubs(let selections, let pages):
            return [group, "--full", "--stub", "--report=1000"] + Self.range(pages)
                + zip(selections, outputs).flatMap { selection, output in
                    ["--output=file:\(output)"] + Self.filters(selection)
                }
        case .pages(let pages):
            return ["--stub=gzip:\(pages.stub)"] + (pages.prefetch.map { [$0.argument] } ?? [])
                + [group, "--report=1000"] + (pages.spawn ? ["--spawn=\(php)"] : [])
                + outputs.map { "--output=file:\($0)" } + [pages.extent == .all ? "--full" : "--current"]
        case .log(let ids):
            return ["--logs", "--report=1000", group] + Self.range(ids) + outputs.map { "--output=file:\($0)" }
        }
    }

    /// The script's end id is exclusive. Without one, the script continues to the last id.
    private static func range(_ ids: ClosedRange<Int64>?) -> [String] {
        guard let ids else { return [] }
        return ["--start=\(ids.lowerBound)"] + (ids.upperBound == .max ? [] : ["--end=\(ids.upperBound + 1)"])
    }

    private static func filters(_ selection: ExportSelection) -> [String] {
        (selection.extent == .current ? ["--filter=latest"] : [])
            + (selection.articlesOnly ? ["--filter=notalk", "--filter=namespace:!NS_USER"] : [])
    }
}

extension ExportRequest {
    var script: String {
        if case .pages = self { "dumpTextPass.php" } else { "dumpBackup.php" }
    }

    var textCount: Int {
        if case .stubs(let selections, _) = self { selections.count } else { 1 }
    }
}
