import SystemPackage

/// The tables that the source of a run has: `tableinfo.json`, a list of names, kept for later processes of the same date.
///
/// The names of tables with private jobs are only in a file of the same name in the private folder.
struct TableInfo {
    static let fileName = "tableinfo.json"

    let wiki: any Wiki
    let date: DumpDate

    private var publicPath: FilePath { wiki.directories.run(date).appending(Self.fileName) }
    private var privatePath: FilePath { wiki.directories.privateRun(date).appending(Self.fileName) }

    /// The names, if an earlier process of the same date wrote them; nil if none did or the file is damaged.
    func read() throws(DumpError) -> Set<String>? {
        guard let published = try names(publicPath) else { return nil }
        return Set(published).union(try names(privatePath) ?? [])
    }

    /// Writes the names, or moves them between the files if other tables are private now. Files that would not change are left
    /// alone.
    /// - Parameter jobs: All jobs of the wiki.
    func write(_ names: Set<String>, jobs: [any Job]) throws(DumpError) {
        let isHidden = publicPath != privatePath
        let hidden = Set(isHidden ? jobs.filter(\.isPrivate).compactMap(\.table) : [])
        try write(names.subtracting(hidden), to: publicPath, permissions: wiki.directories.statusPermissions)
        guard isHidden else { return }
        let found = names.intersection(hidden)
        if found.isEmpty, try wiki.fileSystem.status(privatePath) == nil { return }
        try write(found, to: privatePath, permissions: WikiDirectories.privateFilePermissions)
    }

    private func names(_ path: FilePath) throws(DumpError) -> [String]? {
        guard let text = try wiki.fileSystem.text(path),
            case .array(let names)? = try? JSONValue(parsing: Array(text.utf8))
        else { return nil }
        return names.compactMap(\.string)
    }

    private func write(_ names: Set<String>, to path: FilePath, permissions: UInt16) throws(DumpError) {
        let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        if try self.names(path) == sorted { return }
        let bytes = JSONValue.array(sorted.map { .string($0) }).bytes + [UInt8(ascii: "\n")]
        try wiki.fileSystem.write(bytes, to: path, permissions: permissions, durable: false)
    }
}
