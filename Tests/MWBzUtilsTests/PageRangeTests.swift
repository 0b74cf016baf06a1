import Foundation
import MWBzUtils
import SystemPackage
import Testing

@Suite struct PageRangeTests {
    private static let header = "<mediawiki xml:lang=\"en\">\n  <siteinfo>\n    <base>x</base>\n  </siteinfo>\n"
    private static let ids: [Int64] = [3, 4, 10, 4_294_967_306, .max]

    private static func page(_ id: Int64) -> String {
        "  <page>\n    <title>&lt;page&gt; \(id)</title>\n    <ns>0</ns>\n    <id>\(id)</id>\n    <revision>\n"
            + "      <id>\(id / 2)</id>\n      <text bytes=\"3\">&lt;/page&gt;</text>\n    </revision>\n  </page>\n"
    }

    private static func export(_ ids: [Int64]) -> String {
        header + ids.map(page).joined() + "</mediawiki>\n"
    }

    /// What a cutter gives for each range, with the footer.
    private static func cut(
        _ text: String, _ ranges: [ClosedRange<Int64>?], chunk: Int, header: Bool = true
    ) throws -> [String] {
        var cutter = PageRangeCutter(ranges, writesHeader: header)
        var outputs = ranges.map { _ in [UInt8]() }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            for piece in try cutter.append(Array(rest.prefix(chunk))) {
                for number in ranges.indices where piece.range ?? number == number { outputs[number] += piece.bytes }
            }
            rest = rest.dropFirst(chunk)
        }
        try cutter.finish()
        return outputs.map { String(decoding: $0 + PageRangeCutter.footer, as: UTF8.self) }
    }

    @Test("Each range is an export of its own", arguments: [1, 2, 7, 50, 1000, 1 << 20])
    func ranges(chunk: Int) throws {
        let ranges: [ClosedRange<Int64>] = [0...3, 4...9, 11...100, 4_294_967_306...Int64.max]
        let outputs = try Self.cut(Self.export(Self.ids), ranges, chunk: chunk)
        #expect(outputs == [[3], [4], [], [4_294_967_306, .max]].map(Self.export))
        #expect(try Self.cut(Self.export(Self.ids), [nil], chunk: chunk) == [Self.export([])])
        let all = try Self.cut(Self.export(Self.ids), [Int64.min...Int64.max], chunk: chunk)
        #expect(all == [Self.export(Self.ids)])
        let bare = try Self.cut(Self.export(Self.ids), [4...4], chunk: chunk, header: false)
        #expect(bare == [Self.page(4) + "</mediawiki>\n"])
    }

    @Test("Any layout", arguments: [1, 3, 1000])
    func layouts(chunk: Int) throws {
        let windows = Self.export(Self.ids).replacingOccurrences(of: "\n", with: "\r\n")
        let expected = Self.export([4]).replacingOccurrences(of: "\n", with: "\r\n").dropLast() + "\n"
        #expect(try Self.cut(windows, [4...4], chunk: chunk) == [String(expected)])
        let oneLine = Self.export(Self.ids).replacingOccurrences(of: "\n", with: "")
        let page = Self.page(4).replacingOccurrences(of: "\n", with: "")
        let header = Self.header.replacingOccurrences(of: "\n", with: "")
        #expect(
            try Self.cut(oneLine, [4...4], chunk: chunk).map { $0.replacingOccurrences(of: " ", with: "") }
                == [(header + page + "</mediawiki>\n").replacingOccurrences(of: " ", with: "")])
        let noHeader = "<mediawiki>\n" + Self.page(4) + "</mediawiki>\n"
        #expect(try Self.cut(noHeader, [4...4], chunk: chunk) == [noHeader])
        #expect(
            try Self.cut("<mediawiki/>\n<mediawiki>\n</mediawiki>", [4...4], chunk: chunk)[0].hasSuffix(
                "</mediawiki>\n"))
    }

    @Test("Stops behind the last range, but not where ids do not rise")
    func stopping() throws {
        var cutter = PageRangeCutter([3...4])
        for id in [3, 4, 10] as [Int64] {
            #expect(!cutter.isDone)
            _ = try cutter.append(Array(((id == 3 ? Self.header : "") + Self.page(id)).utf8))
        }
        #expect(cutter.isDone)
        #expect(cutter.pageCount == 2)
        let falling = try Self.cut(Self.export([2, 1, 12, 3, 4]), [3...4], chunk: 9)
        #expect(falling == [Self.export([3, 4])])
    }

    @Test("Going on in the middle of a page", arguments: [1, 10, 1000])
    func jumps(chunk: Int) throws {
        let text = Array(Self.export(Self.ids).utf8)
        let start = Self.header.utf8.count
        let target = start + Self.page(3).utf8.count + 30
        var cutter = PageRangeCutter([10...10])
        var output = try cutter.append(Array(text[..<start])).flatMap(\.bytes)
        cutter.jump(to: Int64(target))
        var rest = text[target...]
        while !rest.isEmpty {
            output += try cutter.append(Array(rest.prefix(chunk))).flatMap(\.bytes)
            rest = rest.dropFirst(chunk)
        }
        #expect(String(decoding: output, as: UTF8.self) == Self.header + Self.page(10))
    }

    @Test(
        "What is no sound export",
        arguments: [
            (
                "<mediawiki><page><title>x</title><id>9223372036854775808</id></page></mediawiki>",
                "not a 64-bit integer"
            ),
            ("<mediawiki><page><title>x</title></page></mediawiki>", "has no id"),
            ("<mediawiki><page><id>1</id><page><id>2</id></page></mediawiki>", "does not end before page 2"),
            ("<mediawiki><page><id>1</id>", "ends inside page 1"),
            ("<mediawiki><page><id>1</id></page>", "without </mediawiki>"),
            ("<mediawiki>", "before its first page"), ("", "before its first page"),
            (String(repeating: "x", count: 17 << 20), "no page with an id in the 16 MB"),
            ("<page><id>1</id></page>" + String(repeating: "x", count: 2 << 20), "no page with an id in the 1 MB"),
        ])
    func unsound(text: String, message: String) {
        let error = #expect(throws: BzError.self) { try Self.cut(text, [1...2], chunk: 1 << 20) }
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test("Copies from any format to any format, all ranges in one pass", arguments: DumpFormat.allCases)
    func files(format: DumpFormat) async throws {
        let folder = try TestFolder()
        let text = Array(Self.export(Self.ids).utf8)
        let stored: [UInt8] =
            switch format {
            case .bzip2: try BzStream.compress(text)
            case .gzip: try GzipMember.compress(text)
            case .plain: text
            }
        let dump = try DumpText(try folder.file("in", stored))
        let names = ["a.xml", "b.xml.gz", "c.xml.bz2", "d.xml.bz2.tmp"]
        let ranges: [ClosedRange<Int64>?] = [0...3, 4...4, 5...10, 11...Int64.max]
        let outputs = try zip(ranges, names).map { range, name in
            (range: range, output: try DumpFile(folder.path.appending(name), taskCount: 2) as any DumpOutput)
        }
        #expect(try await PageRangeCopy(dump, taskCount: 2)(to: outputs) == 5)
        for (name, ids) in zip(names, [[3], [4], [10], [4_294_967_306, .max]] as [[Int64]]) {
            var read: [UInt8] = []
            let found = try await DumpText(folder.path.appending(name)).read(taskCount: 1) {
                read += $0; return true
            }
            #expect(found.format == DumpFormat(fileName: FilePath(name)))
            #expect(String(decoding: read, as: UTF8.self) == Self.export(ids))
        }
    }

    @Test("Nothing is left of a copy of damaged input")
    func damagedInput() async throws {
        let folder = try TestFolder()
        let stored = try BzStream.compress(Array(Self.export(Self.ids).utf8))
        let path = try folder.file("in", Array(stored.dropLast(12)))
        let error = await #expect(throws: BzError.self) {
            let output = try DumpFile(folder.path.appending("out.bz2"))
            _ = try await PageRangeCopy(DumpText(path), taskCount: 2)(to: [(range: 0...Int64.max, output: output)])
        }
        #expect(error?.file == path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path.string) == ["in"])
    }

    @Test("A big file is what bzip2 makes of it", arguments: [1, 2])
    func bigFile(taskCount: Int) async throws {
        let folder = try TestFolder()
        let text = TestData.mixture(count: 4_500_000, seed: 3)
        let file = try DumpFile(folder.path.appending("x.bz2"), taskCount: taskCount)
        for start in stride(from: 0, to: text.count, by: 700_001) {
            try await file.append(Array(text[start...].prefix(700_001)))
        }
        try await file.finish()
        #expect(try folder.bytes("x.bz2") == BzStream.compress(text))
    }
}
