import ArgumentParser
import CLibrary
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// The files that names, folders and patterns on the command line refer to.
struct DumpFileList {
    private(set) var paths: [String] = []
    /// What in folders could not be looked at.
    private(set) var faults: [BzError] = []

    /// - Throws: A usage error for a pattern or folder without a dump file.
    init(_ names: [String]) throws {
        for name in names {
            let kind = name == "-" ? nil : FileKind(of: FilePath(name))
            if kind == .directory {
                if !add(folder: FilePath(name)) {
                    throw DumpError(.usage, "there is no dump file in \(name)", remedy: "name files")
                }
            } else if kind == nil, Self.isPattern(name) {
                let found = matches(name)
                if !found { throw DumpError(.usage, "no file is called like \(name)", remedy: "name files") }
            } else {
                // A missing file is reported when it is opened.
                paths.append(name)
            }
        }
    }

    /// Whether a name that no file has is a pattern.
    static func isPattern(_ name: String) -> Bool { name.contains(where: { "*?[".contains($0) }) }

    /// - Returns: Whether there was anything to tell.
    private mutating func add(folder: FilePath) -> Bool {
        let search = DumpFileSearch(in: folder)
        paths += search.files.map(\.shown)
        faults += search.faults
        return !search.files.isEmpty || !search.faults.isEmpty
    }

    private mutating func matches(_ pattern: String) -> Bool {
        if WebAddress(pattern) != nil {
            let path = FilePath(pattern)
            let search = DumpFileSearch(in: path.removingLastComponent())
            let found = search.files.filter { file in
                unsafe fnmatch(path.lastComponent?.string ?? "", file.lastComponent?.string ?? "", 0) == 0
            }
            paths += found.map(\.shown)
            faults += search.faults
            return !found.isEmpty || !search.faults.isEmpty
        }
        var result = unsafe glob_t()
        defer { unsafe globfree(&result) }
        guard unsafe glob(pattern, 0, nil, &result) == 0 else { return false }
        var found = false
        for index in unsafe 0..<Int(result.gl_pathc) {
            guard let path = unsafe result.gl_pathv[index] else { continue }
            let name = unsafe String(cString: path)
            if FileKind(of: FilePath(name)) == .directory {
                found = add(folder: FilePath(name)) || found
            } else {
                paths.append(name)
                found = true
            }
        }
        return found
    }
}
