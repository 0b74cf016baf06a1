import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumplastbz2block`: prints the content of the last whole block, even of a file that was cut off.
enum DumpLastBlockTool: OldTool {
    static let name = "dumplastbz2block"
    static let version = "\(name) \(Program.version)"
    static let options: [OldOptions.Option] = [.init("help", "h"), .init("version", "v"), .init("Version", "V")]

    static let help = """
        Usage: \(name) file
               \(name) [--help|--version]

        Write the decoded content of the last whole bz2 block of a file, which may be cut off, to standard output.

          -h, --help       show this message
          -v, --version    show the version

        Exit: 0 done, 255 wrong usage, no block, or unreadable.

        """

    static func status(of error: BzError) -> Int32 { 255 }

    static func run(_ options: OldOptions) async throws(BzError) -> Int32? {
        guard options.operands.count == 1 else { return nil }
        guard let content = try LastBlocks(FilePath(options.operands[0])).lastContent() else {
            complain("failed to find block in bz2file")
            return 255
        }
        let output = StandardOutput()
        try output.write(content)
        try output.flush()
        return 0
    }
}
