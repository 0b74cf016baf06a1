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
            The result begins like the first dump and ends like the last; what lies between their pages is dropped. \
            Only the blocks at those edges are compressed again. Every block is checked before anything is written.
            """)

    @Argument(help: "bzip2 files, in order.", completion: .file())
    var files: [String]

    @Option(name: .shortAndLong, help: "The new file; it must not exist yet.", completion: .file())
    var output: String

    @Flag(help: "Keep the streams of the files, instead of making one stream.")
    var multistream = false

    @Flag(help: "Do not check the blocks that are copied: faster, but damage inside them goes unnoticed.")
    var trust = false

    @Flag(
        help:
            "Join the files in the order in which they are named, even if the ids of their pages do not rise from one to the next."
    )
    var asGiven = false

    @Option(help: ArgumentHelp("What the files hold: export, any or automatic.", valueName: "kind"))
    var content: ContentOption?

    func run() async throws {
        let joiner = try BzStreamJoiner(
            files.map { try DumpArgument.file($0) }, content: content?.content ?? .named(files[0]),
            shape: multistream ? .streams : .oneStream, provesBlocks: !trust)
        if !asGiven { try await joiner.checkOrder(taskCount: Processors.count) }
        let sizes = files.compactMap { try? FileSystem.real.status(FilePath($0))?.size }
        let total = sizes.reduce(0, +)
        let progress = ByteProgress(output, total: trust ? total : 2 * total)
        defer { progress.finish() }
        let size = try await joiner.write(to: FilePath(output), taskCount: Processors.count) {
            progress.advance(to: $0)
        } progress: {
            progress.advance(to: (trust ? 0 : total) + $0)
        }
        progress.finish()
        print("joined\t\(output)\t\(size) bytes")
    }
}
