import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `getlastidinbz2xml`: prints the id of the last page or revision.
enum GetLastIDTool: OldTool {
    static let name = "getlastidinbz2xml"
    static let version = "\(name) \(Program.version)"
    static let options: [OldOptions.Option] = [
        .init("filename", "f", takesValue: true), .init("type", "t", takesValue: true), .init("verbose", "v"),
        .init("help", "h"), .init("version", "V"),
    ]

    static let help = """
        Usage: \(name) --filename file --type page|rev [--verbose]
               \(name) [--help|--version]

        Show the id of the last page or revision in a bz2 dump. Prints "page_id:N" or "rev_id:N".

          -f, --filename   name of the bz2 dump
          -t, --type       page or rev
          -v, --verbose    accepted
          -h, --help       show this message
          -V, --version    show the version

        Exit: 0 found, 1 nothing found, or the file is damaged or unreadable, 255 wrong usage.

        """

    static func run(_ options: OldOptions) async throws(BzError) -> Int32? {
        guard let file = options.value("filename"), let type = options.value("type"),
            type == "page" || type == "rev"
        else { return nil }
        let path = FilePath(file)
        let id =
            if type == "rev" { try LastBlocks(path).lastRevisionID() } else {
                try await PageLocator(path).locateLast(taskCount: Processors.count)?.id
            }
        guard let id else {
            complain("Failed to find any id tags in file, exiting")
            return 1
        }
        Output.write("\(type)_id:\(id)\n", to: 1)
        return 0
    }
}
