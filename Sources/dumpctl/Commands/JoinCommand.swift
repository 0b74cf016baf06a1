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
            Only the blocks at those edges are compressed again. Every block is checked before anything is written. \
            Exports are joined in the order of their pages; those that overlap are refused, and so is a page in two files.
            """)

    @Argument(help: "bzip2 files, a folder of the files of one dump, or a pattern.", completion: .file())
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
        for name in files { _ = try DumpArgument.file(name) }
        var paths = try DumpParts.paths(files)
        let content = content?.content ?? .named(paths.first?.string ?? "")
        if !asGiven, content != .anything {
            let set = try await DumpSet(paths, taskCount: Processors.count)
            try await set.checkPagesAreWhole(taskCount: Processors.count)
            let ordered = set.members.map(\.path)
            if ordered != paths, paths.count == files.count {
                printError("the files are joined in the order of their pages, from \(ordered[0])")
            }
            paths = ordered
        }
        let joiner = try BzStreamJoiner(
            paths, content: content, shape: multistream ? .streams : .oneStream, provesBlocks: !trust)
        if !asGiven { try await joiner.checkOrder(taskCount: Processors.count) }
        let sizes = paths.compactMap { try? FileSystem.real.status($0)?.size }
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
