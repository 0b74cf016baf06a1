import Foundation
import SystemPackage
import Testing

@testable import MWBzUtils

/// Exports a little out of the ordinary: several in one file, pages in any order, twice or in pieces, ends that are missing.
@Suite struct OddExportTests {
    /// An export as a list of pages, each with its id and revisions.
    private struct Odd {
        var pages: [(id: Int64, revisions: [Int64])]
        var wiki = "testwiki"

        init(_ ids: [Int64]) { pages = ids.map { ($0, [$0 * 10, $0 * 10 + 1]) } }

        static func page(_ id: Int64, _ revisions: [Int64]) -> String {
            "  <page>\n    <title>Page \(id)</title>\n    <ns>0</ns>\n    <id>\(id)</id>\n"
                + revisions.map {
                    "    <revision>\n      <id>\($0)</id>\n      <text bytes=\"1\">x</text>\n    </revision>\n"
                }
                .joined() + "  </page>\n"
        }

        var header: String { "<mediawiki>\n  <siteinfo>\n    <dbname>\(wiki)</dbname>\n  </siteinfo>\n" }
        var body: String { pages.map { Self.page($0.id, $0.revisions) }.joined() }
        var text: String { header + body + "</mediawiki>\n" }
    }

    private func withDump<R>(
        _ text: String, level: Int = 1, _ body: (FilePath) async throws -> R
    ) async throws -> R {
        try await TemporaryDump.with(try BzStream.compress(Array(text.utf8), level: level), body)
    }

    private func multistream(_ text: String) throws -> String {
        var cutter = MultistreamCutter(pagesPerStream: 2, level: 1)
        var bytes: [UInt8] = []
        for piece in try cutter.append(Array(text.utf8)) + cutter.finish() { bytes += piece.bytes }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func cut(_ text: String, _ range: ClosedRange<Int64>, idsRise: Bool = true, chunk: Int = 50) throws
        -> String
    {
        var cutter = PageRangeCutter([range], idsRise: idsRise)
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            for piece in try cutter.append(Array(rest.prefix(chunk))) { bytes += piece.bytes }
            rest = rest.dropFirst(chunk)
        }
        try cutter.finish()
        return String(decoding: bytes + PageRangeCutter.footer, as: UTF8.self)
    }

    private func salvaged(_ text: String) async throws -> (text: String, report: SalvageReport) {
        try await withDump(text) { path in
            try await TemporaryFolder.with { folder in
                let output = FilePath(folder.appendingPathComponent("s.bz2").path)
                let report = try await DumpSalvage(path).run(to: output, taskCount: 2)
                var bytes: [UInt8] = []
                try await DumpText(output).read(taskCount: 2) {
                    bytes += $0; return true
                }
                return (String(decoding: bytes, as: UTF8.self), report)
            }
        }
    }

    // MARK: One export behind the other

