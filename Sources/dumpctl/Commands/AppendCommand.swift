import ArgumentParser
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl append`: appends the pages of another dump, or text, to a dump.
struct AppendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Append pages or text to a bzip2 dump without compressing it again.",
        discussion: """
            The dump loses its </mediawiki> and the appended text its header, so that the result is one export. With \
            --content any, the text is appended as it is. Every block of the dump is checked first. The new file replaces the old \
            one in one step.
            """)

    @Argument(help: "The bzip2 dump to append to.", completion: .file())
    var dump: String

    @Argument(help: "What to append: a dump (bzip2, gzip or plain), or - for standard input.", completion: .file())
    var source: String

    @Option(name: .shortAndLong, help: "Write the result there and leave the dump alone.", completion: .file())
    var output: String?

    @Flag(help: "Append a new stream, instead of extending the last one.")
    var asStream = false

    @Flag(help: "Do not check the blocks that are copied: faster, but damage inside them goes unnoticed.")
    var trust = false

    @Option(help: ArgumentHelp("What the files hold: export, any or automatic.", valueName: "kind"))
    var content: ContentOption?

    func run() async throws {
        _ = try DumpArgument.onThisMachine(dump)
        let appender = try DumpAppender(
            to: DumpArgument.file(dump), content: content?.content ?? .named(dump), asStream: asStream,
            provesBlocks: !trust)
        let permissions = try FileSystem.real.status(FilePath(dump))?.permissions ?? 0o644
        let size = try await appender.append(
            try DumpText(FilePath(source)), output: FilePath(output ?? dump),
            permissions: FilePermissions(rawValue: CModeT(permissions)),
            existing: output == nil ? .replace : .refuse, taskCount: Processors.count)
        print("appended\t\(output ?? dump)\t\(size) bytes")
    }
}
