import MWBzUtils
import SystemPackage
import WikiDumpKit

/// The files of a dump that may come in parts, such as `…-pages-articles1.xml-p1p41242.bz2`.
struct DumpParts {
    /// All files; those with ranges are in the order of their ranges.
    let all: [FilePath]

    /// - Parameter names: Files, and folders whose part files are all taken.
    /// - Throws: ``BzError`` or ``DumpError`` if a folder cannot be read or has no part files.
    init(_ names: [String]) throws {
        var paths: [FilePath] = []
        for name in names {
            let path = try DumpArgument.file(name)
            guard FileKind(of: path) == .directory else {
                paths.append(path)
                continue
            }
            let parts = try FileSystem.real.list(path).filter {
                $0.hasSuffix(".bz2") && Self.range(of: FilePath($0)) != nil
            }
            guard !parts.isEmpty else {
                throw BzError(
                    .fileSystem, "a folder without part files", remedy: "name the files, as in *.xml-p1p99.bz2",
                    file: path)
            }
            paths += parts.map { path.appending($0) }
        }
        all = paths.enumerated().sorted { one, other in
            let starts = (Self.range(of: one.element)?.lowerBound, Self.range(of: other.element)?.lowerBound)
            if let first = starts.0, let second = starts.1, first != second { return first < second }
            return one.offset < other.offset
        }.map(\.element)
    }

    /// The files in which to look for a page, the likely ones first; all if the id is unknown.
    func paths(for id: Int64?) -> [FilePath] {
        guard let id, all.count > 1 else { return all }
        // If no file fits, both neighbours can say between which pages it would be.
        let below = all.last { (Self.range(of: $0)?.upperBound ?? .max) < id }
        let above = all.first { (Self.range(of: $0)?.lowerBound ?? .min) > id }
        return all.filter { Self.range(of: $0)?.contains(id) ?? true } + [below, above].compactMap { $0 }
    }

    /// The range of page ids in the name of a bzip2 file.
    private static func range(of path: FilePath) -> ClosedRange<Int64>? {
        let name = RangedFileName(path.lastComponent?.string ?? "")
        return name.compression == "bz2" ? name.range?.ids : nil
    }
}
