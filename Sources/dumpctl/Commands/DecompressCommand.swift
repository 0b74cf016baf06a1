import ArgumentParser
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl decompress`: the text of dumps, decoded on all cores.
struct DecompressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decompress",
        abstract: "Write the text of dumps to standard output or a file.",
        discussion: """
            Dumps may be bzip2, gzip or plain; their content tells which. No byte of a bzip2 block is written before its \
            checksum is verified. A file gets its name only when it is complete. Exits with 3 if a dump is \
            damaged or cut short.

            Files of one dump, by the ranges in their names, a folder of them or a pattern give one export in the order \
            of its pages; other files are written one after the other.
            """)

    @Argument(help: "Dumps, written one after the other; - is standard input.", completion: .file())
    var files: [String]

    @Option(name: .shortAndLong, help: "Where to write, instead of standard output.", completion: .file())
    var output: String?

    @Flag(help: "Replace an existing file.")
    var force = false

    func run() async throws {
        try OutputGuard.check(output.map { [$0] } ?? [], inputs: files)
        let target: any DumpOutput =
            if let output { try DumpFile(FilePath(output), as: .plain, existing: force ? .replace : .refuse) } else {
                StandardOutput()
            }
        for dump in try await texts() {
            let reading = try await dump.read(taskCount: Processors.count) {
                text throws(BzError) in
                try await target.append(text)
                return true
            }
            TrailingBytes.tell(dump.name.shown, from: reading.trailingOffset)
        }
        try await target.finish()
    }

    private func texts() async throws -> [DumpText] {
        let areOne = files.allSatisfy { name in
            let parsed = RangedFileName(FilePath(name).lastComponent?.string ?? "")
            return parsed.range != nil || parsed.splitPage != nil
        }
        let paths = try DumpParts.paths(files)
        if paths.count > 1, areOne || paths.count > files.count { return [try await DumpParts.text(files)] }
        return try paths.map { path throws(BzError) in try DumpText(path) }
    }
}
