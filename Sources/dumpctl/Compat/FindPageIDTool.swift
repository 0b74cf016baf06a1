import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `findpageidinbz2xml`: finds the block from which on to look for a page.
///
/// Prints the last block whose first page start has an id not above the wanted one, whether or not the page is there. Stub
/// and API are no longer needed to get past a page that fills many blocks.
enum FindPageIDTool: OldTool {
    static let name = "findpageidinbz2xml"
    static let version = "\(name) \(Program.version)"
    static let options: [OldOptions.Option] = [
        .init("filename", "f", takesValue: true), .init("pageid", "p", takesValue: true),
        .init("stubfile", "s", takesValue: true), .init("useapi", "a"), .init("verbose", "v"), .init("help", "h"),
        .init("version", "V"),
    ]

    static let help = """
        Usage: \(name) --filename file --pageid id [--stubfile file] [--useapi] [--verbose]
               \(name) [--help|--version]

        Show the offset of the bz2 block from which on to look for a page in a dump of pages. The ids of the pages
        must rise. Prints "position:N page_id:N", where the id is that of the first page in the block.

          -f, --filename   name of the bz2 dump
          -p, --pageid     id of the page
          -s, --stubfile   accepted, not needed
          -a, --useapi     accepted, not needed
          -v, --verbose    print how many blocks were looked into
          -h, --help       show this message
          -V, --version    show the version

        Exit: 0 found, 1 no page or unreadable, 255 wrong usage or not found.

        """

    static func run(_ options: OldOptions) async throws(BzError) -> Int32? {
        guard let file = options.value("filename"), let text = options.value("pageid"),
            text.utf8.first.map({ (0x30...0x39).contains($0) }) == true
        else { return nil }
        let id = OldNumbers.leading(text)
        guard id > 0, id < .max else { return nil }
        return report(try await PageLocator(FilePath(file)).locate(id: id, taskCount: Processors.count), id)
    }

    static func status(of error: BzError) -> Int32 {
        if error.code == .fileSystem { return 1 }
        complain("Error encountered during search")
        return 255
    }

    private static func report(_ result: PageSearch, _ id: Int64) -> Int32 {
        switch result {
        case .found(let page), .absent(let page?, _):
            Output.write("position:\(OldPosition.of(page.blockOffset)) page_id:\(page.firstPageID)\n", to: 1)
            return 0
        case .absent(nil, let first?):
            complain("Page id \(id) is less than first page id \(first.id) in file")
            return 255
        case .absent(nil, nil):
            complain("Failed to find any page from start of file, exiting")
            return 1
        }
    }
}
