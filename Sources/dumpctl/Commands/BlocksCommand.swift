import ArgumentParser
import CLibrary
import MWBzUtils
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
            if json { return JSONOutput.print(Self.object(entry)) }
            lines += Self.text(entry) + "\n"
            if lines.utf8.count > 1 << 16 {
                Output.write(lines, to: STDOUT_FILENO)
                lines = ""
            }
        }
        Output.write(lines, to: STDOUT_FILENO)
        if json {
            let object: JSONObject = [
                "event": "summary", "streams": summary.streamCount, "blocks": summary.blockCount,
                "size": summary.uncompressedSize,
            ]
            JSONOutput.print(object)
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
    static func hexadecimal(_ value: UInt32) -> String { "0x" + value.padded(8, radix: 16) }

    private static func object(_ entry: BlockList.Entry) -> JSONObject {
        switch entry {
        case .block(let bitOffset, let bitCount, let crc, let size, let offset, let stream, let level):
            [
                "event": "block", "stream": stream, "level": level, "byteOffset": bitOffset / 8, "bit": bitOffset % 8,
                "bitCount": bitCount, "crc": hexadecimal(crc), "size": size, "uncompressedOffset": offset,
            ]
        case .streamEnd(let end):
            [
                "event": "streamEnd", "stream": end.stream, "byteOffset": end.bitOffset / 8, "bit": end.bitOffset % 8,
                "crc": hexadecimal(end.storedCRC), "computedCRC": end.computedCRC.map(hexadecimal),
            ]
        case .problem(let problem):
            [
                "event": "problem", "stream": problem.stream, "byteOffset": problem.error.byteOffset,
                "bit": problem.bitOffset.map { $0 % 8 }, "message": problem.error.message,
            ]
        }
    }
}
