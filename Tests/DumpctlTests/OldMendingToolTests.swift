import Foundation
import MWBzUtils
import Testing

/// The programs of old that look at footers and checksums, append and split.
@Suite(.timeLimit(.minutes(10)))
struct OldMendingToolTests {
    let folder: DumpFolder
    static let text = DumpFolder.export()

    init() throws {
        folder = try DumpFolder()
        try folder.write("a.xml-p1p400.bz2", try BzStream.compress(Array(Self.text.utf8), level: 1))
        try folder.write("two.bz2", try BzStream.compress([1]) + BzStream.compress([2, 3]))
        try FileManager.default.createDirectory(
            at: folder.url.appendingPathComponent("parts"), withIntermediateDirectories: true)
    }

    private func run(_ tool: String, _ arguments: String..., input: [UInt8]? = nil) async throws -> Dumpctl.Outcome {
        let link = folder.url.appendingPathComponent(tool)
        try? FileManager.default.createSymbolicLink(at: link, withDestinationURL: Dumpctl.binary)
        return try await Dumpctl.gate.pass {
            try await Dumpctl.start(
                arguments, in: folder.url, program: link, input: input.map { Data($0) }
            ).wait()
        }
    }

    @Test func checkForFooter() async throws {
        let data = try folder.bytes("two.bz2")
        try folder.write("empty.bz2", try BzStream.compress([]))
        try folder.write("short.bz2", data.dropLast(1))
        try folder.write("tail.bz2", data + [0, 0])
        try folder.write("tiny.bz2", [66, 90])
        for (name, status) in [
            ("two.bz2", 0), ("empty.bz2", 0), ("short.bz2", 255), ("tail.bz2", 255), ("tiny.bz2", 255), ("parts", 255),
            ("none", 255),
        ] {
            let outcome = try await run("checkforbz2footer", name)
            #expect(outcome.status == Int32(status) && outcome.output == "", "\(name) \(outcome)")
        }
        #expect(try await run("checkforbz2footer").status == 255)
        #expect(try await run("checkforbz2footer", "a", "b").status == 255)
    }

    @Test func showCRCs() async throws {
        let outcome = try await run("showcrcs", "-f", "two.bz2")
        let crcs = [BzCRC.of([1]), BzCRC.of([2, 3])]
        let (first, second) = (BlockText.padded(crcs[0]), BlockText.padded(crcs[1]))
        let combined = BzStream.combinedCRC(BzStream.combinedCRC(0, adding: crcs[0]), adding: crcs[1])
        let size = try BzStream.compress([1]).count
        #expect(outcome.status == 0)
        #expect(
            outcome.output == "offset:3 CRC:0x\(first)\noffset:\(size + 3) CRC:0x\(second)\n"
                + "computed_stream_CRC:0x\(String(combined, radix: 16))\n"
                + "extracted_stream_CRC:0x\(String(crcs[1], radix: 16))\n")
        try folder.write("cut.bz2", try folder.bytes("two.bz2").dropLast(1))
        let cut = try await run("showcrcs", "--filename=cut.bz2")
        #expect(cut.status == 1 && cut.error.contains("failed to find bz2 footer") && !cut.output.contains("extracted"))
        #expect(try await run("showcrcs").status == 255)
        #expect(try await run("showcrcs", "-f", "none").status == 1)
    }

    @Test func append() async throws {
        // An empty stream continued behind its header: the bytes of bzip2 itself, but for the checksum.
        let text = Array("some text\n".utf8)
        let outcome = try await run("appendbz2", "-c", "5", "-o", "out", input: text)
        #expect(outcome.status == 0, "\(outcome)")
        let whole = try BzStream.compress(text)
        #expect(try folder.bytes("out").count == whole.count - 4)
        #expect(try folder.bytes("out").prefix(20) == whole.dropFirst(4).prefix(20))
        #expect(try await run("appendbz2", "-c", "7", "-o", "e", input: []).status == 0)
        #expect(try folder.bytes("e") == [0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 7])
        for arguments in [["-c", "0", "-o", "x"], ["-c", "0x10", "-o", "x"], ["-o", "x"], ["-c", "5"]] {
            let outcome = try await run("appendbz2", arguments[0], arguments.count > 1 ? arguments[1] : "", input: [])
            #expect(outcome.status == 255, "\(arguments)")
        }
        #expect(try await run("appendbz2", "-c", "5", "-o", "x", "-b", "0", input: []).status == 255)
    }

    @Test func split() async throws {
        let outcome = try await run("split_bz2.py", "-f", "a.xml-p1p400.bz2", "-s", "30K", "-o", "parts")
        #expect(outcome.status == 0, "\(outcome)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.appendingPathComponent("parts").path)
        #expect(
            names.count >= 3 && names.contains { $0.hasPrefix("a.xml-p10p") }
                && names.contains { $0.hasSuffix("p400.bz2") })
        var pages = 0
        for name in names { pages += try folder.decoded("parts/" + name).components(separatedBy: "<page>").count - 1 }
        #expect(pages == 40)
        let again = try await run("split_bz2.py", "-f", "a.xml-p1p400.bz2", "-s", "30K", "-o", "parts")
        #expect(again.status == 0 && again.error.contains("skipping"))
        #expect(try await run("split_bz2.py").status == 1)
        #expect(try await run("check_bz2_pagerange.py", "-w", "nowiki", "-d", "20000101").status == 1)
        #expect(try await run("check_bz2_pagerange.py", "-w", "../x", "-d", "20000101").status == 1)
    }
}

private enum BlockText {
    static func padded(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

extension BzCRC {
    fileprivate static func of(_ bytes: [UInt8]) -> UInt32 {
        var crc = BzCRC()
        crc.add(bytes)
        return crc.value
    }
}
