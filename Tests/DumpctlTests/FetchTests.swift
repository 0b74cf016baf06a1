import Foundation
import Testing

/// `dumpctl fetch` and `dumpctl wait`, from a server that lists what the test says.
@Suite(.timeLimit(.minutes(5)))
struct FetchTests {
    /// A tree as mirrors publish it, in a folder of its own.
    private struct Mirror {
        let folder: URL
        let server: WebServer

        init() throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("mirror-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            server = try WebServer(folder)
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }

        func write(_ bytes: Data, to path: String) throws {
            let file = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try bytes.write(to: file)
        }

        /// A run of the old form. The files of the last job are in no state to be fetched.
        func addRun(_ date: String, _ files: [String: Data], last status: String = "done") throws {
            var listed: [String: Any] = [:]
            for (name, bytes) in files {
                try write(bytes, to: "w/\(date)/\(name)")
                listed[name] = ["size": bytes.count, "sha1": try FetchTests.sum("sha1sum", bytes), "md5": "no hash"]
            }
            let jobs = [
                "pages": ["status": "done", "files": listed],
                "other": ["status": status, "files": ["w-\(date)-other.gz": ["size": 1]]],
            ]
            try write(
                JSONSerialization.data(withJSONObject: ["jobs": jobs, "version": "0.8"]),
                to: "w/\(date)/dumpstatus.json")
        }

        func run(_ arguments: String..., way: String = "plain") async throws -> Dumpctl.Outcome {
            try await Dumpctl.run(arguments + ["--from", "\(server.address)/\(way)"], in: folder)
        }

