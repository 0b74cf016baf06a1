import Foundation
import MWBzUtils
import SystemPackage
import Testing

/// Dumps that are read from a web server.
@Suite(.timeLimit(.minutes(5)))
struct WebTests {
    private static func run(_ dump: SmallDump, _ arguments: [String]) async throws -> Dumpctl.Outcome {
        try await Dumpctl.run(arguments, in: dump.folder)
    }

    /// Whatever a server does, the answer is the right one, or there is none.
    @Test(arguments: ["plain", "broken", "busy", "moved"])
    func everyCommandReadsAddresses(way: String) async throws {
        let dump = try SmallDump(pageCount: 40, textSize: 3000)
        defer { dump.remove() }
        try dump.write(dump.text, to: "pages.xml.bz2")
        let server = try WebServer(dump.folder)
        let file = "\(server.address)/\(way)/pages.xml.bz2"
        func run(_ arguments: String...) async throws -> Dumpctl.Outcome { try await Self.run(dump, arguments) }
        #expect(try await run("decompress", file).output == dump.text)
        #expect(try await run("last-id", file).output == "400\n")
        #expect(try await run("check-truncation", "--full", file).output.hasPrefix("ok\t\(file)\n"))
        #expect(try await run("extract", file, "--pages", "30-50").output.contains("<id>40</id>"))
        let found = try await run("locate-page", file, "--id", "70")
        #expect(found.output.contains(" file:\(file) "), "\(found.output)\(found.error)")
        let page = try await run("locate-page", file, "--id", "70", "--extract")
        #expect("  " + page.output == dump.pages[6].xml)
        let missing = try await run("locate-page", file, "--id", "71")
        #expect(missing.status == 4 && missing.error.contains("\(file): page 71 is not there; it would be between"))
        let counts = try await run("revisions-per-page", file, "--all-namespaces").output
        #expect(counts.split(separator: "\n").count == 40)
        // The index beside it is used.
        #expect(try await run("index", "pages.xml.bz2").status == 0)
        let title = try await run("locate-page", file, "--title", dump.pages[8].title)
        #expect(title.output.contains("page_id:90 ") && title.output.contains(" uncompressed:"), "\(title.error)")
        #expect(title.error.isEmpty)
    }

    @Test func foldersAndPatterns() async throws {
        let dump = try SmallDump(pageCount: 4, textSize: 300)
        defer { dump.remove() }
        let folder = dump.folder.appendingPathComponent("set")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let halves = [dump.pages[..<2], dump.pages[2...]].map {
            SmallDump.header + $0.map(\.xml).joined() + SmallDump.footer
        }
        try dump.write(halves[1], to: "set/w-2026-01-01-p30p40.xml.bz2")
        try dump.write(halves[0], to: "set/w-2026-01-01-p10p20.xml.bz2")
        let server = try WebServer(dump.folder)
        for name in ["plain/set", "plain/set/", "plain/set/*.bz2"] {
            let text = try await Self.run(dump, ["decompress", "\(server.address)/\(name)"])
            #expect(text.output == dump.text, "\(text.error)")
        }
        let checked = try await Self.run(dump, ["check-truncation", "\(server.address)/plain/set"])
        #expect(checked.status == 0 && checked.error.contains("2 ok"), "\(checked.output)\(checked.error)")
    }

