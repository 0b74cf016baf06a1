import ArgumentParser
import MWBzUtils
import SystemPackage

/// `dumpctl extract`: a part of a dump, decoded.
struct ExtractCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract",
        abstract: "Write a part of a bz2 dump to standard output, as an export of its own.",
        discussion: """
            The output begins with the description of the wiki, and ends with </mediawiki>. With --raw it is the \
            decoded data alone. Exits with 3 if the dump is damaged there, 4 if there is no page.
            """)

    @Argument(help: "The .bz2 dump.", completion: .file(extensions: ["bz2"]))
    var file: String

    @Option(help: "Everything from the first page that begins in or behind the first block at or behind this byte.")
    var fromOffset: Int64?

    @Flag(help: "No description of the wiki, and from the start of the block on.")
    var raw = false

    func validate() throws {
        guard let fromOffset else { throw ValidationError("Give --from-offset.") }
        if fromOffset < 0 { throw ValidationError("--from-offset is a number from 0 on.") }
    }

    func run() async throws {
        let cut = try DumpCut(FilePath(file))
        let output = StandardOutput()
        do throws(BzError) {
            let header = raw ? [] : try cut.header()
            guard let block = try cut.firstBlock(fromByte: fromOffset ?? 0) else {
                throw BzError(
                    .fileSystem, "no block begins at or behind byte \(fromOffset ?? 0)",
                    remedy: "name a smaller offset", file: FilePath(file))
            }
            try output.write(header ?? [])
            if raw {
                try cut.text(fromBlock: block) { content throws(BzError) in
                    try output.write(content)
                    return true
                }
            } else {
                let hasPage = try cut.text(fromFirstPageBehind: block) { piece throws(BzError) in
                    try output.write(piece)
                }
                if !hasPage { try output.write("</mediawiki>\n".utf8) }
            }
            try output.flush()
        } catch {
            guard output.isClosed else { throw error }
        }
    }
}
