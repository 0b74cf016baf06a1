public import SystemPackage

extension DumpSet {
    /// The files of the one dump in a folder, judging by their names: those with ranges, or else the only one. Subfolders are
    /// not looked into.
    /// - Throws: ``BzError`` with code `fileSystem` if there is none, or files of several dumps, which it names.
    public static func paths(in folder: FilePath) throws(BzError) -> [FilePath] {
        try paths(in: folder, on: WebCalls.of(folder))
    }

    package static func paths(in folder: FilePath, on calls: any FileCalls) throws(BzError) -> [FilePath] {
        let search = DumpFileSearch(in: folder, on: calls)
        // What may belong to the dump and cannot be looked at makes every answer doubtful.
        if let fault = search.faults.first { throw fault }
        let files = search.files.filter { $0.removingLastComponent() == folder }
        let parsed = files.map { ($0, RangedFileName($0.lastComponent?.string ?? "")) }
        let ranged = parsed.filter { $0.1.range != nil || $0.1.splitPage != nil }
        let candidates = ranged.isEmpty ? parsed : ranged
        let wholes = Set(candidates.map(\.1.whole)).sorted()
        guard let first = wholes.first else {
            throw BzError(.fileSystem, "a folder without dump files", remedy: "name the files", file: folder)
        }
        guard wholes.count == 1, !ranged.isEmpty || candidates.count == 1 else {
            throw BzError(
                .fileSystem, "a folder with files of several dumps, such as \(first) and \(wholes.last ?? "")",
                remedy: "name the files of one, as in *.xml-p*.bz2", file: folder)
        }
        return candidates.map(\.0)
    }
}
