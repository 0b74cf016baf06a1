import ArgumentParser
import CLibrary
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl blocks`: lists the blocks of a bzip2 file.
struct BlocksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blocks",
        abstract: "List the blocks and streams of a bzip2 file.",
        discussion: """
            Prints a line for each block: block, stream, byte, bit, checksum, bits in the file, bytes of content, offset of the \
            content; and a line for the end of each stream: end, stream, byte, bit, the checksum stated and the one \
            computed. Every block is decoded. Exits with 3 if something is damaged.
            """)

    @Argument(help: "A bzip2 file.", completion: .file())
    var file: String

    @Flag(help: "Print one JSON object on each line.")
    var json = false

    func run() async throws {
        let list = try BlockList(DumpArgument.file(file))
        var isSound = true
        var lines = ""
        let summary = try await list.read(taskCount: Processors.count) { entry in
            if case .problem = entry { isSound = false }
            if json { return JSONOutput.print(Line(entry)) }
            lines += Self.text(entry) + "\n"
            if lines.utf8.count > 1 << 16 {
                Output.write(lines, to: STDOUT_FILENO)
                lines = ""
            }
        }
        Output.write(lines, to: STDOUT_FILENO)
        if json {
            JSONOutput.print(
                Line(
                    event: "summary", streams: summary.streamCount, blocks: summary.blockCount,
                    size: summary.uncompressedSize))
        }
        if !isSound { throw ExitCode(ExitStatus.damaged) }
    }

    private static func text(_ entry: BlockList.Entry) -> String {
        switch entry {
        case .block(let bitOffset, let bitCount, let crc, let size, let offset, let stream, _):
            "block\t\(stream)\t\(bitOffset / 8)\t\(bitOffset % 8)\t\(hexadecimal(crc))\t\(bitCount)\t\(size)\t\(offset)"
        case .streamEnd(let end):
            "end\t\(end.stream)\t\(end.bitOffset / 8)\t\(end.bitOffset % 8)\t\(hexadecimal(end.storedCRC))\t"
                + (end.computedCRC.map(hexadecimal) ?? "-")
        case .problem(let problem): "problem\t\(problem)"
        }
    }

    /// `0x` and eight digits.
    static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    private struct Line: Encodable {
        var event: String
        var stream: Int?
        var level: Int?
        var byteOffset: Int64?
        var bit: Int64?
        var bitCount: Int?
        var crc: String?
        var computedCRC: String?
        var uncompressedOffset: Int64?
        var streams: Int?
        var blocks: Int?
        var size: Int64?
        var message: String?

        init(event: String, streams: Int, blocks: Int, size: Int64) {
            self.event = event
            (self.streams, self.blocks, self.size) = (streams, blocks, size)
        }

        init(_ entry: BlockList.Entry) {
            switch entry {
            case .block(let bitOffset, let bits, let sum, let bytes, let offset, let number, let digit):
                event = "block"
                (stream, level, byteOffset, bit) = (number, digit, bitOffset / 8, bitOffset % 8)
                (bitCount, crc, size, uncompressedOffset) = (bits, hexadecimal(sum), Int64(bytes), offset)
            case .streamEnd(let end):
                event = "streamEnd"
                (stream, byteOffset, bit) = (end.stream, end.bitOffset / 8, end.bitOffset % 8)
                (crc, computedCRC) = (hexadecimal(end.storedCRC), end.computedCRC.map(hexadecimal))
            case .problem(let problem):
                event = "problem"
                (stream, byteOffset, bit) = (problem.stream, problem.error.byteOffset, problem.bitOffset.map { $0 % 8 })
                message = problem.error.message
            }
        }
    }
}