    @Test func whatAServerRefusesIsTold() async throws {
        let dump = try SmallDump(pageCount: 40, textSize: 3000)
        defer { dump.remove() }
        try dump.write(dump.text, to: "pages.xml.bz2")
        let server = try WebServer(dump.folder)
        func run(_ arguments: String..., agent: String = "") async throws -> Dumpctl.Outcome {
            try await Dumpctl.run(arguments, in: dump.folder, environment: ["DUMPCTL_USER_AGENT": agent])
        }
        let whole = "\(server.address)/whole/pages.xml.bz2"
        #expect(try await run("decompress", whole).output == dump.text)
        let parts = try await run("locate-page", whole, "--id", "70")
        #expect(parts.status == 1 && parts.error.contains("the server does not give parts of this file"))
        let picky = "\(server.address)/picky/pages.xml.bz2"
        let refused = try await run("last-id", picky)
        #expect(
            refused.status == 1 && refused.error.contains("status 403 (set DUMPCTL_USER_AGENT "), "\(refused.error)")
        #expect(try await run("last-id", picky, agent: "test (me@example.org)").output == "400\n")
        let gone = try await run("last-id", "\(server.address)/gone/pages.xml.bz2")
        #expect(gone.status == 1 && gone.error.contains("status 404"), "\(gone.error)")
        let nobody = try await run("last-id", "http://127.0.0.1:1/pages.xml.bz2")
        #expect(nobody.status == 1 && nobody.error.contains("cannot be reached"), "\(nobody.error)")
    }

    /// Two states of a file are never mixed.
    @Test func aFileThatChangesIsTold() throws {
        let dump = try SmallDump(pageCount: 1, textSize: 10)
        defer { dump.remove() }
        var random = SplitMix(state: 5)
        try Data((0..<300_000).map { _ in UInt8.random(in: 0...255, using: &random) })
            .write(to: dump.folder.appendingPathComponent("bytes"))
        let server = try WebServer(dump.folder)
        let file = try RandomAccessFile(FilePath("\(server.address)/changing/bytes"))
        _ = try file.read(at: 100_000, count: 10)
        let error = #expect(throws: BzError.self) { try file.read(at: 200_000, count: 10) }
        #expect(error?.code == .stale && error?.description.contains("changed while it was read") == true)
    }

    /// Any bytes in any order, whatever the transfers do.
    @Test(arguments: ["plain", "broken", "busy"]) func randomReads(way: String) throws {
        let dump = try SmallDump(pageCount: 1, textSize: 10)
        defer { dump.remove() }
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed: \(seed)")
        var random = SplitMix(state: seed)
        let bytes = (0..<Int.random(in: 1...2_000_000, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        try Data(bytes).write(to: dump.folder.appendingPathComponent("bytes"))
        let server = try WebServer(dump.folder)
        let file = try RandomAccessFile(FilePath("\(server.address)/\(way)/bytes"))
        #expect(try file.size() == Int64(bytes.count))
        for _ in 0..<40 {
            let offset = Int.random(in: 0...bytes.count + 10, using: &random)
            let count = Int.random(in: 0...(1 << Int.random(in: 0...20, using: &random)), using: &random)
            let read = try file.read(at: Int64(offset), count: count)
            #expect(read == Array(bytes.dropFirst(offset).prefix(count)), "\(count) bytes at \(offset)")
        }
    }

    /// A look-up asks for few blocks: two for each halving, and eight.
    @Test func aLookUpMovesLittle() async throws {
        let dump = try SmallDump(pageCount: 400, textSize: 60_000)
        defer { dump.remove() }
        try dump.write(dump.text, to: "pages.xml.bz2")
        let size = try Data(contentsOf: dump.folder.appendingPathComponent("pages.xml.bz2")).count
        let blocks = try await Self.run(dump, ["blocks", "pages.xml.bz2"]).output.split(separator: "\n").count - 1
        // A dump of few blocks is looked at as a whole.
        try #require(size > 11_000_000)
        let server = try WebServer(dump.folder)
        for page in [1, 2, 100, 200, 301, 322, 399, 400] {
            let before = try server.sent().bytes
            let found = try await Self.run(
                dump, ["locate-page", "\(server.address)/plain/pages.xml.bz2", "--id", "\(page * 10)"])
            #expect(found.status == 0, "\(found.error)")
            let moved = Double(try server.sent().bytes - before) / Double(size / blocks)
            #expect(moved <= 2 * log2(Double(blocks)) + 8, "page \(page): \(moved) of \(blocks) blocks")
        }
    }

    @Test func addresses() {
        let address = WebAddress("HTTPS://dumps.wikimedia.org//nlwiki/a b")
        #expect(address?.description == "https://dumps.wikimedia.org/nlwiki/a%20b" && address?.name == "a b")
        #expect(WebAddress(FilePath("https://example.org/x"))?.description == "https://example.org/x")
        for text in ["", "example.org", "/https://x", "https:", "https://", "ftp://x/y", "file:///etc/passwd"] {
            #expect(WebAddress(text) == nil, "\(text)")
        }
    }

    /// Pages of folders as servers make them, and as no honest server does.
    @Test func listings() throws {
        let folder = try #require(WebAddress("http://example.org/dumps/nlwiki/"))
        func names(_ page: String) -> [String] { WebListing(of: Array(page.utf8), at: folder).names }
        let nginx = """
            <html><head><title>Index of /</title></head><body><h1>Index</h1><hr><pre><a href="../">../</a>
            <a href="20260101/">20260101/</a>   01-Jan-2026 00:00   -
            <a href="a%20b.bz2">a b.bz2</a>
            """
        #expect(names(nginx) == ["20260101/", "a b.bz2"])
        let apache = #"<TR><TD><A HREF='?C=N;O=D'>Name</A><a href=20260101/>x</a><a href="/dumps/nlwiki/y&amp;z">y</a>"#
        #expect(names(apache) == ["20260101/", "y&z"])
        #expect(
            names(#"<a href="http://example.org/dumps/nlwiki/in.gz"><a href="./20260102/"><a href="20260102/">"#)
                == ["in.gz", "20260102/"])
        let hostile =
            #"<a href="../x"><a href="..%2fx"><a href="/etc/passwd"><a href="http://evil.org/x"><a href="%00"><a href="a%0Ab">"#
        #expect(names(hostile).isEmpty)
        #expect(names("<a href=\"..%2F\u{301}x\"><a href=\"a/\u{301}b\">").isEmpty, "a slash with an accent")
    }
}
