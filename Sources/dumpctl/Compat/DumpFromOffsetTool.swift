import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpbz2filefromoffset`: prints the header of a dump, and its pages from some block on.
enum DumpFromOffsetTool: OldTool {
    static let name = "dumpbz2filefromoffset"
    static let version = "\(name) \(Program.version)"
    static let options: [OldOptions.Option] = [.init("help", "h"), .init("version", "v"), .init("Version", "V")]

    static let help = """
        Usage: \(name) file offset [raw]
               \(name) [--help|--version]

        Write the header of a bz2 dump and all from the first page that begins in or behind the first block at or
        behind an offset, as findpageidinbz2xml gives it, to standard output. With raw: the decoded content from that
        block to the end of its stream, without the header.

          -h, --help       show this message
          -v, --version    show the version

        Exit: 0 done, 1 the file is damaged, 255 wrong usage or unreadable.

        """

    static func status(of error: BzError) -> Int32 { error.code == .fileSystem ? 255 : 1 }

    static func run(_ options: OldOptions) async throws(BzError) -> Int32? {
        guard options.operands.count >= 2 else { return nil }
        let isRaw = options.operands.count > 2 && options.operands[2] == "raw"
        return try dump(FilePath(options.operands[0]), from: OldNumbers.leading(options.operands[1]), isRaw: isRaw)
    }

    private static func dump(_ path: FilePath, from offset: Int64, isRaw: Bool) throws(BzError) -> Int32 {
        let output = StandardOutput()
        let cut = try DumpCut(path)
        if !isRaw {
            guard let header = try cut.header(), header.starts(with: "<mediawiki ".utf8) else {
                complain("missing mediawiki header from bz2 xml file")
                return 1
            }
            try output.write(header)
        }
        guard offset <= (try cut.fileSize()) else {
            try output.flush()
            complain("asked for position past end of file")
            return 0
        }
        // The position of a byte-aligned block is that of the byte before.
        if let block = try cut.firstBlock(fromByte: offset, where: { OldPosition.of($0) >= offset }) {
            if isRaw {
                try cut.text(fromBlock: block, inOneStream: true) { content throws(BzError) in
                    try output.write(content)
                    return true
                }
            } else {
                try cut.text(fromFirstPageBehind: block) { piece throws(BzError) in try output.write(piece) }
            }
        }
        try output.flush()
        return 0
    }
}
