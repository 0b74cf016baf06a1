import SystemPackage

extension ExportJob {
    /// The MediaWiki scripts that write the exports, if they do. Only pieces that are known by now are listed, and the names of
    /// the pipes are made up.
    func commands(for wiki: any Wiki, date: DumpDate, options: RunOptions) throws(DumpError) -> [Command] {
        guard let scripts = wiki.producingScripts else { return [] }
        let pieces = try piecesToWrite(wiki, date, options)
        var commands: [Command] = []
        if style == .stub {
            for piece in pieces.values.flatMap({ $0 }).distinct {
                let selections = files.filter { pieces[$0]?.contains(piece) == true }.map(\.selection)
                let request = ExportRequest.stubs(selections, pages: piece == .whole ? nil : piece.ids)
                commands.append(
                    try scripts.command(for: request, outputs: selections.map { wiki.pipe($0.stubName) }))
            }
            return commands
        }
        let folder = folder(of: wiki, date: date)
        let search = PrefetchSearch(
            directories: wiki.directories, fileSystem: wiki.fileSystem, wiki: wiki.name, date: date,
            onlyDate: options.prefetchDate, prefersSevenZip: wiki.settings.source.mediaWiki.prefersSevenZip)
        for file in files {
            for piece in (pieces[file] ?? []).distinct {
                let stub = "\(wiki.name)-\(date)-\(piece.name(of: file.selection.stubName))"
                let pages = piece == .whole ? nil : piece.ids
                let request = PageTextRequest(
                    stub: (piece.isRange ? wiki.directories.temporary : folder).appending(stub),
                    extent: file.selection.extent,
                    prefetch: options.prefetch ? try search.files(for: file.selection, pages: pages) : nil,
                    spawn: options.spawn)
                commands.append(try scripts.command(for: .pages(request), outputs: [wiki.pipe(name)]))
            }
        }
        return commands
    }

    /// The pieces of each file that would be written, as far as they are known.
    private func piecesToWrite(
        _ wiki: any Wiki, _ date: DumpDate, _ options: RunOptions
    ) throws(DumpError) -> [File: [DumpPiece]] {
        let folder = folder(of: wiki, date: date)
        let prefix = "\(wiki.name)-\(date)-"
        let filter = FileFilter(options: options, prefix: prefix)
        let states = RunInfoFile.parse(try wiki.fileSystem.text(folder.appending(RunInfoFile.textName)) ?? "")
        let keeps = filter.isEverything && isSplit && !options.cleanup && states[name]?.status != .done
        let names = keeps ? Set(try wiki.fileSystem.list(folder)) : []
        let known = try RunMemory(wiki, date).ranges()
        var pieces: [File: [DumpPiece]] = [:]
        for file in files {
            guard let planned = self.pieces(of: file, known) else { continue }
            let wanted = try filter.wanted(
                of: file.names, pieces: planned, parts: isSplit ? parts.pageParts(last: 0) : [.whole])
            pieces[file] = wanted.filter { piece in
                !file.names.allSatisfy { names.contains(prefix + piece.name(of: $0)) }
            }
        }
        return pieces
    }
}

extension LogJob {
    /// The MediaWiki script that writes the log, if one does. Only parts that are known by now are listed.
    func commands(for wiki: any Wiki, date: DumpDate, options: RunOptions) throws(DumpError) -> [Command] {
        guard let scripts = wiki.producingScripts else { return [] }
        let known = parts.isEnabled ? try RunMemory(wiki, date).ranges()[RunMemory.logSubset] ?? [] : [.whole]
        let wanted = known.filter { piece in options.part.map { $0 == piece.part } ?? true }
        return try wanted.map { piece throws(DumpError) in
            try scripts.command(for: .log(ids: piece == .whole ? nil : piece.ids), outputs: [wiki.pipe(name)])
        }
    }
}

extension Wiki {
    /// The scripts that write the exports of the wiki; nil if this program writes them.
    fileprivate var producingScripts: MediaWikiScripts? {
        settings.source.producer == .mediawiki ? settings.source.mediaWiki.scripts(of: name) : nil
    }

    fileprivate func pipe(_ name: String) -> FilePath { directories.temporary.appending("\(name).pipe") }
}
