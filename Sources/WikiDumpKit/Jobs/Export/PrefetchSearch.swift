import SystemPackage

/// Finds the files of an older run that hold most of the texts of a new one.
struct PrefetchSearch {
    /// Below this size, asking the database is faster.
    static let smallestFile: Int64 = 70_000

    let directories: WikiDirectories
    let fileSystem: FileSystem
    let wiki: WikiName
    let date: DumpDate
    /// The only run to look at; nil for all earlier ones, the newest first.
    var onlyDate: DumpDate?
    /// Whether 7z files are preferred. They are slower to read than bzip2 files, and much smaller.
    var prefersSevenZip = false

    /// Returns the files of the newest run that has any.
    /// - Parameters:
    ///   - selection: Which pages and revisions are wanted.
    ///   - pages: The ids of the pages that are wanted; nil for all.
    func files(for selection: ExportSelection, pages: ClosedRange<Int64>? = nil) throws(DumpError) -> PrefetchFiles? {
        for run in try dates() {
            let folder = directories.run(run)
            let states = try RunInfoFile.read(in: folder, on: fileSystem)
            for (compression, job) in sources(selection) where states[job]?.status == .done {
                let found = try files(of: "pages-\(selection.subset)", compression, in: folder, of: run, pages)
                if !found.isEmpty { return PrefetchFiles(compression: compression, paths: found) }
            }
        }
        return nil
    }

    private func dates() throws(DumpError) -> [DumpDate] {
        let all = try RunDirectories(root: directories.publicRoot, on: fileSystem).dates().filter { $0 != date }
        if let onlyDate { return all.filter { $0 == onlyDate } }
        return all.filter { $0 < date }.reversed()
    }

    private func sources(_ selection: ExportSelection) -> [(PrefetchFiles.Compression, String)] {
        let archive =
            selection.extent == .all && prefersSevenZip
            ? [(PrefetchFiles.Compression.sevenZip, "metahistory7zdump")] : []
        return archive + [(.bzip2, selection.textJob)]
    }

    private func files(
        of base: String, _ compression: PrefetchFiles.Compression, in folder: FilePath, of run: DumpDate,
        _ pages: ClosedRange<Int64>?
    ) throws(DumpError) -> [FilePath] {
        let prefix = "\(wiki)-\(run)-"
        let ending = compression == .bzip2 ? "bz2" : "7z"
        var names: [DumpFileName] = []
        for file in try fileSystem.list(folder) {
            guard let name = DumpFileName(file: file, prefix: prefix), name.base == base, name.type == "xml",
                name.compression == ending
            else { continue }
            names.append(name)
        }
        // Page ranges have their pages in their names; parts do not, so all parts are used. A whole file is the last resort.
        let ranges = names.filter { name in
            name.pages.map { range in pages.map(range.overlaps) ?? true } ?? false
        }
        let parts = names.filter { $0.pages == nil && $0.part != nil }
        let whole = names.filter { $0.pages == nil && $0.part == nil }
        let chosen =
            if !ranges.isEmpty {
                ranges.sorted { $0.order.page < $1.order.page }
            } else if !parts.isEmpty {
                parts.sorted { $0.order < $1.order }
            } else {
                whole
            }
        var paths: [FilePath] = []
        var size: Int64 = 0
        for name in chosen {
            let path = folder.appending(prefix + name.description)
            guard let status = try fileSystem.status(path), status.isFile else { continue }
            paths.append(path)
            size += status.size
        }
        // The script splits its list at semicolons, so a name must not contain one.
        let isUsable = size >= Self.smallestFile && !paths.contains { $0.string.contains(";") }
        return isUsable ? paths : []
    }
}

extension ExportSelection {
    /// The job that makes files with the texts.
    fileprivate var textJob: String {
        switch (extent, articlesOnly) {
        case (.all, _): "metahistorybz2dump"
        case (.current, false): "metacurrentdump"
        case (.current, true): "articlesdump"
        }
    }
}
