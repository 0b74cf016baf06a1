import MWBzUtils
import SystemPackage

/// `showcrcs`: prints the checksums of all blocks, and those of the stream.
enum ShowCRCsTool: OldTool {
    static let name = "showcrcs"

    static let options: [OldOptions.Option] = [
        .init("filename", "f", takesValue: true), .init("help", "h"), .init("verbose", "v"), .init("version", "V"),
    ]

    static let help = """
        Usage: showcrcs -f FILE [-v]
        Prints the place and the checksum of each block of a bzip2 file, the checksum that these give for the stream, and
        the one that the footer at the end of the file states. In a file of several streams all blocks are taken together.

          -f, --filename FILE  the file
          -v, --verbose        has no effect here
          -h, --help           this text
          -V, --version        the version
        The new name of this program: dumpctl blocks

        """

    static func run(_ options: OldOptions) async throws(BzError) -> Int32? {
        guard let file = options.value("filename") else { return nil }
        let path = FilePath(file)
        var combined: UInt32 = 0
        var stored: UInt32?
        var problem: IntegrityProblem?
        var lines = ""
        _ = try await BlockList(path).read(taskCount: Processors.count) { entry in
            switch entry {
            case .block(let bitOffset, _, let crc, _, _, _, _):
                combined = BzStream.combinedCRC(combined, adding: crc)
                lines += "offset:\(OldPosition.of(bitOffset)) CRC:\(BlocksCommand.hexadecimal(crc))\n"
                stored = nil
                if lines.utf8.count > 1 << 16 {
                    Output.write(lines, to: 1)
                    lines = ""
                }
            case .streamEnd(let end): stored = end.storedCRC
            case .problem(let found):
                if problem == nil { problem = found }
                // In that case, the file does not end with the footer.
                if found.resumeOffset == nil, found.stream == nil { stored = nil }
            }
        }
        Output.write(lines + "computed_stream_CRC:0x\(String(combined, radix: 16))\n", to: 1)
        if let problem { complain("\(path): \(problem)") }
        guard let stored else {
            complain("failed to find bz2 footer")
            return 1
        }
        Output.write("extracted_stream_CRC:0x\(String(stored, radix: 16))\n", to: 1)
        return problem == nil ? 0 : 1
    }
}
