import Foundation
import MWBzUtils
import Testing

/// `recompress` and `decompress`, and what all commands over dumps have in common, as a user runs them.
@Suite(.timeLimit(.minutes(10)))
struct RecompressCommandTests {
    let folder: DumpFolder
    static let text = DumpFolder.export(pages: 1...250, textSize: 800)
    static let data = Result { try BzStream.compress(Array(text.utf8), level: 1) }

    init() throws {
        folder = try DumpFolder()
        try folder.write("dump.xml.bz2", try Self.data.get())
    }

    @Test("A multistream with its index, from any format", arguments: ["bzip2", "gzip", "plain"])
    func multistream(format: String) async throws {
        try folder.write("dump.xml", Self.text.utf8)
        try Tool.run(["gzip", "-k", folder.url.appendingPathComponent("dump.xml").path])
        let input = ["bzip2": "dump.xml.bz2", "gzip": "dump.xml.gz", "plain": "dump.xml"][format] ?? ""
        let outcome = try await folder.run(
            "recompress", input, "-o", "multi.bz2", "--multistream", "--index", "index.txt.bz2", "--page-index",
            "--json")
        #expect(outcome.status == 0 && outcome.error == "", "\(outcome)")
        let report = try #require(outcome.events.first)
        #expect(
            report["pages"] as? Int == 250 && report["streams"] as? Int == 5
                && report["sourceFormat"] as? String == format)
        #expect(try folder.decoded("multi.bz2") == Self.text)
        let lines = try folder.decoded("index.txt.bz2").split(separator: "\n")
        #expect(lines.count == 250)
        let all = try folder.bytes("multi.bz2")
        for line in [lines[0], lines[99], lines[100], lines[249]] {
            let fields = line.split(separator: ":")
            let offset = try #require(Int(fields[0]))
            try folder.write("stream.bz2", all[offset...])
            let piece = try folder.decoded("stream.bz2")
            #expect(piece.hasPrefix("  <page>") && piece.contains("<id>\(fields[1])</id>"), "\(line)")
        }
        let found = try await folder.run("locate-page", "multi.bz2", "--id", "1230", "--extract")
        #expect(found.output == DumpFolder.page(id: 1230, textSize: 800).trimmingPrefix { $0 == " " })
    }

    @Test("One stream, through pipes")
    func singleStream() async throws {
        let outcome = try await folder.run("recompress", "-", "-o", "one.bz2", input: Array(Self.text.utf8))
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try folder.decoded("one.bz2") == Self.text)
        #expect(try folder.bytes("one.bz2").starts(with: Array("BZh9".utf8)))
        let text = try await folder.run("decompress", "-", input: try folder.bytes("one.bz2"))
        #expect(text.status == 0 && text.output == Self.text)
        let twice = try await folder.run("decompress", "one.bz2", "dump.xml.bz2")
        #expect(twice.status == 0 && twice.output == Self.text + Self.text)
    }

    @Test("A file that is there is replaced only on demand")
    func existing() async throws {
        for words in [["recompress", "dump.xml.bz2"], ["decompress", "dump.xml.bz2"]] {
            try folder.write("kept", Array("kept".utf8))
            let refused = try await folder.run(words + ["-o", "kept"])
            #expect(refused.status == 1 && refused.error.contains("kept: already exists"), "\(refused)")
            #expect(try folder.bytes("kept") == Array("kept".utf8))
            #expect(try await folder.run(words + ["-o", "kept", "--force"]).status == 0)
            #expect(try folder.bytes("kept").count > 4)
        }
        #expect(folder.names == ["dump.xml.bz2", "kept"])
    }

    @Test("Bytes that belong to no stream are told of", arguments: ["bzip2", "gzip"])
    func trailing(format: String) async throws {
        try folder.write("dump.xml", Self.text.utf8)
        try Tool.run(["gzip", "-k", folder.url.appendingPathComponent("dump.xml").path])
        let stored = try folder.bytes(format == "gzip" ? "dump.xml.gz" : "dump.xml.bz2")
        try folder.write("long", stored + Array("garbage".utf8))
        var commands = [
            ["decompress", "long"], ["recompress", "long", "-o", "new.bz2"], ["revisions-per-page", "long"],
        ]
        if format == "bzip2" { commands.append(["index", "long"]) }
        for command in commands {
            let outcome = try await folder.run(command)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.error.contains("long: the bytes from \(stored.count) on"), "\(outcome.error)")
        }
        #expect(try folder.decoded("new.bz2") == Self.text)
    }

    @Test("Damage and truncation give 3 and no file")
    func damage() async throws {
        var bad = try folder.bytes("dump.xml.bz2")
        bad[bad.count / 2] ^= 1
        try folder.write("bad.bz2", bad)
        try folder.write("short.bz2", try folder.bytes("dump.xml.bz2").dropLast(1000))
        let before = folder.names
        for file in ["bad.bz2", "short.bz2"] {
            for words in [["recompress", file], ["recompress", file, "--multistream"], ["decompress", file]] {
                let outcome = try await folder.run(words + ["-o", "new"])
                #expect(outcome.status == 3 && outcome.error.hasPrefix("dumpctl: \(file): "), "\(words): \(outcome)")
            }
        }
        #expect(folder.names == before)
    }

    @Test(
        "Standard input where a file is needed is wrong usage",
        arguments: [
            ["locate-page", "-", "--id", "5"], ["index", "-"], ["extract", "-", "--pages", "1"], ["last-id", "-"],
            ["blocks", "-"], ["salvage", "-", "-o", "new"], ["append", "-", "dump.xml.bz2"],
            ["join", "-", "dump.xml.bz2", "-o", "new"], ["split", "-", "--size", "1000"], ["index", "/dev/stdin"],
        ])
    func standardInput(words: [String]) async throws {
        let outcome = try await folder.run(words, input: try folder.bytes("dump.xml.bz2"))
        #expect(outcome.status == 2, "\(outcome)")
        #expect(outcome.error.contains("standard input") || outcome.error.contains("/dev/stdin"), "\(outcome.error)")
        #expect(folder.names == ["dump.xml.bz2"])
    }

    @Test("What may not be read or written is named", .enabled(if: geteuid() == 0))
    func permissions() async throws {
        let path = folder.url.path
        try folder.write("secret.bz2", try folder.bytes("dump.xml.bz2"))
        try Tool.run(["chmod", "600", path + "/secret.bz2"])
        try Tool.run(["chmod", "755", path])
        for words in [
            ["check-truncation", "secret.bz2"], ["check-truncation", "--full", "secret.bz2"],
            ["locate-page", "secret.bz2", "--id", "5"], ["extract", "secret.bz2", "--pages", "10"],
            ["last-id", "secret.bz2"], ["blocks", "secret.bz2"], ["decompress", "secret.bz2"],
            ["recompress", "secret.bz2", "-o", "-"], ["revisions-per-page", "secret.bz2"],
            ["salvage", "secret.bz2", "-o", "new"], ["index", "secret.bz2"],
            // The folder belongs to somebody else.
            ["index", "dump.xml.bz2"], ["recompress", "dump.xml.bz2", "-o", "new"],
            ["decompress", "dump.xml.bz2", "-o", "new"], ["salvage", "dump.xml.bz2", "-o", "new"],
            ["append", "dump.xml.bz2", "dump.xml.bz2"], ["join", "dump.xml.bz2", "-o", "new"],
            ["split", "dump.xml.bz2", "--size", "1000"],
        ] {
            let outcome = try await Tool.runAside(
                ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Dumpctl.binary.path] + words,
                in: folder.url)
            #expect(outcome.status != 0 && outcome.status < 128, "\(words): \(outcome.text)")
            #expect(outcome.text.contains("ermission denied"), "\(words): \(outcome.text)")
        }
        #expect(folder.names == ["dump.xml.bz2", "secret.bz2"])
    }

    @Test("What root appends to stays its owner's", .enabled(if: geteuid() == 0))
    func owner() async throws {
        let path = folder.url.appendingPathComponent("dump.xml.bz2").path
        try Tool.run(["chown", "65534:65533", path])
        try folder.write("more.xml", DumpFolder.export(pages: 300...301).utf8)
        #expect(try await folder.run("append", "dump.xml.bz2", "more.xml").status == 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.ownerAccountID] as? Int == 65534 && attributes[.groupOwnerAccountID] as? Int == 65533)
    }
}
