import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `check_bz2_pagerange.py`: checks that the history dumps of a run hold the pages that their names claim.
enum CheckPageRangeTool: OldTool {
    static let name = "check_bz2_pagerange.py"
    static let usageStatus: Int32 = 1
    /// Where the old program looked.
    private static let root: FilePath = "/mnt/data/xmldatadumps/public"

    static let options: [OldOptions.Option] = [
        .init("wiki", "w", takesValue: true), .init("date", "d", takesValue: true), .init("rename", "r"),
        .init("help", "h"),
    ]

    static let help = """
        Usage: check_bz2_pagerange.py --wiki WIKI --date YYYYMMDD [--rename]
        Compares the page ids in the names of the history dumps of a run with those they hold. The dumps are looked for in
        \(root)/WIKI/YYYYMMDD. Needs no network.

          -w, --wiki WIKI  the wiki
          -d, --date DATE  the run
          -r, --rename     print mv commands that put wrong names right
          -h, --help       this text
        The new name of this program, for files anywhere: dumpctl check-range --exact

        """

    static func run(_ options: OldOptions) async -> Int32? {
        guard let wiki = options.value("wiki"), let date = options.value("date"),
            options.operands.isEmpty, date.count == 8, date.allSatisfy({ $0.isASCII && $0.isNumber }),
            WikiName(argument: wiki) != nil
        else { return nil }
        let folder = root.appending(wiki).appending(date)
        let names: [String]
        do throws(DumpError) {
            guard try FileSystem.real.status(folder)?.isDirectory == true else {
                complain("there is no folder \(folder)")
                return 1
            }
            names = try FileSystem.real.list(folder)
        } catch {
            complain("\(error)")
            return 1
        }
        var status: Int32 = 0
        for name in names where isHistory(name) {
            do throws(BzError) {
                let path = folder.appending(name)
                let held = try await PageRangeCheck.held(path)
                let isGood = PageRangeCheck.isGood(name, held, isExact: true)
                let line = PageRangeCheck.line(name, held, isGood: isGood, renames: options.has("rename"))
                if let line { Output.write(line + "\n", to: 1) }
            } catch {
                complain("\(error)")
                status = 1
            }
        }
        return status
    }

    /// `WIKI-DATE-pages-meta-historyN.xml-pApB.bz2`: the range is the sixth field.
    private static func isHistory(_ name: String) -> Bool {
        name.hasSuffix(".bz2") && name.split(separator: "-").count == 6 && RangedFileName(name).range != nil
    }
}
