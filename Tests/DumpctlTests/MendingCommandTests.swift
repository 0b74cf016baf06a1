import Foundation
import MWBzUtils
import Testing

/// The commands that mend, join and split dumps, as a user runs them.
@Suite(.timeLimit(.minutes(10)))
struct MendingCommandTests {
    let folder: DumpFolder
    static let text = DumpFolder.export()
    static let data = Result { try BzStream.compress(Array(text.utf8), level: 1) }

    init() throws {
        folder = try DumpFolder()
        try folder.write("good.xml.bz2", try Self.data.get())
        try folder.write("short.xml.bz2", try Self.data.get().dropLast(30_000))
    }

    @Test func salvage() async throws {
        let before = try folder.bytes("short.xml.bz2")
        let outcome = try await folder.run("salvage", "short.xml.bz2", "-o", "new.xml.bz2", "--json")
        #expect(outcome.status == 3, "\(outcome)")
        let report = try #require(outcome.events.first)
        let pages = try #require(report["pages"] as? Int)
        #expect(pages > 10 && pages < 40 && report["lastPageId"] as? Int == pages * 10)
        let expected = DumpFolder.export(pages: 1...pages)
        #expect(try folder.decoded("new.xml.bz2") == expected)
        #expect(try folder.bytes("short.xml.bz2") == before)
        #expect(try await folder.run("check-truncation", "--full", "new.xml.bz2").status == 0)
        let again = try await folder.run("salvage", "short.xml.bz2", "-o", "new.xml.bz2")
        #expect(again.status == 1 && again.error.contains("already exists"))
        #expect(try await folder.run("salvage", "short.xml.bz2").status == 2)
        #expect(try await folder.run("salvage", "short.xml.bz2", "--in-place").status == 3)
        #expect(try folder.decoded("short.xml.bz2") == expected)
        #expect(try await folder.run("salvage", "good.xml.bz2", "-o", "copy.xml.bz2").status == 0)
        #expect(try folder.bytes("copy.xml.bz2") == (try Self.data.get()))
        try folder.write("nothing.xml.bz2", Array("BZh9 nothing".utf8))
        let nothing = try await folder.run("salvage", "nothing.xml.bz2", "-o", "x.bz2")
        #expect(nothing.status == 1 && nothing.error.contains("nothing to salvage") && !folder.names.contains("x.bz2"))
    }

    @Test func neverWritesOverWhatItReads() async throws {
        let before = try folder.bytes("good.xml.bz2")
        let commands = [
            ["index", "good.xml.bz2", "-o", "./good.xml.bz2"], ["recompress", "good.xml.bz2", "-o", "good.xml.bz2"],
            ["recompress", "good.xml.bz2", "-o", "x", "--multistream", "--index", "./x"],
            ["recompress", "good.xml.bz2", "-o", "x", "--multistream", "--index", "good.xml.bz2"],
            ["decompress", "good.xml.bz2", "-o", "good.xml.bz2"],
        ]
        for command in commands {
            let outcome = try await folder.run(command)
            #expect(outcome.status == 2, "\(command): \(outcome)")
        }
        #expect(try folder.bytes("good.xml.bz2") == before)
        #expect(!folder.names.contains("x"))
    }

    /// A dump that is cut short may hold any page behind the cut.
    @Test func rangeOfADamagedDumpIsNotKnown() async throws {
        try folder.write("short.xml-p1p400.bz2", try Self.data.get().dropLast(30_000))
        let outcome = try await folder.run("check-range", "short.xml-p1p400.bz2")
        #expect(outcome.status == 3 && outcome.output.isEmpty && outcome.error.contains("ends"), "\(outcome)")
    }

