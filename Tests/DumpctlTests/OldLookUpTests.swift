import Foundation
import Testing

/// `findpageidinbz2xml`, `getlastidinbz2xml`, `dumpbz2filefromoffset` and `dumplastbz2block`.
@Suite(.timeLimit(.minutes(10)))
struct OldLookUpTests {
    /// Runs the program under an old name.
    private func run(_ tool: String, _ arguments: [String], in dump: SmallDump) async throws -> Dumpctl.Outcome {
        let link = dump.folder.appendingPathComponent(tool)
        if !FileManager.default.fileExists(atPath: link.path) {
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: Dumpctl.binary)
        }
        return try await Dumpctl.gate.pass {
            try await Dumpctl.start(arguments, in: dump.folder, program: link).wait()
        }
    }

    @Test("The block of a page, by the old rule of positions", arguments: [false, true])
    func findPageID(isMultistream: Bool) async throws {
        let dump = try SmallDump(huge: 11)
        defer { dump.remove() }
        let name = try (isMultistream ? dump.writeMultistream() : dump.writeStream()).lastPathComponent
        for (id, status, page) in [("10", 0, 10), ("15", 0, 10), ("12junk", 0, 10), ("4294967306", 0, 200)] {
            let outcome = try await run("findpageidinbz2xml", ["-f", name, "-p", id], in: dump)
            #expect(outcome.status == Int32(status), "\(outcome)")
            let found = outcome.output.split { " :\n".contains($0) }
            #expect(found.count == 4 && found[0] == "position" && found[2] == "page_id", "\(outcome.output)")
            if page == 10, !isMultistream { #expect(outcome.output == "position:3 page_id:10\n") }
            #expect(Int(found[3]) ?? 0 <= page)
            // What is found there on goes on to the page.
            let rest = try await run("dumpbz2filefromoffset", [name, String(found[1])], in: dump)
            #expect(rest.output.hasPrefix(SmallDump.header + "  <page>"))
            #expect(rest.output.contains("    <id>\(found[3])</id>") && rest.output.contains("<id>\(page)</id>"))
        }
        let low = try await run("findpageidinbz2xml", ["--filename=\(name)", "--pageid", "9"], in: dump)
        #expect(low.status == 255 && low.output == "")
        for id in ["0", "-1", "abc", "9223372036854775808"] {
            let outcome = try await run("findpageidinbz2xml", ["-f", name, "-p", id], in: dump)
            #expect(outcome.status == 255 && outcome.output == "" && outcome.error.contains("Usage"), "\(outcome)")
        }
        try dump.write(SmallDump.header + SmallDump.footer, to: "empty.bz2")
        #expect(try await run("findpageidinbz2xml", ["-f", "empty.bz2", "-p", "1"], in: dump).status == 1)
        #expect(try await run("findpageidinbz2xml", ["-f", "none.bz2", "-p", "1"], in: dump).status == 1)
    }

    @Test("The last ids")
    func lastIDs() async throws {
        let dump = try SmallDump()
        defer { dump.remove() }
        let tool = "getlastidinbz2xml"
        for file in [try dump.writeStream(), try dump.writeMultistream()] {
            let name = file.lastPathComponent
            #expect(try await run(tool, ["-f", name, "-t", "page"], in: dump).output == "page_id:200\n")
            #expect(try await run(tool, ["-type", "rev", "-filename", name], in: dump).output == "rev_id:20001\n")
            #expect(try await run(tool, ["-f", name], in: dump).status == 255)
            #expect(try await run(tool, ["-f", name, "-t", "text"], in: dump).status == 255)
            let whole = try Data(contentsOf: file)
            try whole.dropLast(100).write(to: file)
            let cut = try await run(tool, ["-f", name, "-t", "page"], in: dump)
            #expect(cut.status == 1 && cut.output == "" && cut.error.contains(name))
        }
        #expect(try await run(tool, ["-t", "page"], in: dump).status == 255)
        #expect(try await run(tool, ["-f", "none", "-t", "page"], in: dump).status == 1)
        try dump.write(SmallDump.header + SmallDump.footer, to: "empty.bz2")
        #expect(try await run(tool, ["-f", "empty.bz2", "-t", "page"], in: dump).status == 1)
    }

    @Test("From a position on")
    func fromOffset() async throws {
        let dump = try SmallDump()
        defer { dump.remove() }
        let tool = "dumpbz2filefromoffset"
        let file = try dump.writeStream()
        let name = file.lastPathComponent
        for offset in ["0", "3", "junk", "2x"] {
            #expect(try await run(tool, [name, offset], in: dump).output == dump.text)
            #expect(try await run(tool, [name, offset, "raw"], in: dump).output == dump.text)
            #expect(try await run(tool, [name, offset, "RAW"], in: dump).output == dump.text)
        }
        let second = try await run(tool, [name, "4"], in: dump)
        let rest = second.output.dropFirst(SmallDump.header.count)
        #expect(second.output.hasPrefix(SmallDump.header + "  <page>") && dump.text.hasSuffix(rest))
        #expect(rest.count < dump.text.count - 90_000 && rest.count > dump.text.count - 200_000)
        let raw = try await run(tool, [name, "4", "raw"], in: dump)
        #expect(dump.text.hasSuffix(raw.output) && raw.output.count > rest.count)
        let behind = try await run(tool, [name, "99999999"], in: dump)
        #expect(behind.status == 0 && behind.output == SmallDump.header)
        #expect(behind.error == "asked for position past end of file\n")
        for arguments in [[name], [], [name, "-1"], ["-h"], ["--version"]] {
            let outcome = try await run(tool, arguments, in: dump)
            #expect(outcome.status == 255 && outcome.output == "" && !outcome.error.isEmpty)
        }
        #expect(try await run(tool, ["none", "0"], in: dump).status == 255)
        try Data(contentsOf: file).dropLast(3000).write(to: file)
        let cut = try await run(tool, [name, "0"], in: dump)
        #expect(cut.status == 1 && dump.text.hasPrefix(cut.output) && cut.error.contains(name))
        let multistream = try dump.writeMultistream().lastPathComponent
        #expect(try await run(tool, [multistream, "0"], in: dump).output == dump.text)
    }

    @Test("The last whole block, wherever the file was cut")
    func lastBlock() async throws {
        let dump = try SmallDump(pageCount: 12)
        defer { dump.remove() }
        let tool = "dumplastbz2block"
        let file = try dump.writeStream()
        let name = file.lastPathComponent
        let whole = try Data(contentsOf: file)
        let last = try await run(tool, [name], in: dump)
        #expect(last.status == 0 && dump.text.hasSuffix(last.output) && last.output.count > 1000)
        for cut in [1, 4, 11, 100, 5000, whole.count / 2] {
            try whole.dropLast(cut).write(to: file)
            let outcome = try await run(tool, [name], in: dump)
            #expect(outcome.status == 0 && dump.text.contains(outcome.output) && outcome.output.count > 1000)
            #expect((outcome.output == last.output) == (cut <= 10), "\(cut)")
        }
        try (whole + Data("garbage".utf8)).write(to: file)
        #expect(try await run(tool, [name], in: dump).output == last.output)
        try whole.prefix(20).write(to: file)
        let none = try await run(tool, [name], in: dump)
        #expect(none.status == 255 && none.output == "" && none.error == "failed to find block in bz2file\n")
        for arguments in [[], [name, name], ["-h"], ["none"]] {
            #expect(try await run(tool, arguments, in: dump).status == 255)
        }
        let multistream = try dump.writeMultistream().lastPathComponent
        #expect(try await run(tool, [multistream], in: dump).output == SmallDump.footer)
    }
}
