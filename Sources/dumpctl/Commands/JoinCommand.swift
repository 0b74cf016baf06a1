import ArgumentParser
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl join`: joins dumps into one, copying bits.
struct JoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Join bzip2 dumps into one without compressing them again.",
        discussion: """
            The first keeps its beginning, the last its end; what stands between the pages of two dumps is dropped. \
            Only blocks at those edges are compressed again.
            """)

    @Argument(help: "bzip2 files, in order.", completion: .file())
    var files: [String]

    @Option(name: .shortAndLong, help: "The new file; it must not exist yet.", completion: .file())
    var output: String

    @Flag(help: "Let streams begin where they begin in the files, instead of making one stream.")
    var multistream = false

    @Option(help: ArgumentHelp("What the files hold: export, any or automatic.", valueName: "kind"))
    var content: ContentOption?

    func run() async throws {
        let joiner = try BzStreamJoiner(
            files.map { FilePath($0) }, content: content?.content ?? .named(files[0]),
            shape: multistream ? .streams : .oneStream)
        let sizes = files.compactMap { try? FileSystem.status(FilePath($0))?.size }
        let progress = ByteProgress(output, total: sizes.reduce(0, +))
        defer { progress.finish() }
        let size = try await joiner.write(to: FilePath(output), taskCount: Processors.count) {
            progress.advance(to: $0)
        }
        progress.finish()
        print("joined\t\(output)\t\(size) bytes")
    }
}
