public import SystemPackage

/// The dump files in a folder and its subfolders.
///
/// What cannot be looked at is told of, and the search goes on. Every file is found once, however many links lead to it,
/// under its own name if that is in the folder. Links to folders are not followed, so there are no loops.
public struct DumpFileSearch: Sendable {
    /// The files, sorted folder by folder.
    public private(set) var files: [FilePath] = []
    /// What could not be looked at. Each error names it.
    public private(set) var faults: [BzError] = []

    private struct Found {
        let path: FilePath
        let identity: [UInt64]
        let isLink: Bool
    }

    /// Searches a folder.
    public init(in folder: FilePath) { self.init(in: folder, on: WebCalls.of(folder)) }

    package init(in folder: FilePath, on calls: any FileCalls) {
        var found: [Found] = []
        search(folder, &found, calls)
        let own = Set(found.filter { !$0.isLink }.map(\.identity))
        var linked: Set<[UInt64]> = []
        for file in found where !file.isLink || !own.contains(file.identity) {
            if file.isLink, !linked.insert(file.identity).inserted { continue }
            files.append(file.path)
        }
    }

    /// Whether a file has the name of a dump: compressed, or XML. Files that are being written do not, nor do the feeds and the
    /// sitemap of a farm.
    public static func isDump(_ name: String) -> Bool {
        [".bz2", ".gz", ".xml"].contains(where: name.hasSuffix) && !name.hasPrefix(".") && !name.hasSuffix("-rss.xml")
            && name != "atom.xml" && name != "sitemap.xml"
    }

    private mutating func search(_ folder: FilePath, _ found: inout [Found], _ calls: any FileCalls) {
        let names: [String]
        do throws(Errno) { names = try calls.names(in: folder) } catch {
            faults.append(calls.explain(BzError(.fileSystem, "cannot be listed", file: folder, cause: error)))
            return
        }
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let path = folder.appending(name)
            do throws(Errno) {
                let status = try calls.status(of: path, followsLink: false)
                guard !status.isDirectory else {
                    search(path, &found, calls)
                    continue
                }
                guard Self.isDump(name) else { continue }
                guard status.kind == .link else {
                    found.append(Found(path: path, identity: [status.device, status.number], isLink: false))
                    continue
                }
                let target = try calls.status(of: path, followsLink: true)
                if target.isDirectory { continue }
                found.append(Found(path: path, identity: [target.device, target.number], isLink: true))
            } catch {
                faults.append(fault(error, name, path))
            }
        }
    }

    private func fault(_ error: Errno, _ name: String, _ path: FilePath) -> BzError {
        // The replacement character stands for bytes that are not UTF-8.
        if error == .noSuchFileOrDirectory, name.contains("\u{FFFD}") {
            return BzError(.fileSystem, "its name is not UTF-8", remedy: "rename it", file: path)
        }
        if error == .noSuchFileOrDirectory || error == .tooManySymbolicLinkLevels {
            return BzError(.fileSystem, "is a link that leads nowhere", remedy: "remove it", file: path, cause: error)
        }
        return BzError(.fileSystem, "cannot be looked at", file: path, cause: error)
    }
}