    @Test func splitJoinAppendAndRanges() async throws {
        let split = try await folder.run("split", "good.xml.bz2", "--pages", "1-100,101-250,251-", "-o", ".")
        let parts = ["good.xml-p1p100.bz2", "good.xml-p101p250.bz2", "good.xml-p251p400.bz2"]
        #expect(split.status == 0, "\(split)")
        #expect(folder.names.filter { $0.contains("-p") } == parts.sorted())
        #expect(try folder.decoded(parts[1]) == DumpFolder.export(pages: 11...25))
        let join = try await folder.run(["join"] + parts + ["-o", "joined.xml.bz2"])
        #expect(join.status == 0, "\(join)")
        #expect(try folder.decoded("joined.xml.bz2") == Self.text)
        #expect(try await folder.run("append", parts[0], parts[1]).status == 0)
        let rest = Array(DumpFolder.export(pages: 26...40).utf8)
        #expect(try await folder.run("append", parts[0], "-", "--as-stream", input: rest).status == 0)
        #expect(try folder.decoded(parts[0]) == Self.text)

        let ranges = try await folder.run(["check-range"] + parts.dropFirst())
        #expect(ranges.status == 0)
        #expect(ranges.output == "OK \(parts[1])\nOK \(parts[2])\n")
        let open = "good.xml-p251p00000.bz2"
        try FileManager.default.copyItem(
            at: folder.url.appendingPathComponent(parts[2]), to: folder.url.appendingPathComponent(open))
        for exact in [[], ["--exact"]] {
            let outcome = try await folder.run(["check-range", open] + exact)
            #expect(
                outcome.status == exact.count * 3 && outcome.output.hasPrefix(exact.isEmpty ? "OK" : "BAD"),
                "\(outcome)")
        }
        let wrong = try await folder.run("check-range", parts[0])
        #expect(wrong.status == 3)
        #expect(wrong.output == "BAD \(parts[0]) first_claimed/has: 1 10 last_claimed/has: 100 400\n")
        let rename = try await folder.run("check-range", parts[0], "--rename")
        #expect(rename.output == "mv \(parts[0]) good.xml-p000000010p000000400.bz2\n")
        #expect(try await folder.run("split", "good.xml.bz2", "--pages", "5000-").status == 4)
        #expect(try await folder.run("split", "short.xml.bz2", "--size", "20K").status == 3)
        #expect(try await folder.run("split", "good.xml.bz2", "--size", "0").status == 2)
        let nowhere = try await folder.run("split", "good.xml.bz2", "--size", "30K", "-o", "none")
        #expect(nowhere.status == 1 && nowhere.error.contains("none is not a folder (make it first"), "\(nowhere)")
    }

    @Test func blocks() async throws {
        let outcome = try await folder.run("blocks", "good.xml.bz2")
        let lines = outcome.output.split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(outcome.status == 0 && lines[0].prefix(4) == ["block", "0", "4", "0"])
        let end = try #require(lines.last)
        #expect(end[0] == "end" && end[4] == end[5])
        let sizes = lines.dropLast().compactMap { Int($0[6]) }
        #expect(sizes.reduce(0, +) == Self.text.utf8.count)
        let short = try await folder.run("blocks", "short.xml.bz2", "--json")
        #expect(short.status == 3 && short.events.contains { $0["event"] as? String == "problem" })
    }

    /// A process that is killed at any instant leaves the old file or the new one under a name, and no half file.
    @Test func killed() async throws {
        let commands = [
            ["salvage", "short.xml.bz2", "-o", "out.xml.bz2"], ["append", "old.xml.bz2", "good.xml.bz2"],
            ["split", "good.xml.bz2", "--size", "30K", "-o", "."],
        ]
        let old = try BzStream.compress(Array(DumpFolder.export(pages: 1...3).utf8))
        for round in 0..<9 {
            try folder.write("old.xml.bz2", old)
            let running = try Dumpctl.start(commands[round % 3], in: folder.url)
            try await Task.sleep(for: .milliseconds(20 + 60 * (round / 3) + 15 * (round % 3)))
            kill(running.process.processIdentifier, SIGKILL)
            _ = try await running.wait()
            let now = try folder.bytes("old.xml.bz2")
            #expect(try now == old || folder.decoded("old.xml.bz2").hasSuffix("</mediawiki>\n"))
            // What a killed process left under a name of its own begins with a dot.
            for name in folder.names where name.hasPrefix("out") || name.contains("-p") && !name.hasPrefix(".") {
                #expect(try folder.decoded(name).hasSuffix("</mediawiki>\n"), "\(name)")
                try FileManager.default.removeItem(at: folder.url.appendingPathComponent(name))
            }
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible)) func fullDisk() async throws {
        let target = folder.url.appendingPathComponent("disk")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        let disk = try SmallDisk(over: target, kilobytes: 64)
        for arguments in [
            ["salvage", "good.xml.bz2", "-o", "disk/a.bz2"], ["join", "good.xml.bz2", "-o", "disk/a.bz2"],
            ["append", "good.xml.bz2", "short.xml.bz2", "-o", "disk/a.bz2"],
            ["split", "good.xml.bz2", "--size", "1M", "-o", "disk"],
        ] {
            let outcome = try await folder.run(arguments)
            #expect(outcome.status == 1 || arguments[0] == "append" && outcome.status == 3, "\(arguments) \(outcome)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: target.path) == [], "\(arguments)")
        }
        _ = disk
    }

    @Test("Damage inside of a block that would be copied is found, unless it is trusted")
    func copiesAreProven() async throws {
        var bad = try Self.data.get()
        bad[bad.count / 2] ^= 1
        try folder.write("bad.xml.bz2", bad)
        try folder.write("more.xml", DumpFolder.export(pages: 50...51).utf8)
        for words in [["join", "--as-given", "bad.xml.bz2", "good.xml.bz2"], ["append", "bad.xml.bz2", "more.xml"]] {
            let refused = try await folder.run(words + ["-o", "new.bz2"])
            #expect(refused.status == 3 && refused.error.contains("bad.xml.bz2: "), "\(refused)")
            #expect(!folder.names.contains("new.bz2"))
        }
        #expect(try folder.bytes("bad.xml.bz2") == bad)
        #expect(
            try await folder.run("join", "--as-given", "bad.xml.bz2", "good.xml.bz2", "--trust", "-o", "new.bz2").status
                == 0)
    }

    @Test("Lines that end in CR and LF do so behind split and join as well")
    func carriageReturns() async throws {
        let text = Self.text.replacing("\n", with: "\r\n")
        try folder.write("lines.xml.bz2", try BzStream.compress(Array(text.utf8), level: 1))
        #expect(try await folder.run("split", "lines.xml.bz2", "--pages", "10-110,120-400").status == 0)
        let parts = folder.names.filter { $0.contains("-p") }
        #expect(parts.count == 2)
        #expect(
            try folder.decoded(parts[0]) + "" == String(
                text[..<(text.range(of: "  <page>\r\n    <title>Page 120<")?.lowerBound ?? text.endIndex)])
                + "</mediawiki>\r\n")
        #expect(try await folder.run(["join"] + parts + ["-o", "again.xml.bz2"]).status == 0)
        #expect(try folder.decoded("again.xml.bz2") == text)
    }

    @Test("A page between two part files is told of with both its neighbours")
    func absentBetweenParts() async throws {
        #expect(try await folder.run("split", "good.xml.bz2", "--pages", "1-150,151-400").status == 0)
        let parts = folder.names.filter { $0.contains("-p") }
        for id in ["155", "145"] {
            let outcome = try await folder.run(["locate-page"] + parts + ["--id", id])
            #expect(outcome.status == 4, "\(outcome)")
            let both = id == "155" ? "between pages 150 and 160" : "between pages 140 and 150"
            #expect(outcome.error.contains(both), "\(outcome.error)")
        }
    }

    @Test("An index that turns out damaged is done without")
    func damagedIndex() async throws {
        #expect(try await folder.run("index", "good.xml.bz2").status == 0)
        let index = try folder.bytes("good.xml.bz2.mwidx")
        for place in [index.count / 3, index.count / 2, 2 * index.count / 3] {
            var bad = index
            bad[place] ^= 0x40
            try folder.write("good.xml.bz2.mwidx", bad)
            let outcome = try await folder.run("locate-page", "good.xml.bz2", "--id", "200", "--extract")
            #expect(outcome.status == 0 && outcome.output.contains("<id>200</id>"), "\(outcome.error)")
            let named = try await folder.run(
                "locate-page", "good.xml.bz2", "--id", "200", "--index", "good.xml.bz2.mwidx")
            #expect(named.status == 0 || named.status == 3 || named.status == 1, "\(named)")
        }
    }
}