        func text(_ path: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(path)) }
    }

    private static func sum(_ program: String, _ bytes: Data) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("sum-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try bytes.write(to: file)
        return String(try Tool.run([program, file.path]).text.prefix { $0 != " " })
    }

    private static func noise(_ count: Int, seed: UInt64) -> Data {
        var random = SplitMix(state: seed)
        return Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    @Test(arguments: ["plain", "broken", "busy", "moved", "whole"]) func theNewestCompleteRun(way: String) async throws
    {
        let mirror = try Mirror()
        defer { mirror.remove() }
        let files = [
            "w-20260102-a.bz2": Self.noise(700_000, seed: 1), "w-20260102-b.gz": Self.noise(1, seed: 2),
            "w-20260102-c.gz": Data(),
        ]
        try mirror.addRun("20260101", ["w-20260101-a.bz2": Data("old".utf8)])
        try mirror.addRun("20260102", files)
        try mirror.addRun("20260103", ["w-20260103-a.bz2": Data("new".utf8)], last: "in-progress")
        // What breaks off cannot be gone on with where there are no parts, so that server is whole here.
        let outcome = try await mirror.run("fetch", "w", "-o", "got", way: way)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.error)")
        #expect(outcome.output.hasSuffix("got/w/20260102: 3 fetched, 0 kept\n"))
        #expect(outcome.error.contains("20260103/: not complete: other is in-progress"), "\(outcome.error)")
        for (name, bytes) in files { #expect(try mirror.text("got/w/20260102/\(name)") == bytes, "\(name)") }
        let folder = mirror.folder.appendingPathComponent("got/w/20260102")
        #expect(try Tool.run(["sha1sum", "-c", "w-20260102-sha1sums.txt"], in: folder).status == 0)
        #expect(try mirror.text("got/w/20260102/dumpstatus.json") == mirror.text("w/20260102/dumpstatus.json"))
        let again = try await mirror.run("fetch", "w", "-o", "got", "--json", way: way)
        #expect(again.events.last?["kept"] as? Int == 3 && again.events.last?["fetched"] as? Int == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == (files.keys + ["dumpstatus.json", "w-20260102-sha1sums.txt"]).sorted())
    }

    @Test func aFileExport() async throws {
        let mirror = try Mirror()
        defer { mirror.remove() }
        let base = "other/mediawiki_content_current/w"
        let bytes = [Self.noise(70_000, seed: 3), Self.noise(7, seed: 4)]
        let names = ["w-2026-01-01-p1p9.xml.bz2", "w-2026-01-01-p10p99.xml.bz2"]
        var sums = ""
        for (name, bytes) in zip(names, bytes) {
            try mirror.write(bytes, to: "\(base)/2026-01-01/xml/bzip2/\(name)")
            sums += "\(try Self.sum("sha256sum", bytes))  \(name)\n"
        }
        try mirror.write(Data(sums.utf8), to: "\(base)/2026-01-01/xml/bzip2/SHA256SUMS")
        // A newer one that is still being written has no sums yet.
        try mirror.write(bytes[0], to: "\(base)/2026-02-01/xml/bzip2/w-2026-02-01-p1p9.xml.bz2")
        let outcome = try await mirror.run("fetch", "w", "--dataset", "mediawiki_content_current")
        #expect(outcome.status == 0 && outcome.error.contains("SHA256SUMS, which is written last, is not there"))
        let folder = mirror.folder.appendingPathComponent("mediawiki_content_current/w/2026-01-01")
        #expect(try Tool.run(["sha256sum", "-c", "SHA256SUMS"], in: folder).status == 0)
        let day = try await mirror.run(
            "fetch", "w", "--dataset", "mediawiki_content_current", "--date", "20260101", "--list")
        #expect(day.output == "listed\t\(names[1])\t-\nlisted\t\(names[0])\t-\n", "\(day.output)\(day.error)")
        let unfinished = try await mirror.run(
            "fetch", "w", "--dataset", "mediawiki_content_current", "--date", "20260201")
        #expect(unfinished.status == 4, "\(unfinished.error)")
    }

    /// What an earlier attempt left is gone on with, also when it is of another file.
    @Test func anInterruptedFile() async throws {
        let mirror = try Mirror()
        defer { mirror.remove() }
        let bytes = Self.noise(500_000, seed: 5)
        try mirror.addRun("20260102", ["w-20260102-a.bz2": bytes])
        let part = "got/w/20260102/.w-20260102-a.bz2.part"
        for (before, most) in [
            (bytes.prefix(400_000), 110_000), (Self.noise(400_000, seed: 6), 700_000), (bytes + [1], 600_000),
        ] {
            try? FileManager.default.removeItem(at: mirror.folder.appendingPathComponent("got"))
            try mirror.write(Data(before), to: part)
            let sent = try mirror.server.sent().bytes
            let outcome = try await mirror.run("fetch", "w", "-o", "got")
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.error)")
            #expect(try mirror.text("got/w/20260102/w-20260102-a.bz2") == bytes)
            #expect(try mirror.server.sent().bytes - sent < most)
            #expect(!FileManager.default.fileExists(atPath: mirror.folder.appendingPathComponent(part).path))
        }
    }

    /// Nothing gets its name that is not proven, and the next mirror is asked.
    @Test func aMirrorThatIsWrong() async throws {
        let mirror = try Mirror()
        defer { mirror.remove() }
        let name = "w-20260102-a.bz2"
        let bytes = Self.noise(50_000, seed: 7)
        try mirror.addRun("20260102", [name: bytes])
        let bad = try Mirror()
        defer { bad.remove() }
        try bad.addRun("20260102", [name: bytes])
        try bad.write(Self.noise(50_000, seed: 8), to: "w/20260102/\(name)")
        let alone = try await bad.run("fetch", "w")
        #expect(alone.status == 1 && alone.error.contains("is not the file that the lists of the mirror are about"))
        #expect(
            !FileManager.default.fileExists(atPath: bad.folder.appendingPathComponent("w/20260102/.\(name).part").path))
        let outcome = try await Dumpctl.run(
            [
                "fetch", "w", "-o", "got", "--from", bad.server.address + "/plain", "--from",
                mirror.server.address + "/plain",
            ],
            in: mirror.folder)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.error)")
        #expect(outcome.error.contains("does not give \(name)"), "\(outcome.error)")
        #expect(try mirror.text("got/w/20260102/\(name)") == bytes)
        // One that lacks the file.
        try FileManager.default.removeItem(at: bad.folder.appendingPathComponent("w/20260102/\(name)"))
        let lacking = try await bad.run("fetch", "w", "-o", "other")
        #expect(lacking.status == 1 && lacking.error.contains("status 404"), "\(lacking.error)")
        // One that has more than it said.
        let longer = try await mirror.run("fetch", "w", "-o", "third", way: "other")
        #expect(longer.status == 1, "\(longer.output)")
    }

    /// Names from a server lead nowhere else.
    @Test func namesThatAreNone() async throws {
        let mirror = try Mirror()
        defer { mirror.remove() }
        let names = ["w-../../evil", "../evil", "/tmp/evil", ".hidden", "w-a\u{1B}[2J", "evil.bz2", "w-x~", "w-a b"]
        try mirror.addRun("20260102", ["w-20260102-a.gz": Data("a".utf8)])
        var status = String(decoding: try mirror.text("w/20260102/dumpstatus.json"), as: UTF8.self)
        let hash = String(repeating: "0", count: 40)
        let more = names.map { name in
            let key = String(decoding: (try? JSONEncoder().encode(name)) ?? Data(), as: UTF8.self)
            return "\(key): {\"size\": 1, \"sha1\": \"\(hash)\"}, "
        }
        status = status.replacing("\"w-20260102-a.gz\":", with: more.joined() + "\"w-20260102-a.gz\":")
        try mirror.write(Data(status.utf8), to: "w/20260102/dumpstatus.json")
        let outcome = try await mirror.run("fetch", "w", "-o", "got")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.error)")
        #expect(outcome.error.components(separatedBy: "is none of a file").count - 1 == names.count, "\(outcome.error)")
        #expect(!outcome.error.contains("\u{1B}"))
        let got = try FileManager.default.subpathsOfDirectory(atPath: mirror.folder.appendingPathComponent("got").path)
        #expect(
            got.sorted() == [
                "w", "w/20260102", "w/20260102/dumpstatus.json", "w/20260102/w-20260102-a.gz",
                "w/20260102/w-20260102-sha1sums.txt",
            ])
    }

    @Test func patternsAndLists() async throws {
        let mirror = try Mirror()
        defer { mirror.remove() }
        try mirror.addRun("20260102", ["w-20260102-a.gz": Data("a".utf8), "w-20260102-b.bz2": Data("bb".utf8)])
        try mirror.addRun("20260103", [:], last: "waiting")
        let runs = try await mirror.run("fetch", "w", "--list")
        #expect(
            runs.output == "20260103\tnot complete\t0 files\t-\tother is waiting\n"
                + "20260102\tcomplete\t2 files\t3 bytes\t\n", "\(runs.output)")
        let some = try await mirror.run("fetch", "w", "-o", "got", "--files", "*.bz2")
        #expect(some.output == "fetched\tw-20260102-b.bz2\t2 bytes\ngot/w/20260102: 1 fetched, 0 kept\n")
        // A list of all files would tell of one that is not there.
        #expect(
            !FileManager.default.fileExists(
                atPath: mirror.folder.appendingPathComponent("got/w/20260102/dumpstatus.json").path))
        #expect(try await mirror.run("fetch", "w", "--files", "*.7z").status == 4)
        #expect(try await mirror.run("fetch", "nowiki").status == 1)
        #expect(try await mirror.run("fetch", "../w").status == 2)
        #expect(try await mirror.run("fetch", "w", "--date", "yesterday").status == 2)
        #expect(try await mirror.run("fetch", "w", "--dataset", "none").status == 2)
        #expect(try await mirror.run("fetch", "w", "--from", "ftp://x").status == 2)
    }

    @Test func waiting() async throws {
        let mirror = try Mirror()
        defer { mirror.remove() }
        try mirror.addRun("20260102", ["w-20260102-a.gz": Data("a".utf8)])
        let known = try await mirror.run("wait", "w", "--newer-than", "2026-01-01")
        #expect(known.status == 0 && known.output == "20260102\n", "\(known.error)")
        let never = try await mirror.run("wait", "w", "--newer-than", "20260102", "--limit", "0")
        #expect(never.status == 4 && never.error.contains("no run of w newer than 20260102 appeared"))
        let waiter = try Dumpctl.start(
            ["wait", "w", "--newer-than", "20260102", "--every", "1s", "--from", mirror.server.address + "/plain"],
            in: mirror.folder)
        try mirror.addRun("20260103", ["w-20260103-a.gz": Data("a".utf8)])
        #expect(try await waiter.wait().output == "20260103\n")
    }
}
