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

/// Keeps a command from writing over what it reads.
enum OutputGuard {
    /// Refuses outputs that are one of the inputs, whatever the paths look like, or each other.
    /// - Throws: `ValidationError`, which is wrong usage.
    static func check(_ outputs: [String], inputs: [String]) throws {
        for (place, output) in outputs.enumerated() where output != "-" {
            if inputs.contains(where: { $0 != "-" && areSame($0, output) }) {
                throw ValidationError("\(output) is what is read; name another output.")
            }
            if outputs[..<place].contains(where: { areSame($0, output) }) {
                throw ValidationError("\(output) is named for two outputs.")
            }
        }
    }

    private static func areSame(_ one: String, _ other: String) -> Bool {
        if FilePath(one).lexicallyNormalized() == FilePath(other).lexicallyNormalized() { return true }
        guard let first = try? FileSystem.real.status(FilePath(one)) else { return false }
        return (try? FileSystem.real.status(FilePath(other)))?.identity == first.identity
    }
}

/// Tells of bytes after a dump that belong to no stream: they are no part of its text, and may be a sign of damage.
enum TrailingBytes {
    /// - Parameter offset: where they begin, in bytes from the start of the file; nil if there are none.
    static func tell(_ file: String, from offset: Int64?) {
        guard let offset else { return }
        printError("\(file): what stands from byte \(offset) on belongs to no stream and was left out")
    }
}
