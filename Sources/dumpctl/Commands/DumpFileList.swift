import ArgumentParser
import CLibrary
import SystemPackage
import WikiDumpKit

/// The files that names, folders and patterns on the command line refer to.
struct DumpFileList {
    private(set) var paths: [String] = []

    /// - Throws: A usage error for a pattern or folder without a dump file.
    init(_ names: [String]) throws {
        for name in names {
            let status = name == "-" ? nil : try? FileSystem.real.status(FilePath(name))
            if status?.isDirectory == true {
                let found = try Self.files(in: FilePath(name))
                if found.isEmpty { throw DumpError(.usage, "there is no dump file in \(name)", remedy: "name files") }
                paths += found
            } else if status == nil, name.contains(where: { "*?[".contains($0) }) {
                let found = try Self.matches(name)
                if found.isEmpty { throw DumpError(.usage, "no file is called like \(name)", remedy: "name files") }
                paths += found
            } else {
                // A missing file is reported when it is opened.
                paths.append(name)
            }
        }
    }

    /// Whether a file has the name of a dump: compressed, or XML. Files that are being written do not, nor do the feeds that
    /// are beside the newest dump.
    private static func isDump(_ name: String) -> Bool {
        [".bz2", ".gz", ".xml"].contains(where: name.hasSuffix) && !name.hasPrefix(".") && !name.hasSuffix("-rss.xml")
    }

    /// The dump files in a folder and its subfolders, sorted. Links to folders are not followed, so there are no cycles.
    private static func files(in folder: FilePath) throws(DumpError) -> [String] {
        var found: [String] = []
        for name in try FileSystem.real.list(folder) {
            let path = folder.appending(name)
            guard let status = try FileSystem.real.status(path) else { continue }
            if status.isDirectory {
                if try FileSystem.real.linkTarget(path) == nil { found += try files(in: path) }
            } else if isDump(name) {
                found.append(path.string)
            }
        }
        return found
    }

    private static func matches(_ pattern: String) throws -> [String] {
        var result = unsafe glob_t()
        defer { unsafe globfree(&result) }
        guard unsafe glob(pattern, 0, nil, &result) == 0 else { return [] }
        var found: [String] = []
        for index in unsafe 0..<Int(result.gl_pathc) {
            guard let path = unsafe result.gl_pathv[index] else { continue }
            let name = unsafe String(cString: path)
            if (try FileSystem.real.status(FilePath(name)))?.isDirectory == true {
                found += try files(in: FilePath(name))
            } else {
                found.append(name)
            }
        }
        return found
    }
}
