import Testing

@testable import WikiDumpKit

@Suite struct ExportTextCutterTests {
    @Test(arguments: ["stub-meta-history", "pages-meta-history", "pages-logging", "pages-articles"])
    func chunksOfAnySize(name: String) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(state: seed)
        for (wiki, longest) in [("boardwiki", 1), ("boardwiki", 7), ("nordwiki", 200), ("demowiki", 5_000_000)] {
            let text = Array(try await Fixtures.golden(wiki, name).utf8)
            var cutter = ExportTextCutter(name)
            var (body, pages, items) = ([UInt8](), [Int](), Int64(0))
            func take(_ batch: RenderedBatch?) {
                guard let batch else { return }
                pages += batch.pages.map { $0.end + body.count }
                body += batch.bytes
                items += batch.items
            }
            var rest = text[...]
            while !rest.isEmpty {
                let chunk = rest.prefix(Int.random(in: 1...longest, using: &random))
                take(try cutter.append(Array(chunk)))
                rest = rest.dropFirst(chunk.count)
            }
            take(try cutter.finish())
            let footer = name.hasPrefix("pages-") && name != "pages-logging" ? "</mediawiki>" : "</mediawiki>\n"
            let header = try #require(cutter.header)
            #expect(header + body + Array(footer.utf8) == text, "seed \(seed), \(longest)")
            #expect(String(decoding: header, as: UTF8.self).hasSuffix("  </siteinfo>\n"))
            let whole = String(decoding: text, as: UTF8.self)
            let mark = name == "pages-logging" ? "  <logitem>" : "    <revision>"
            #expect(items == whole.split(separator: "\n").count { $0 == mark }, "seed \(seed)")
            #expect(pages.count == whole.split(separator: "\n").count { $0 == "  </page>" })
            for end in pages { #expect(body[..<end].suffix(10).elementsEqual("  </page>\n".utf8), "seed \(seed)") }
            #expect(cutter.problems.count == 0, "\(cutter.problems.examples)")
        }
    }

    @Test(arguments: [
        "<mediawiki>\n<page>\n<id>1</id>\n</page>\n</siteinfo>\n</mediawiki>\n",
        "<mediawiki>\n</siteinfo><page>\n</mediawiki>\n",
        "<mediawiki>\n</siteinfo>\n</siteinfo>\n</mediawiki>\n",
        "<mediawiki>\n</siteinfo>\n</mediawiki>\n</mediawiki>\n",
    ])
    func whatIsOutOfOrderIsRefused(text: String) {
        for size in [1, text.utf8.count] {
            let error = #expect(throws: DumpError.self) {
                var cutter = ExportTextCutter("it")
                for start in stride(from: 0, to: text.utf8.count, by: size) {
                    _ = try cutter.append(Array(text.utf8.dropFirst(start).prefix(size)))
                }
                _ = try cutter.finish()
            }
            #expect(error?.code == .outputBad)
        }
    }

    @Test(
        arguments: [
            ("<text bytes=\"5\" sha1=\"a\" />", .emptied), ("<text bytes=\"0\" sha1=\"a\" />", .written),
            ("<text bytes=\"5\" sha1=\"a\" deleted=\"deleted\" />", .elsewhere),
            ("<text deleted=\"deleted\" />", .elsewhere),
            ("<text bytes=\"5\" sha1=\"a\" location=\"tt:1\" id=\"1\" />", .elsewhere),
            ("<text bytes=\"5\" sha1=\"a\" xml:space=\"preserve\">abc</text>", .written), ("<text/>", .written),
        ] as [(String, EmptiedTextFinder.Verdict)]) func emptiedTexts(tag: String, verdict: EmptiedTextFinder.Verdict)
    {
        var whole = EmptiedTextFinder()
        #expect(whole.scan(Array("<title>a</title><texts/>\(tag)<sha1/>".utf8)) == [verdict])
        var bytewise = EmptiedTextFinder()
        #expect("<title>a</title>\(tag)<sha1/>".utf8.flatMap { bytewise.scan([$0]) } == [verdict])
    }
}
