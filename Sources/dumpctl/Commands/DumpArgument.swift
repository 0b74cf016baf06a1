import ArgumentParser
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// Checks of command line arguments: a dump that must be a seekable file, and the folders for output.
enum DumpArgument {
    /// - Throws: `ValidationError` (wrong usage) for `-`.
    static func file(_ name: String) throws -> FilePath {
        guard name != "-" else {
            throw ValidationError("This command reads the dump at many places, so it needs a file, not standard input.")
        }
        return FilePath(name)
    }

    /// Something that is written, or read with everything around it: no address.
    static func onThisMachine(_ name: String) throws -> FilePath {
        guard WebAddress(name) == nil else {
            throw ValidationError("\(name) is on a web server; fetch it first, and name what is on this machine.")
        }
        return FilePath(name)
    }

    /// The same, for a command that writes beside the dump.
    static func fileWithNeighbours(_ name: String) throws -> FilePath {
        let path = try file(name)
        guard WebAddress(name) == nil else {
            throw ValidationError("Nothing can be written beside \(name); say with --output where it goes.")
        }
        let isHandle = ["/dev", "/proc"].contains { path.lexicallyNormalized().starts(with: FilePath($0)) }
        // A path that is not a file is refused when it is opened.
        guard !isHandle || FileKind(of: path) != .regular else {
            throw ValidationError("Nothing can be written beside \(name); say with --output where it goes.")
        }
        return path
    }

    /// - Throws: `DumpError` with code `fileSystem` if it is not a folder.
    static func checkFolder(_ folder: FilePath) throws(DumpError) {
        guard let status = try FileSystem.real.status(folder), status.isDirectory else {
            throw DumpError(.fileSystem, "\(folder) is not a folder", remedy: "make it first, or name another one")
        }
    }
}

/// Keeps a command from overwriting its input.
enum OutputGuard {
    /// Refuses an output that is also an input or another output, whatever the paths look like.
    /// - Throws: `ValidationError` (wrong usage).
    static func check(_ outputs: [String], inputs: [String]) throws {
        for (place, output) in outputs.enumerated() where output != "-" {
            if inputs.contains(where: { $0 != "-" && areSame($0, output) }) {
                throw ValidationError("\(output) is also the input; name another output.")
            }
            if outputs[..<place].contains(where: { areSame($0, output) }) {
                throw ValidationError("\(output) is given for two outputs.")
            }
        }
    }

    private static func areSame(_ one: String, _ other: String) -> Bool {
        if FilePath(one).lexicallyNormalized() == FilePath(other).lexicallyNormalized() { return true }
        guard let first = try? FileSystem.real.status(FilePath(one)) else { return false }
        return (try? FileSystem.real.status(FilePath(other)))?.identity == first.identity
    }
}

/// Reports bytes after a dump that belong to no stream. They are not part of its text, and may be a sign of damage.
enum TrailingBytes {
    /// - Parameter offset: Where they begin, in bytes from the start of the file; nil if there are none.
    static func tell(_ file: String, from offset: Int64?) {
        guard let offset else { return }
        printError("\(file): the bytes from \(offset) on belong to no stream and were left out")
    }
}