    @Test(arguments: [1, 7, 1 << 20]) func exportsOfOneWikiAreOne(chunk: Int) async throws {
        let (a, b, c) = (Odd([1, 2]), Odd([5, 7]), Odd([8]))
        let joined = a.text + b.text + Odd([]).text + c.text
        let one = a.header + a.body + b.body + c.body + "</mediawiki>\n"
        #expect(try multistream(joined) == one)
        #expect(try cut(joined, 0...Int64.max, chunk: chunk) == one)
        #expect(try cut(joined, 5...7, chunk: chunk) == b.text)
        let (text, report) = try await salvaged(joined)
        #expect(try SmallXML.ids(text) == [1, 2, 5, 7, 8])
        #expect(report.pageCount == 5 && report.gaps.isEmpty)
        #expect(
            text.components(separatedBy: "<mediawiki>").count == 2
                && text.components(separatedBy: "</mediawiki>").count == 2)
    }

    @Test func anExportWithoutPagesBehindAnother() async throws {
        let joined = Odd([1, 2]).text + Odd([]).text
        #expect(try multistream(joined) == Odd([1, 2]).text)
        let (text, report) = try await salvaged(joined)
        #expect(try SmallXML.ids(text) == [1, 2] && report.pageCount == 2)
        #expect(text.components(separatedBy: "</mediawiki>").count == 2)
    }

    @Test func exportsOfTwoWikisAreRefused() throws {
        var other = Odd([5])
        other.wiki = "otherwiki"
        let joined = Odd([1]).text + other.text
        let error = #expect(throws: BzError.self) { try multistream(joined) }
        #expect(error?.code == .damaged && error?.message == "an export of otherwiki follows one of testwiki")
    }

    /// What is no export behind one stays as it is.
    @Test func anythingElseBehindTheEnd() throws {
        for tail in ["\n\n", "<!-- written by hand -->\n", "garbage"] {
            #expect(try multistream(Odd([1]).text + tail) == Odd([1]).text + tail)
        }
    }

    // MARK: Pages without their end

    @Test func aPageWithoutItsEndDoesNotSwallowTheNext() async throws {
        let broken = Odd.page(3, [30, 31]).replacing("  </page>\n", with: "")
        let text = Odd([1, 2]).header + Odd([1, 2]).body + broken + Odd([4, 5]).body + "</mediawiki>\n"
        let error = #expect(throws: BzError.self) { try multistream(text) }
        #expect(error?.message == "page 3 does not end before page 4")
        try await withDump(text) { path in
            let locator = try PageLocator(path)
            guard case .found(let places) = try await locator.pieces(of: 3, taskCount: 2) else {
                Issue.record("page 3 is not found")
                return
            }
            let error = #expect(throws: BzError.self) { try locator.read(places[0]) { _ in } }
            #expect(error?.message == "page 3 does not end before page 4 begins" && error?.file == path)
        }
        let (saved, report) = try await salvaged(text)
        #expect(try SmallXML.ids(saved) == [1, 2, 4, 5])
        #expect(report.gaps.map(\.lostPages) == [3...3] && !report.isSound)
    }

    @Test func twoPagesWithoutTheirEnds() async throws {
        func broken(_ id: Int64) -> String { Odd.page(id, [id]).replacing("  </page>\n", with: "") }
        let text = Odd([]).header + broken(1) + broken(2) + Odd([3]).body + broken(4) + "</mediawiki>\n"
        let (saved, report) = try await salvaged(text)
        #expect(try SmallXML.ids(saved) == [3])
        #expect(report.gaps.count == 2)
    }

    // MARK: Cut short

    @Test(arguments: [true, false]) func aCutExportIsNotWrittenAgainAsAWholeOne(isMultistream: Bool) async throws {
        let text = Odd([1, 2, 3]).text.replacing("</mediawiki>\n", with: "")
        try await withDump(text) { path in
            await #expect(throws: BzError.self) {
                let recompression = Recompression(
                    try DumpText(path), as: isMultistream ? .multistream(pagesPerStream: 1) : .singleStream,
                    taskCount: 2)
                _ = try await recompression(to: CountingOutput())
            }
            let locator = try PageLocator(path)
            let error = await #expect(throws: BzError.self) { try await locator.pieces(of: 9, taskCount: 1) }
            #expect(error?.code == .truncated)
            #expect(throws: BzError.self) { try locator.checkEnd() }
            // What is there is there.
            guard case .found = try await locator.pieces(of: 2, taskCount: 1) else {
                Issue.record("page 2 is there")
                return
            }
        }
        let (saved, report) = try await salvaged(text)
        #expect(report.isEndLost && report.gaps.isEmpty)
        #expect(try SmallXML.ids(saved) == [1, 2, 3])
        let whole = try await salvaged(Odd([1]).text)
        #expect(!whole.report.isEndLost)
    }

    // MARK: What is no dump

    @Test(arguments: [
        ([], "there is nothing in it"), (Array("B".utf8), "1 byte of compressed"),
        (Array("BZh".utf8), "3 bytes of compressed"),
        ([0x1F], "1 byte of compressed"), (Array(repeating: 0, count: 100), "nothing but zeros"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 1, 2], "xz data"), ([0x28, 0xB5, 0x2F, 0xFD, 9, 9], "zstd data"),
        (Array("PK\u{3}\u{4}rest".utf8), "a zip archive"), (Array("  <!DOCTYPE HTML>\n<html>".utf8), "an HTML page"),
        (Array("<html lang=en>".utf8), "an HTML page"), (Array("text \u{1} more".utf8), "binary data"),
    ]) func bytesThatAreNoDump(bytes: [UInt8], part: String) async throws {
        try await TemporaryDump.with(bytes) { path in
            let error = await #expect(throws: BzError.self) {
                try await DumpText(path).read(taskCount: 1) { _ in true }
            }
            #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
            #expect(error?.file == path)
        }
    }

    @Test(arguments: 0..<32) func aFlippedBitInTheMagic(bit: Int) async throws {
        var bytes = try BzStream.compress(Array(Odd([1]).text.utf8))
        bytes[bit / 8] ^= 1 << (bit % 8)
        try await TemporaryDump.with(bytes) { path in
            // Another level is a legal header.
            if (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(bytes[3]), bit >= 24 { return }
            await #expect(throws: BzError.self) { try await DumpText(path).read(taskCount: 1) { _ in true } }
        }
    }

    @Test func textOfOtherKindsIsRead() async throws {
        for text in ["<mediawiki/>", "-- MySQL dump\n", "0\tMain_Page\n", "Ä", "\u{FEFF}<mediawiki>"] {
            try await TemporaryDump.with(Array(text.utf8)) { path in
                var bytes: [UInt8] = []
                try await DumpText(path).read(taskCount: 1) {
                    bytes += $0; return true
                }
                #expect(bytes == Array(text.utf8))
            }
        }
    }

    // MARK: Any order

    @Test func orderIsJudgedBySomeBlocksOrAll() async throws {
        try await withDump(Odd(Array(1...50)).text) { path in
            let order = try await PageLocator(path).order(taskCount: 2)
            #expect(order == .rising(isProven: true))
        }
        try await withDump(Odd([1, 900, 3]).text) { path in
            guard case .falling(let page, 900) = try await PageLocator(path).order() else {
                Issue.record("the order is not seen")
                return
            }
            #expect(page.id == 3)
        }
    }

    /// Exports with pages in any order, twice and in pieces, and several behind each other: every look-up and every range gives
    /// what reading the whole text gives.
    @Test(arguments: 0..<12) func whateverTheOrderEveryAnswerIsRight(round: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        print("seed of round \(round): \(seed)")
        var ids = (1...Int64.random(in: 1...60, using: &random)).map { $0 * 3 }
        if round % 3 > 0 { ids.shuffle(using: &random) }
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            ids.insert(ids.randomElement(using: &random) ?? 1, at: Int.random(in: 0...ids.count, using: &random))
        }
        let place = Int.random(in: 0...ids.count, using: &random)
        let parts = round % 2 == 0 ? [ids] : [Array(ids[..<place]), Array(ids[place...])]
        let text = parts.map { Odd($0).text }.joined()
        try await withDump(text) { path in
            let locator = try PageLocator(path)
            for id in Set(ids.flatMap { [$0, $0 + 1] }) {
                let expected = ids.count { $0 == id }
                switch try await locator.pieces(of: id, taskCount: 2) {
                case .found(let places): #expect(places.count == expected, "seed \(seed), page \(id)")
                case .absent: #expect(expected == 0, "seed \(seed), page \(id)")
                }
            }
        }
        let (low, high) = (Int64.random(in: 0...90, using: &random), Int64.random(in: 90...200, using: &random))
        let rises = zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }
        #expect(
            try SmallXML.ids(cut(text, low...high, idsRise: rises, chunk: 333))
                == ids.filter { (low...high).contains($0) },
            "seed \(seed)")
    }

    @Test func joiningKeepsTheOrderOfPages() async throws {
        try await TemporaryFolder.with { folder in
            func write(_ ids: [Int64], _ name: String) throws -> FilePath {
                let url = folder.appendingPathComponent(name)
                try Data(try BzStream.compress(Array(Odd(ids).text.utf8))).write(to: url)
                return FilePath(url.path)
            }
            let (a, b, c) = (try write([1, 2], "a"), try write([5, 9], "b"), try write([9, 4], "c"))
            try await BzStreamJoiner([a, b]).checkOrder(taskCount: 1)
            // Nobody can say where a file belongs whose own ids fall.
            try await BzStreamJoiner([c, a, b]).checkOrder(taskCount: 1)
            for files in [[b, a], [a, b, b]] {
                let error = await #expect(throws: BzError.self) {
                    try await BzStreamJoiner(files).checkOrder(taskCount: 1)
                }
                #expect(error?.code == .unordered)
            }
        }
    }

    // MARK: What a full check tells

    @Test func whatIsThereTwiceIsTold() async throws {
        func check(_ text: String) async throws -> IntegrityReport {
            try await withDump(text) { try await IntegrityCheck($0).full(taskCount: 2) }
        }
        let sound = try await check(Odd([1, 2, 3]).text)
        #expect(sound.isSound && sound.remarks.isEmpty)
        let twice = try await check(Odd([1, 2, 2, 3]).text)
        #expect(twice.problems.map(\.error.message) == ["revision 20 is there twice"])
        #expect(twice.remarks == ["page 2 is there in several pieces", "1 more revision is there twice"])
        var pieces = Odd([1, 2, 2, 3])
        pieces.pages[2].revisions = [22, 23]
        let legal = try await check(pieces.text)
        #expect(legal.isSound && legal.remarks == ["page 2 is there in several pieces"])
        let shuffled = try await check(Odd([5, 3, 9, 4]).text)
        #expect(shuffled.isSound)
        #expect(shuffled.remarks == ["the ids of the pages do not rise: 3 comes behind 5, and so on 2 times"])
    }

    /// What expat refuses is told with page and revision, wherever chunks end.
    @Test(arguments: [
        ([0xFF], "a byte that is not UTF-8"), ([0xC0, 0x80], "a byte that is not UTF-8"),
        ([0xED, 0xA0, 0x80], "a byte that is not UTF-8"), ([0xF5, 0x80, 0x80, 0x80], "a byte that is not UTF-8"),
        ([0xE2, 0x82], "a byte that is not UTF-8"), ([0x01], "the control character U+0001"),
        ([0], "the control character U+0000"),
        ([0xEF, 0xBF, 0xBF], "the character U+FFFF"), (Array("&nbsp;".utf8), "&nbsp; to nothing"),
        (Array("&#8;".utf8), "&#8; to no character"), (Array("&#xD800;".utf8), "&#xD800; to no"),
        (Array("a & b".utf8), "an &"),
        (Array("1 < 2".utf8), "a <"), (Array("<b>".utf8), "</text> inside <b>"), (Array("]]>".utf8), "]]> in text"),
        (Array("<i a=1>".utf8), "an attribute"), (Array("<i a='<'>".utf8), "a < in the value"),
    ]) func whatNoXMLReaderTakes(bytes: [UInt8], part: String) async throws {
        let export = Odd([1, 2, 3]).text.replacing(
            "<id>21</id>\n      <text bytes=\"1\">x", with: "<id>21</id>\n      <text bytes=\"1\">@")
        let place = try #require(Array(export.utf8).firstIndex(of: UInt8(ascii: "@")))
        var text = Array(export.utf8)
        text.replaceSubrange(place...place, with: bytes)
        let report = try await TemporaryDump.with(try BzStream.compress(text)) {
            try await IntegrityCheck($0).full(taskCount: 1)
        }
        let message = report.problems.first?.error.message ?? ""
        #expect(message.contains(part), "\(message)")
        #expect(message.contains("in revision 21 of page 2"), "\(message)")
        for chunk in [1, 2, 3, 5] {
            var check = XMLCheck()
            var rest = text[...]
            while !rest.isEmpty {
                check.add(Array(rest.prefix(chunk)))
                rest = rest.dropFirst(chunk)
            }
            #expect(check.fault.map { message.contains("at byte \($0.offset) ") } == true)
        }
    }

    @Test(arguments: [1, 3, 1000]) func whatEveryXMLReaderTakes(chunk: Int) {
        let text = """
            \u{FEFF}<?xml version="1.0"?><!-- - > & < ]]> --><a:b x = 'ä"&lt;' y="1" ><c/><d  />&amp;&#10;&#x1F600;ü€😀 > ] ]] \
            <![CDATA[ <x> & ]] ]]]></a:b >\n
            """
        var check = XMLCheck()
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            check.add(Array(rest.prefix(chunk)))
            rest = rest.dropFirst(chunk)
        }
        check.finish()
        #expect(check.fault == nil)
    }

    @Test func commentsAndInstructionsComeBeforeTheExport() async throws {
        let begin = "\u{FEFF}<?xml version=\"1.0\"?>\n<!-- > from <mediawiki> -->\n<?note?>\n"
        for text in [begin, "<!-- a -->"] {
            let report = try await withDump(text + Odd([1]).text) { try await IntegrityCheck($0).full(taskCount: 1) }
            #expect(report.isSound, "\(report.problems)")
        }
        let other = try await withDump("<!-- a --><feed/>") { try await IntegrityCheck($0).full(taskCount: 1) }
        #expect(!other.isSound)
    }

    @Test func sizesOfSlots() {
        var lister = RevisionLister()
        let page = """
            <page><id>1</id><revision><id>5</id><text bytes="3">one</text><content><role>aux</role><text bytes="7">more</text>\
            </content></revision><revision><id>6</id><text bytes="-1" deleted="deleted" /></revision></page>
            """
        let revisions = lister.scan(Array(page.utf8)[...])
        #expect(revisions.map(\.byteCount) == [3, nil])
        #expect(revisions.map(\.totalByteCount) == [10, nil])
    }
}

/// Reads the ids of the pages of a text, and checks that its elements are nested as they must be.
private enum SmallXML {
    static func ids(_ text: String) throws -> [Int64] {
        let pages = text.matches(of: /<page>\s*<title>[^<]*<\/title>\s*<ns>0<\/ns>\s*<id>(\d+)<\/id>/)
        // One root, all elements closed.
        var depth = 0
        for tag in text.matches(of: /<(\/?)([a-z]+)[^>]*?(\/?)>/) {
            if tag.output.3 == "/" { continue }
            depth += tag.output.1 == "/" ? -1 : 1
            #expect(depth >= 0)
            if depth == 0 { #expect(!text[tag.range.upperBound...].contains { !$0.isWhitespace }) }
        }
        #expect(depth == 0, "it is not well-formed")
        return pages.compactMap { Int64($0.output.1) }
    }
}

private final class CountingOutput: DumpOutput {
    func append(_ bytes: [UInt8]) async throws(BzError) {}
    func finish() async throws(BzError) {}
}
