import MWBzUtils
import SystemPackage

/// `appendbz2`: writes what continues a bzip2 file that was cut at a block boundary.
enum AppendTool: OldTool {
    static let name = "appendbz2"

    static let options: [OldOptions.Option] = [
        .init("bufsize", "b", takesValue: true), .init("checksum", "c", takesValue: true), .init("help", "h"),
        .init("outfile", "o", takesValue: true), .init("verbose", "v"), .init("version", "V"),
    ]

    static let help = """
        Usage: appendbz2 -c CRC -o OUT [-b BUFSIZE] [-v]
        Compresses standard input to bzip2 blocks without the header of a stream, and writes them and a footer to OUT. What
        stands before in the stream, at level 9 and up to a byte border, has the combined checksum CRC, in decimal.

          -c, --checksum CRC     the combined checksum of the blocks before
          -o, --outfile OUT      the file to write
          -b, --bufsize BUFSIZE  has no effect here; a number from 1
          -v, --verbose          has no effect here
          -h, --help             this text
          -V, --version          the version
        The new name of this program, which needs no cut: dumpctl append

        """

    static func run(_ options: OldOptions) async throws(BzError) -> Int32? {
        guard let output = options.value("outfile"), let text = options.value("checksum"),
            let crc = checksum(text), options.value("bufsize").map({ checksum($0) != nil }) ?? true
        else { return nil }
        try await append(crc, to: FilePath(output))
        return 0
    }

    /// The number at the start of a text. It may not be 0, because a text without a number gives 0 too.
    private static func checksum(_ text: String) -> UInt32? {
        let digits = text.drop { $0 == " " || $0 == "+" }.prefix { $0.isASCII && $0.isNumber }
        guard let number = UInt64(digits) else { return nil }
        let crc = UInt32(truncatingIfNeeded: number)
        return crc == 0 ? nil : crc
    }

    private static func append(_ crc: UInt32, to path: FilePath) async throws(BzError) {
        var input = try FileBytes.standardInput()
        var file = try ReplacingFile(path)
        var cutter = BzBlockCutter()
        var continuation = BzStreamAssembler(continuing: crc)
        while let chunk = try input.next() {
            for piece in cutter.append(chunk) { try file.append(continuation.append(try BzBlock.encode(piece))) }
        }
        if let rest = cutter.flush() { try file.append(continuation.append(try BzBlock.encode(rest))) }
        try file.append(continuation.finish())
        try file.commit()
    }
}
