import ArgumentParser
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// The dump that a command is given, when that has to be a file which can be read at any place, and where files go.
enum DumpArgument {
    /// - Throws: `ValidationError`, which is wrong usage, for `-`.
    static func file(_ name: String) throws -> FilePath {
        guard name != "-" else {
            throw ValidationError("This command reads the dump at many places, so it needs a file, not standard input.")
        }
        return FilePath(name)
    }

    /// The same for a command that writes beside the dump.
    static func fileWithNeighbours(_ name: String) throws -> FilePath {
        let path = try file(name)
        let isHandle = ["/dev", "/proc"].contains { path.lexicallyNormalized().starts(with: FilePath($0)) }
        // What is no file at all is refused where it is opened.
        guard !isHandle || FileKind(of: path) != .regular else {
            throw ValidationError("Nothing can be written beside \(name); say with --output where it goes.")
        }
        return path
    }

    /// - Throws: `DumpError` with code `fileSystem` if files cannot be put there because it is no folder.
    static func checkFolder(_ folder: FilePath) throws(DumpError) {
        guard let status = try FileSystem.real.status(folder), status.isDirectory else {
            throw DumpError(.fileSystem, "\(folder) is not a folder", remedy: "make it first, or name another one")
        }
    }
}
