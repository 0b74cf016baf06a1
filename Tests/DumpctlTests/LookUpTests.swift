import Foundation
import Testing

/// `locate-page`, `index`, `extract` and `last-id`.
@Suite(.timeLimit(.minutes(10)))
struct LookUpTests {
    private func dumpctl(_ arguments: [String], in dump: SmallDump) async throws -> Dumpctl.Outcome {
        try await Dumpctl.run(arguments, in: dump.folder)
    }

    @Test("A page by id, title and revision, with and without an index", arguments: [false, true], [false, true])
    func locate(isIndexed: Bool, isMultistream: Bool) async throws {
        let dump = try SmallDump(huge: 11)
        defer { dump.remove() }
        let name = try (isMultistream ? dump.writeMultistream() : dump.writeStream()).lastPathComponent
        if isIndexed {
            let made = try await dumpctl(["index", name], in: dump)
            #expect(made.status == 0 && made.output.hasPrefix("\(name).mwidx: 20 pages and 59 revisions in "))
            let checked = try await dumpctl(["index", name, "--check", "--json"], in: dump)
            #expect(checked.status == 0 && checked.events.first?["pages"] as? Int == 20)
        }
        for number in isIndexed ? [1, 11, 12, 20] : [11, 12] {
            let page = dump.pages[number - 1]
            for words in [
                ["--id", "\(page.id)"], ["--title", page.title.replacing(" ", with: "_")],
                ["--rev", "\(page.revisions.last ?? 0)"],
            ] {
                let place = try await dumpctl(["locate-page", name, "--json"] + words, in: dump)
                let fields = try #require(place.events.first, "\(place)")
                #expect(fields["pageId"] as? Int == page.id && fields["title"] as? String == page.title)
                #expect((fields["uncompressedOffset"] == nil) == !isIndexed)
                let block = try #require(fields["blockBitOffset"] as? Int)
                #expect(place.error.isEmpty == (isIndexed || words[0] == "--id"), "\(place.error)")
                guard words[0] == "--id" else { continue }
                let line = try await dumpctl(["locate-page", name] + words, in: dump)
                #expect(line.status == 0 && line.output.hasPrefix("page_id:\(page.id) "))
                #expect(
                    line.output.contains(" block:\(block) offset:") && line.output.hasSuffix("title:\(page.title)\n"))
            }
            let xml = try await dumpctl(["locate-page", name, "--id", "\(page.id)", "--extract"], in: dump)
            #expect(xml.output == page.xml.trimmingPrefix { $0 == " " })
            let history = try await dumpctl(["locate-page", name, "--id", "\(page.id)", "--history"], in: dump)
            #expect(
                history.output == page.revisions.map { "\($0)\t2024-01-02T03:04:05Z\tO'Neill\t20000\t-\n" }.joined())
        }
        for (id, text) in [
            ("15", "between pages 10 and 20"), ("115", "between pages 110 and 120"), ("0", "before page 10"),
            ("2147483648", "after page 200"), ("9223372036854775807", "after page 200"),
        ] {
            let outcome = try await dumpctl(["locate-page", name, "--id", id], in: dump)
            #expect(outcome.status == 4 && outcome.output == "" && outcome.error.contains(text), "\(outcome)")
        }
        for words in [["--title", "Talk:A"], ["--rev", "7"]] {
            let outcome = try await dumpctl(["locate-page", name, "--json"] + words, in: dump)
            #expect(outcome.status == 4 && outcome.events.first?["found"] as? Bool == false)
        }
    }

    @Test(
        "Wrong usage",
        arguments: [
            ["locate-page", "x"], ["locate-page", "--id", "5"], ["locate-page", "x", "--id", "-5"],
            ["locate-page", "x", "--id", "9223372036854775808"], ["locate-page", "x", "--id", "5x"],
            ["locate-page", "x", "--id", "5", "--rev", "5"], ["locate-page", "x", "--id=-1"],
            ["locate-page", "x", "--id", "5", "--extract", "--history"], ["index"], ["index", "x", "--tasks", "0"],
            ["extract", "x"], ["extract", "x", "--pages", "9-5"],
            ["extract", "x", "--pages", "5", "--from-offset", "4"],
            ["extract", "x", "--from-offset=-1"], ["last-id"],
        ])
    func usage(arguments: [String]) async throws {
        let outcome = try await Dumpctl.run(arguments, in: FileManager.default.temporaryDirectory)
        #expect(outcome.status == 2 && outcome.output == "" && outcome.error.hasPrefix("dumpctl: "), "\(outcome)")
    }

    @Test("What cannot be read is named", arguments: ["locate-page", "index", "extract", "last-id"])
    func unreadable(command: String) async throws {
        let dump = try SmallDump(pageCount: 1)
        defer { dump.remove() }
        try Data("text".utf8).write(to: dump.folder.appendingPathComponent("text"))
        try Data().write(to: dump.folder.appendingPathComponent("empty"))
        let more = ["locate-page": ["--id", "5"], "extract": ["--pages", "5"]][command] ?? []
        try FileManager.default.createDirectory(
            at: dump.folder.appendingPathComponent("folder"), withIntermediateDirectories: true)
        #expect(unsafe mkfifo(dump.folder.appendingPathComponent("pipe").path, 0o600) == 0)
        for name in ["none.bz2", "text", "empty", "/dev/null", "folder", "pipe"] {
            let outcome = try await dumpctl([command, name] + more, in: dump)
            #expect(outcome.status == 1 && outcome.output == "", "\(outcome)")
            #expect(outcome.error.hasPrefix("dumpctl: \(name)"), "\(outcome.error)")
        }
    }

    @Test("An index that does not fit is named and ignored")
    func staleIndex() async throws {
        let dump = try SmallDump()
        defer { dump.remove() }
        let name = try dump.writeStream().lastPathComponent
        #expect(try await dumpctl(["index", name, "-q"], in: dump).output == "")
        try dump.write("more", to: name, appending: true)
        let outcome = try await dumpctl(["locate-page", name, "--id", "50"], in: dump)
        #expect(outcome.status == 0 && outcome.output.hasPrefix("page_id:50 "))
        #expect(outcome.error.contains("does not fit") && outcome.error.contains("going on without it"))
        let named = try await dumpctl(["locate-page", name, "--id", "50", "--index", "\(name).mwidx"], in: dump)
        #expect(named.status == 1 && named.error.contains("does not fit"))
        #expect(try await dumpctl(["index", name, "--check"], in: dump).status == 3)
        let index = dump.folder.appendingPathComponent("\(name).mwidx")
        try Data(contentsOf: index).prefix(500).write(to: index)
        #expect(try await dumpctl(["index", name, "--check"], in: dump).status == 3)
    }

    @Test("Damage gives an error with its own status, and never a wrong answer")
    func damage() async throws {
        let dump = try SmallDump()
        defer { dump.remove() }
        let file = try dump.writeStream()
        let whole = try Data(contentsOf: file)
        try whole.prefix(whole.count / 2).write(to: file)
        let name = file.lastPathComponent
        #expect(try await dumpctl(["locate-page", name, "--id", "20"], in: dump).status == 0)
        for arguments in [
            ["locate-page", name, "--id", "200"], ["locate-page", name, "--title", "none"], ["index", name],
            ["last-id", name], ["last-id", name, "--rev"], ["extract", name, "--from-offset", "4"],
            ["extract", name, "--pages", "150-"],
        ] {
            let outcome = try await dumpctl(arguments, in: dump)
            #expect(outcome.status == 3 && outcome.error.contains(name), "\(outcome)")
        }
    }

    @Test("Parts of a dump, alone and as a folder", arguments: [false, true])
    func parts(isEndOpen: Bool) async throws {
        let dump = try SmallDump()
        defer { dump.remove() }
        for (first, last) in [(0, 9), (10, 19)] {
            let pages = dump.pages[first...last]
            let end = isEndOpen && last == 19 ? "00000" : "\(pages[last].id)"
            try dump.write(
                SmallDump.header + pages.map(\.xml).joined() + SmallDump.footer,
                to: "w-pages\(first).xml-p\(pages[first].id)p\(end).bz2")
        }
        let one = try await dumpctl(["locate-page", ".", "--id", "120"], in: dump)
        #expect(
            one.status == 0 && one.output.contains("file:./w-pages10.xml-p110p\(isEndOpen ? "00000" : "200").bz2 "),
            "\(one)")
        let title = try await dumpctl(["locate-page", ".", "--title", "Talk:A & B 3"], in: dump)
        #expect(title.output.hasPrefix("page_id:30 "))
        let absent = try await dumpctl(["locate-page", ".", "--id", "105"], in: dump)
        #expect(absent.status == 4 && absent.error.contains("between pages 100 and 110"), "\(absent)")
    }

    @Test("Ranges of pages are exports of their own", arguments: [false, true])
    func pageRanges(isMultistream: Bool) async throws {
        let dump = try SmallDump(huge: 11)
        defer { dump.remove() }
        let name = try (isMultistream ? dump.writeMultistream() : dump.writeStream()).lastPathComponent
        let ranges: [(String, ClosedRange<Int>?)] = [
            ("30-70", 30...70), ("25-75", 30...70), ("100-120", 100...120), ("115", nil), ("190-", 190...200),
            ("0-", 10...200), ("120", 120...120), ("201-", nil),
        ]
        for (range, ids) in ranges {
            let pages = dump.pages.filter { ids?.contains($0.id) ?? false }.map(\.xml).joined()
            let whole = try await dumpctl(["extract", name, "--pages", range], in: dump)
            #expect(whole.output == SmallDump.header + pages + SmallDump.footer, "\(range)")
            #expect(whole.status == (ids == nil ? 4 : 0))
            let raw = try await dumpctl(["extract", name, "--pages", range, "--raw"], in: dump)
            #expect(raw.output == pages, "\(range)")
        }
    }

    @Test("From an offset on", arguments: [false, true])
    func offsets(isMultistream: Bool) async throws {
        let dump = try SmallDump()
        defer { dump.remove() }
        let file = try isMultistream ? dump.writeMultistream() : dump.writeStream()
        let name = file.lastPathComponent
        let all = try await dumpctl(["extract", name, "--from-offset", "0"], in: dump)
        #expect(all.output == dump.text)
        let raw = try await dumpctl(["extract", name, "--from-offset", "0", "--raw"], in: dump)
        #expect(raw.output == dump.text)
        let size = try Data(contentsOf: file).count
        let half = try await dumpctl(["extract", name, "--from-offset", "\(size / 2)"], in: dump)
        let rest = half.output.dropFirst(SmallDump.header.count)
        #expect(half.output.hasPrefix(SmallDump.header + "  <page>") && dump.text.hasSuffix(rest))
        #expect(rest.count > dump.text.count / 6 && rest.count < dump.text.count * 5 / 6)
        let behind = try await dumpctl(["extract", name, "--from-offset", "\(size)"], in: dump)
        #expect(behind.status == 1 && behind.error.contains("smaller offset"))
    }

    @Test("The last page and revision", arguments: [nil, 20])
    func lastIDs(huge: Int?) async throws {
        let dump = try SmallDump(huge: huge)
        defer { dump.remove() }
        for file in [try dump.writeStream(), try dump.writeMultistream()] {
            let page = try await dumpctl(["last-id", file.lastPathComponent], in: dump)
            #expect(page.output == "200\n")
            let revision = try await dumpctl(["last-id", "--rev", "--json", file.lastPathComponent], in: dump)
            #expect(revision.events.first?["revisionId"] as? Int == dump.pages[19].revisions.last)
        }
        try dump.write(SmallDump.header + SmallDump.footer, to: "empty.bz2")
        #expect(try await dumpctl(["last-id", "empty.bz2"], in: dump).status == 4)
        #expect(try await dumpctl(["last-id", "empty.bz2", "--rev"], in: dump).status == 4)
    }
}
