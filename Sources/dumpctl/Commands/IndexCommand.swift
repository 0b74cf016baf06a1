import ArgumentParser
import CLibrary
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl index`: makes or checks the index of a dump.
struct IndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Make the index of a bz2 dump, so that a look-up decodes one block.",
        discussion: """
            The index of FILE is FILE.mwidx: 32 bytes for each page and 56 for each block. Other commands find it there. \
            It fits only this state of the dump, and can be copied with it. Exits with 3 if the dump, or with --check the \
            index, is damaged or does not fit. Of a dump in several files, each gets its own; locate-page uses them all.
            """)

    @Argument(help: "The .bz2 dumps, folders of the files of one, or patterns.", completion: .file(extensions: ["bz2"]))
    var files: [String]

    @Option(name: .shortAndLong, help: "Where to write the index, instead of beside the dump.", completion: .file())
    var output: String?

    @Flag(help: "Check the existing index: every byte of it, and that it fits the dump.")
    var check = false

    @Option(help: "How many blocks to decode at once. Without it: one for each processor.")
    var tasks: Int?

    @Flag(help: "Print one JSON object for each dump.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        if output != nil && files.count > 1 { throw ValidationError("--output takes one dump only.") }
        if let tasks, tasks < 1 { throw ValidationError("--tasks is a number from 1 on.") }
    }

    func run() async throws {
        for name in files { _ = try DumpArgument.file(name) }
        let files = try DumpParts.paths(files).map(\.string)
        if output != nil, files.count > 1 { throw ValidationError("--output takes one dump only.") }
        try OutputGuard.check(output.map { [$0] } ?? [], inputs: files)
        for name in files {
            let dump = try output == nil ? DumpArgument.fileWithNeighbours(name) : DumpArgument.file(name)
            let path = output.map { FilePath($0) } ?? DumpIndex.usualPath(of: dump)
            let index = try await check ? checked(dump, path) : made(dump, path)
            if json { JSONOutput.print(Self.object(index, dump: name)) } else if !quiet { tell(index) }
        }
    }

    private func tell(_ index: DumpIndex) {
        let fits = check ? ", whole, and fits the dump" : ""
        let content = "\(index.pageCount) pages and \(index.revisionCount) revisions in \(index.blockCount) blocks"
        print("\(index.path): \(content), \(index.size) bytes\(fits)")
    }

    private static func object(_ index: DumpIndex, dump: String) -> JSONObject {
        [
            "dump": dump, "index": index.path.string, "indexSize": index.size, "pages": index.pageCount,
            "revisions": index.revisionCount, "blocks": index.blockCount, "streams": index.streamCount,
            "uncompressedSize": index.uncompressedSize, "dumpSize": index.dumpSize, "idsRise": index.hasRisingIDs,
        ]
    }

    private func made(_ dump: FilePath, _ path: FilePath) async throws(BzError) -> DumpIndex {
        let size = (try? FileSystem.real.status(dump))?.size
        let progress = ByteProgress(dump.string, total: size, isWanted: !json && !quiet)
        defer { progress.finish() }
        let made = try await DumpIndexer(dump, index: path).make(taskCount: tasks ?? Processors.count) {
            progress.advance(to: $0)
        }
        progress.finish()
        TrailingBytes.tell(dump.string, from: made.trailingOffset)
        return made.index
    }

    private func checked(_ dump: FilePath, _ path: FilePath) throws -> DumpIndex {
        do throws(BzError) {
            let index = try IndexedDump(dump, index: path).index
            try index.checkAll()
            return index
        } catch {
            guard error.code == .stale || error.code == .wrongFormat else { throw error }
            printError(error.description)
            throw ExitCode(ExitStatus.damaged)
        }
    }
}
