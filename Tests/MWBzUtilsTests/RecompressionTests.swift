import Foundation
import MWBzUtils
import SystemPackage
import Testing

/// An output that keeps what it gets.
private final class Memory: DumpOutput {
    var bytes: [UInt8] = []
    var isFinished = false
    func append(_ text: [UInt8]) { bytes += text }
    func finish() { isFinished = true }
}

@Suite struct RecompressionTests {
    private let export = SampleExport(pageCount: 23, textSize: 5000, seed: 8)

    private func recompress(
        _ data: [UInt8], _ layout: Recompression.Layout, coding: StreamCoding = .bzip2(level: 1),
        withholding: Set<MultistreamCutter.Part> = []
    ) async throws -> (bytes: [UInt8], index: String, summary: Recompression.Summary) {
        let folder = try TestFolder()
        let path = try folder.file("in", data)
        let (output, index) = (Memory(), Memory())
        let work = Recompression(
            try DumpText(path), as: layout, coding: coding, withholding: withholding, taskCount: 2)
        let summary = try await work(to: output, index: index)
        #expect(!output.isFinished, "the caller does that")
        return (output.bytes, String(decoding: index.bytes, as: UTF8.self), summary)
    }

    private func decoded(_ bytes: [UInt8]) throws -> (text: [UInt8], streams: Int) {
        var decoder = BzDecoder(MemoryBytes(bytes))
        let text = try decoder.readAll()
        #expect(decoder.trailingOffset == nil)
        return (text, decoder.streamCount)
    }

    @Test("One stream from anything, whatever it was stored as", arguments: ["plain", "gzip", "bzip2", "multistream"])
    func singleStream(kind: String) async throws {
        let text = export.bytes
        let data =
            switch kind {
            case "gzip": try GzipMember.compress(text)
            case "bzip2": try BzStream.compress(text)
            case "multistream": try export.multistream()
            default: text
            }
        let result = try await recompress(data, .singleStream)
        let back = try decoded(result.bytes)
        #expect(back.text == text && back.streams == 1)
        #expect(result.index.isEmpty)
        #expect(result.summary.textSize == Int64(text.count) && result.summary.size == Int64(result.bytes.count))
    }

    @Test(
        "The index that is made by the way is the one that a pass over the dump makes",
        arguments: [Recompression.Layout.singleStream, .multistream(pagesPerStream: 3)], [1, 9])
    func pageIndex(layout: Recompression.Layout, level: Int) async throws {
        let folder = try TestFolder()
        let dump = folder.path.appending("out.bz2")
        let byTheWay = folder.path.appending("by-the-way.mwidx")
        let builder = try DumpIndexBuilder(byTheWay)
        let output = try DumpFile(dump, as: .plain)
        let work = Recompression(
            try DumpText(try folder.file("in", export.bytes)), as: layout, coding: .bzip2(level: level), taskCount: 2)
        _ = try await work(to: output, pageIndex: builder)
        try await output.finish()
        try builder.finish(dump: dump)
        _ = try await DumpIndexer(dump).make(taskCount: 2)
        let bytes = FileManager.default.contents(atPath: byTheWay.string)
        #expect(bytes != nil && bytes == FileManager.default.contents(atPath: DumpIndex.usualPath(of: dump).string))
    }

    @Test("An empty stream becomes one, and nothing at all is refused")
    func empty() async throws {
        let empty = try BzStream.compress([], level: 1)
        #expect(try await recompress(empty, .singleStream).bytes == empty)
        let error = await #expect(throws: BzError.self) { _ = try await recompress([], .singleStream) }
        #expect(error?.code == .truncated)
    }

