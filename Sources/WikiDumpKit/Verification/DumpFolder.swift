import MWBzUtils
import SystemPackage

/// The dump files in a folder, judging by their names.
struct DumpFolder {
    struct Entry {
        var name: String
        var prefix: String
        var parsed: DumpFileName
        /// Whether it is a file of a File Export, whose name has the range of pages before `.xml`.
        var isShard: Bool { !RangedFileName(name).type.isEmpty }
    }

    let path: FilePath
    let fileSystem: FileSystem
    /// The files, ordered by name.
    private(set) var files: [Entry] = []
    private(set) var orphans: [String] = []

    init(_ path: FilePath, on fileSystem: FileSystem) throws(DumpError) {
        self.path = path
        self.fileSystem = fileSystem
        let names = try fileSystem.list(path)
        let present = Set(names)
        for name in names {
            if name.hasSuffix(FileCertificate.suffix) {
                let file = String(name.dropLast(FileCertificate.suffix.count))
                if !present.contains(file) { orphans.append(name) }
                continue
            }
            let isCertified = present.contains(FileCertificate.name(of: name))
            guard isCertified || [".gz", ".bz2", ".7z"].contains(where: name.hasSuffix), !name.hasPrefix(".") else {
                continue
            }
            let prefix = Self.prefix(of: name) ?? ""
            files.append(Entry(name: name, prefix: prefix, parsed: DumpFileName(name.dropFirst(prefix.count))))
        }
    }

    /// The folders at or below a path that contain dump files. Links to folders are not followed.
    static func all(below path: FilePath, on fileSystem: FileSystem) throws(DumpError) -> [DumpFolder] {
        guard let status = try fileSystem.status(path) else {
            throw DumpError(.fileSystem, "there is no folder \(path)", remedy: "name the folder of a run")
        }
        guard status.isDirectory else {
            throw DumpError(.usage, "\(path) is not a folder", remedy: "name the folder of a run")
        }
        var found: [DumpFolder] = []
        let folder = try DumpFolder(path, on: fileSystem)
        if !folder.files.isEmpty || !folder.orphans.isEmpty { found.append(folder) }
        for name in try fileSystem.list(path) where name != "latest" {
            let child = path.appending(name)
            if try fileSystem.linkTarget(child) == nil, try fileSystem.status(child)?.isDirectory == true {
                found += try all(below: child, on: fileSystem)
            }
        }
        return found
    }

    /// `WIKI-DATE-` at the beginning of a name. The date is the first eight digits between hyphens that form a valid date, or
    /// such digits with hyphens between year, month and day.
    private static func prefix(of name: String) -> String? {
        var start = name.startIndex
        while let hyphen = name[start...].firstIndex(of: "-") {
            let rest = name[name.index(after: hyphen)...]
            if DumpDate(rest.prefix(8)) != nil, rest.dropFirst(8).hasPrefix("-"), hyphen > name.startIndex {
                return String(name[..<hyphen]) + "-" + rest.prefix(9)
            }
            let day = rest.prefix(10)
            if day.split(separator: "-").map(\.count) == [4, 2, 2], DumpDate(day.filter { $0 != "-" }) != nil,
                rest.dropFirst(10).hasPrefix("-"), hyphen > name.startIndex
            {
                return String(name[..<hyphen]) + "-" + rest.prefix(11)
            }
            start = name.index(after: hyphen)
        }
        return nil
    }
}
