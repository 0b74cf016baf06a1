import Foundation
import Testing

/// Dumps in several files, as each command reads them.
@Suite(.timeLimit(.minutes(5)))
struct SetTests {
    /// Three shards of a File Export with names of early 2026. Page 30 is in all of them.
    private static func shards(of dump: SmallDump) throws {
        let (header, footer) = (SmallDump.header, SmallDump.footer)
        let huge = dump.pages[2]
        let parts = huge.xml.components(separatedBy: "    <revision>\n")
        func piece(_ range: Range<Int>) -> String {
            let text = parts[0] + range.map { "    <revision>\n" + parts[$0] }.joined()
            return text.hasSuffix("  </page>\n") ? text : text + "  </page>\n"
        }
        try FileManager.default.createDirectory(
            at: dump.folder.appendingPathComponent("set"), withIntermediateDirectories: true)
        let name = "set/w-2026-01-01-"
        try dump.write(header + piece(21..<41) + dump.pages[3].xml + footer, to: name + "p30p40.xml.bz2")
        try dump.write(header + piece(9..<21) + footer, to: name + "p30r3009r3009.xml.bz2")
        try dump.write(
            header + dump.pages[0].xml + dump.pages[1].xml + piece(1..<9) + footer, to: name + "p1p30.xml.bz2")
    }

    @Test func everyCommandReadsThemAsOneDump() async throws {
        let dump = try SmallDump(pageCount: 4, textSize: 300, huge: 3)
        defer { dump.remove() }
        try Self.shards(of: dump)
        let text = dump.text
        func run(_ arguments: String...) async throws -> Dumpctl.Outcome {
            try await Dumpctl.run(arguments, in: dump.folder)
        }
        #expect(try await run("decompress", "set").output == text)
        #expect(try await run("decompress", "set/*.bz2").output == text)
        #expect(try await run("extract", "set", "--pages", "1-").output == text)
        #expect(try await run("extract", "set", "--pages", "50-").status == 4)
        #expect(try await run("last-id", "set").output == "40\n")
        #expect(try await run("last-id", "set", "--rev").output == "4001\n")
        let counts = try await run("revisions-per-page", "set", "--all-namespaces")
        #expect(counts.output.split(separator: "\n").map { $0.split(separator: ":").last } == ["1", "1", "40", "1"])
        for words in [["--id", "30"], ["--rev", "3015"], ["--title", dump.pages[2].title]] {
            let page = try await Dumpctl.run(["locate-page", "set", "--extract"] + words, in: dump.folder)
            #expect("  " + page.output == dump.pages[2].xml, "\(words)")
            let lines = try await Dumpctl.run(["locate-page", "set"] + words, in: dump.folder).output
            #expect(lines.split(separator: "\n").count == (words[0] == "--rev" ? 1 : 3), "\(lines)")
        }
        let history = try await run("locate-page", "set", "--id", "30", "--history")
        #expect(history.output.split(separator: "\n").count == 40)
        let joined = try await run("join", "set", "--output", "joined.xml.bz2")
        #expect(joined.status != 0 && joined.error.contains("page 30 goes on in"), "\(joined.error)")
        #expect(try await run("recompress", "set", "--output", "whole.xml.bz2", "--quiet").status == 0)
        #expect(try await run("decompress", "whole.xml.bz2").output == text)
    }

    @Test func joinOrders() async throws {
        let dump = try SmallDump(pageCount: 4, textSize: 300)
        defer { dump.remove() }
        for (name, pages) in [("a", dump.pages[0...1]), ("b", dump.pages[2...3]), ("c", dump.pages[1...1])] {
            try dump.write(
                SmallDump.header + pages.map(\.xml).joined() + SmallDump.footer, to: "\(name).xml.bz2")
        }
        let joined = try await Dumpctl.run(
            ["join", "b.xml.bz2", "a.xml.bz2", "--output", "j.xml.bz2"], in: dump.folder)
        #expect(joined.status == 0 && joined.error.contains("in the order of their pages"), "\(joined.error)")
        #expect(try await Dumpctl.run(["decompress", "j.xml.bz2"], in: dump.folder).output == dump.text)
        let twice = try await Dumpctl.run(["join", "a.xml.bz2", "c.xml.bz2", "--output", "k.xml.bz2"], in: dump.folder)
        #expect(twice.status != 0, "page 20 is in both")
    }

    @Test func aDeadLinkIsToldOfAndEndsNothing() async throws {
        let dump = try SmallDump(pageCount: 2, textSize: 30)
        defer { dump.remove() }
        _ = try dump.writeStream()
        let latest = dump.folder.appendingPathComponent("latest")
        try FileManager.default.createDirectory(at: latest, withIntermediateDirectories: true)
        func link(_ name: String, to target: String) throws {
            try FileManager.default.createSymbolicLink(
                atPath: latest.appendingPathComponent(name).path, withDestinationPath: target)
        }
        try link("dump.xml.bz2", to: "../dump.xml.bz2")
        let good = try await Dumpctl.run(["check-truncation", "."], in: dump.folder)
        #expect(good.status == 0 && good.output == "ok\t./dump.xml.bz2\n", "\(good)")
        try link("gone.xml.bz2", to: "../gone.xml.bz2")
        let dead = try await Dumpctl.run(["check-truncation", "."], in: dump.folder)
        #expect(dead.status == 1 && dead.output.contains("unreadable\t./latest/gone.xml.bz2\tis a link"), "\(dead)")
    }
}