    @Test("Each line of the index leads to the stream of its page", arguments: [1, 4, 23, 100])
    func multistream(pagesPerStream: Int) async throws {
        let result = try await recompress(export.bytes, .multistream(pagesPerStream: pagesPerStream))
        let whole = try decoded(result.bytes)
        #expect(whole.text == export.bytes)
        #expect(whole.streams == (23 + pagesPerStream - 1) / pagesPerStream + 2)
        let lines = result.index.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 2) }
        #expect(lines.map { String($0[2]) } == (1...23).map { "Page \($0 * 10)" })
        for (number, line) in lines.enumerated() {
            let offset = try #require(Int(line[0]))
            let end = lines[number...].lazy.compactMap { Int($0[0]) }.first { $0 > offset } ?? result.bytes.count
            let pages = String(decoding: try decoded(Array(result.bytes[offset..<end])).text, as: UTF8.self)
            #expect(pages.hasPrefix(export.pages[number / pagesPerStream * pagesPerStream]))
            #expect(pages.contains("<id>\(line[1])</id>"))
        }
        #expect(result.summary.pageCount == 23)
    }

    @Test("Pages are cut alike however the text comes", arguments: [1, 2, 7, 100, 4096])
    func chunks(size: Int) throws {
        let layouts = [
            export.bytes,
            Array(String(decoding: export.bytes, as: UTF8.self).replacing("\n", with: "\r\n").utf8),
            Array(String(decoding: export.bytes, as: UTF8.self).replacing("\n", with: "").utf8),
            Array("<mediawiki><page><title>A &amp; B</title><id>5</id></page></mediawiki>".utf8),
            Array("<mediawiki>\n</mediawiki>\n".utf8),
        ]
        for text in layouts {
            var cutter = MultistreamCutter(pagesPerStream: 5)
            var chunks = Chunked(text, size: size)
            var pieces: [MultistreamCutter.Piece] = []
            while let chunk = try chunks.next() { pieces += try cutter.append(chunk) }
            pieces += try cutter.finish()
            #expect(pieces.reduce(into: []) { $0 += $1.bytes } == text)
            let parts = pieces.filter(\.endsStream).map(\.part)
            #expect(parts.first == .header && parts.last == .footer)
            #expect(parts.dropFirst().dropLast().allSatisfy { $0 == .pages })
            for piece in pieces.filter(\.endsStream).dropLast(2) where piece.part == .pages {
                #expect(piece.pages.count == 5)
            }
            let footer = pieces.last.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
            #expect(footer.contains("</mediawiki>") && !footer.contains("page"))
        }
    }

    @Test("Blocks of libbz2 are those of bzip2 itself, stream by stream")
    func reference() async throws {
        let result = try await recompress(
            export.bytes, .multistream(pagesPerStream: 10), coding: .bzip2(isReference: true))
        var expected = try Tool.bzip2.run(Array(export.header.utf8), ["-9c"]).output
        for start in stride(from: 0, to: 23, by: 10) {
            let pages = export.pages[start..<min(23, start + 10)].joined()
            expected += try Tool.bzip2.run(Array(pages.utf8), ["-9c"]).output
        }
        expected += try Tool.bzip2.run(Array(export.footer.utf8), ["-9c"]).output
        #expect(result.bytes == expected)
    }

    @Test("Withheld parts are empty streams")
    func withheld() async throws {
        let result = try await recompress(
            export.bytes, .multistream(pagesPerStream: 10), withholding: [.header, .footer])
        let back = try decoded(result.bytes)
        #expect(back.text == Array(export.pages.joined().utf8) && back.streams == 5)
        #expect(result.index.hasPrefix("14:10:"))
    }

    @Test("Text and gzip have offsets too", arguments: [false, true])
    func otherCodings(isGzip: Bool) async throws {
        let result = try await recompress(
            export.bytes, .multistream(pagesPerStream: 10), coding: isGzip ? .gzip : .plain)
        let offset = try #require(result.index.split(separator: ":").first.flatMap { Int($0) })
        if isGzip {
            var decoder = GzipDecoder(MemoryBytes(result.bytes))
            #expect(try decoder.readAll() == export.bytes)
            var rest = GzipDecoder(MemoryBytes(Array(result.bytes[offset...])))
            #expect(try rest.readAll().starts(with: Array(export.pages[0].utf8)))
        } else {
            #expect(result.bytes == export.bytes && offset == export.header.utf8.count)
        }
    }

    @Test("Damaged, cut and odd dumps are told")
    func refused() async throws {
        let whole = export.bytes
        for (data, code) in [
            (Array(whole.dropLast(20)), BzError.Code.truncated),
            (Array(whole.prefix(1000)), .truncated),
            (Array(try BzStream.compress(whole).dropLast(3)), .truncated),
            (
                Array("<mediawiki><siteinfo></siteinfo><page><title>x</title><id>z</id></page></mediawiki>".utf8),
                .damaged
            ),
        ] {
            let error = await #expect(throws: BzError.self) {
                _ = try await recompress(data, .multistream(pagesPerStream: 3))
            }
            #expect(error?.code == code && error?.file != nil)
        }
    }
}
