import CLibrary
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// The files that names on the command line refer to, as one dump.
enum DumpParts {
    /// - Parameter names: Files, folders with the files of one dump, and patterns.
    /// - Throws: ``BzError`` or ``DumpError`` if a folder cannot be read or does not hold the files of one dump.
    static func paths(_ names: [String]) throws -> [FilePath] {
        var paths: [FilePath] = []
        for name in names {
            let path = FilePath(name)
            if name != "-", FileKind(of: path) == .directory {
                paths += try DumpSet.paths(in: path)
            } else if name != "-", FileKind(of: path) == nil, DumpFileList.isPattern(name) {
                paths += try DumpFileList([name]).paths.map { FilePath($0) }
            } else {
                paths.append(path)
            }
        }
        return paths
    }

    /// The one dump. Its files must be such that they can be read at many places.
    static func files(_ names: [String]) async throws -> DumpSet {
        for name in names { _ = try DumpArgument.file(name) }
        return try await DumpSet(paths(names), taskCount: Processors.count)
    }

    /// The text of the one dump. A single file is opened when it is read, so it may be a pipe.
    static func text(_ names: [String]) async throws -> DumpText {
        let paths = try paths(names)
        if paths.count == 1 { return try DumpText(paths[0]) }
        return try await DumpSet(paths, taskCount: Processors.count).text
    }
}
