import SystemPackage

extension ExportJob: CommandJob {
    /// The scripts of MediaWiki, where they write the exports. The names of their pipes are made up for the plan.
    public func commands(for wiki: any Wiki, date: DumpDate) throws(DumpError) -> [Command] {
        guard let scripts = wiki.producingScripts else { return [] }
        var selections: [ExportSelection] = []
        for file in files where !selections.contains(file.selection) { selections.append(file.selection) }
        if style == .stub {
            let outputs = selections.map { wiki.pipe($0.stubName) }
            return [try scripts.command(for: .stubs(selections), outputs: outputs)]
        }
        var commands: [Command] = []
        for selection in selections {
            let search = PrefetchSearch(
                directories: wiki.directories, wiki: wiki.name, date: date,
                prefersSevenZip: wiki.settings.source.mediaWiki.prefersSevenZip)
            let stub = folder(of: wiki, date: date).appending("\(wiki.name)-\(date)-\(selection.stubName)")
            let request = PageTextRequest(
                stub: stub, extent: selection.extent, prefetch: try search.files(for: selection))
            commands.append(try scripts.command(for: .pages(request), outputs: [wiki.pipe(name)]))
        }
        return commands
    }
}

extension LogJob: CommandJob {
    /// The script of MediaWiki, where it writes the exports.
    public func commands(for wiki: any Wiki, date: DumpDate) throws(DumpError) -> [Command] {
        guard let scripts = wiki.producingScripts else { return [] }
        return [try scripts.command(for: .log, outputs: [wiki.pipe(name)])]
    }
}

extension Wiki {
    /// The scripts that write the exports of the wiki; nil if this program does.
    fileprivate var producingScripts: MediaWikiScripts? {
        settings.source.producer == .mediawiki ? settings.source.mediaWiki.scripts(of: name) : nil
    }

    fileprivate func pipe(_ name: String) -> FilePath { directories.temporary.appending("\(name).pipe") }
}
