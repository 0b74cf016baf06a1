import SystemPackage

/// Exports revisions as XML: as stubs, or as pages with their texts.
///
/// All export jobs with texts share one pass: each text is read once and each revision rendered once.
struct ExportJob: Job {
    typealias File = ExportFile

    let name: String
    let title: String
    var detail: String? = nil
    /// Stubs, or pages with texts.
    let style: ExportStyle
    let files: [File]
    var prerequisites: [String] = []
    /// Whether and how the files are written in pieces.
    var parts = PartSettings()
    /// How several processes share the ranges; nil if one process does all of them.
    var batches: BatchSettings?

    /// All stubs are one pass, and all pages with texts another. Pages made from stubs have one pass for each stub, so that a
    /// failure of one does not affect the others. Shared ranges are read batch by batch.
    var pass: String? {
        if batches != nil { return "batches of \(name)" }
        if style == .stub { return "stubs" }
        return prerequisites.isEmpty ? "pages" : "pages " + (files.first?.selection.stubName ?? "")
    }

    var reads: Set<ContentPart> { [.revisions] }

    var isSplit: Bool { style == .stub ? parts.isEnabled : parts.splitsPages }
    /// Whether the pieces are ranges of pages.
    var usesRanges: Bool { style == .pages && parts.usesRanges }

    /// The names of the files, each followed by its index. Pieces are included only if they are known.
    func fileNames(prefix: String) -> [String] { fileNames(prefix: prefix, known: [:], among: nil) }

    /// The names of the files. Where pieces are not planned, the pieces that were found are returned.
    func fileNames(prefix: String, known: KnownRanges, among found: [String]?) -> [String] {
        files.flatMap { file in
            file.names.flatMap { name in
                if let pieces = pieces(of: file, known) { return pieces.map { prefix + $0.name(of: name) } }
                guard let found else { return [] }
                let names = found.compactMap { DumpFileName(file: $0, prefix: prefix) }.filter {
                    $0.isPiece && ($0.pages != nil) == usesRanges && $0.whole.description == name
                }
                return inOrder(names, prefix: prefix, whole: name)
            }
        }
    }

    /// The names of the pieces that were found, plus one name for each gap between them.
    private func inOrder(_ found: [DumpFileName], prefix: String, whole: String) -> [String] {
        let pieces = found.sorted { $0.order < $1.order }
        var names: [String] = []
        func miss(_ part: Int?, _ pages: ClosedRange<Int64>?) {
            var name = DumpFileName(whole)
            (name.part, name.pages) = (part, pages)
            names.append(prefix + name.description)
        }
        var (part, first) = (1, Int64(1))
        for piece in pieces {
            if let pages = piece.pages {
                if pages.lowerBound > first { miss(piece.part, first...(pages.lowerBound - 1)) }
                first = pages.upperBound == .max ? .max : pages.upperBound + 1
            } else if let number = piece.part {
                if number > part { miss(part, nil) }
                part = number + 1
            }
            names.append(prefix + piece.description)
        }
        if pieces.isEmpty { miss(parts.isEnabled ? 1 : nil, usesRanges ? 1...Int64.max : nil) }
        return names
    }

    /// All pieces of a file; nil if they are known only after a look at the source.
    func pieces(of file: File, _ known: KnownRanges) -> [DumpPiece]? {
        guard isSplit else { return [.whole] }
        if usesRanges { return known[file.selection.subset] }
        return parts.isEnabled && parts.pages.count == nil ? nil : parts.pageParts(last: 0)
    }

    func run(_ context: JobContext) async throws(DumpError) -> JobReport { try await Self.run([self], context)[0] }

    /// Writes the files of several jobs in one pass.
    static func run(_ jobs: [ExportJob], _ context: JobContext) async throws(DumpError) -> [JobReport] {
        guard let first = jobs.first else { return [] }
        if let sharing = first.sharing {
            let shared = SharedExport(sharing: sharing, context: context)
            if FileFilter(options: context.options, prefix: context.prefix).isEverything {
                let (tiles, partCount) = try await PiecePlanner(jobs: [first], context: context).ranges()
                return [try await shared.run(tiles[sharing.subset] ?? [], partCount: partCount)]
            }
            try shared.refuseIfAtWork()
        }
        let plan = try await PiecePlanner(jobs: jobs, context: context).plan()
        let active = plan.filter { !$0.wanted.isEmpty }
        let written: WrittenPieces
        if active.isEmpty {
            written = WrittenPieces()
        } else if let producer = context.producer {
            written = try await ProducedExport(producer: producer, context: context).write(active, style: first.style)
        } else {
            written = try await RevisionExport(style: first.style, context: context).write(active)
        }
        return try jobs.map { (job) throws(DumpError) in try plan.report(of: job.name, written, context) }
    }

    var dividedFiles: [[String]] { files.map(\.names) }

    /// Its ranges are shared between processes if the settings say so.
    var sharing: JobSharing? {
        guard let batches, let file = files.first else { return nil }
        return JobSharing(
            job: name, file: file.name, subset: file.selection.subset, parts: parts, batches: batches
        ) { [name, style] pieces, context, claim async throws(DumpError) in
            let plan = [FilePieces(job: name, file: file, tile: [], wanted: pieces)]
            return try await RevisionExport(style: style, context: context, claim: claim)
                .write(try await plan.counted(in: context.snapshot)).problems
        }
    }

    /// The names of the files that are asked for. Pieces are included only if they are known.
    func fileNames(
        prefix: String, known: KnownRanges, askedForBy options: RunOptions
    ) throws(DumpError) -> [String] {
        let filter = FileFilter(options: options, prefix: prefix)
        var names: [String] = []
        for file in files {
            guard let pieces = pieces(of: file, known) else { continue }
            let wanted = try filter.wanted(
                of: file.names, pieces: pieces, parts: isSplit ? parts.pageParts(last: 0) : [.whole])
            for name in file.names { names += wanted.map { prefix + $0.name(of: name) } }
        }
        return names
    }

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
        let states = try RunInfoFile.read(in: folder, on: wiki.fileSystem)
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
    fileprivate func pipe(_ name: String) -> FilePath { directories.temporary.appending("\(name).pipe") }
}
