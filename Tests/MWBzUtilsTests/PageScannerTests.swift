import MWBzUtils
import Testing

@Suite struct PageScannerTests {
    private func scan(_ text: String, chunk: Int = 1 << 20, from offset: Int64 = 0) -> [DumpEvent] {
        var scanner = PageScanner(startingAt: offset)
        var rest = Array(text.utf8)[...]
        var events: [DumpEvent] = []
        while !rest.isEmpty {
            events += scanner.scan(Array(rest.prefix(chunk)))
            rest = rest.dropFirst(chunk)
        }
        return events
    }

    private static let export = """
        <mediawiki version="0.11" xml:lang="en">
          <siteinfo><namespaces><namespace key="0" case="first-letter" /></namespaces></siteinfo>
          <page>
            <title>Fish &amp; &quot;Chips&quot;</title>
            <ns>0</ns>
            <id>12</id>
            <redirect title="Chips" />
            <revision>
              <id>100</id>
              <parentid>99</parentid>
              <contributor><username>U</username><id>7</id></contributor>
              <text bytes="9" xml:space="preserve">&lt;page&gt; &lt;id&gt;5&lt;/id&gt; a -- b</text>
            </revision>
            <revision><id>9223372036854775807</id><contributor deleted="deleted" /></revision>
          </page>
          <page>\r
        \t<title>Special:\u{e9}</title>\r
        \t<ns>-1</ns>\r
        \t<id>4294967306</id>\r
          </page>
          <page><title></title><ns>2</ns><id>13</id><revision><id>101</id></revision></page>
        </mediawiki>

        """

    private static func offset(of text: String, _ occurrence: Int = 0, end: Bool = false) -> Int64 {
        let all = Array(export.utf8)
        let part = Array(text.utf8)
        let places = all.indices.filter { all[$0...].starts(with: part) }
        return Int64(places[occurrence] + (end ? part.count : 0))
    }

    @Test("Pages and revisions, whatever the layout and the chunks", arguments: [1, 2, 3, 7, 16, 100, 1 << 20])
    func layouts(chunk: Int) {
        let expected: [DumpEvent] = [
            .page(
                DumpPage(
                    id: 12, namespace: 0, title: Array("Fish &amp; &quot;Chips&quot;".utf8),
                    offset: Self.offset(of: "<page>"))),
            .revision(id: 100, offset: Self.offset(of: "<revision>")),
            .revision(id: .max, offset: Self.offset(of: "<revision>", 1)),
            .pageEnd(offset: Self.offset(of: "</page>", end: true)),
            .page(
                DumpPage(
                    id: 4_294_967_306, namespace: -1, title: Array("Special:\u{e9}".utf8),
                    offset: Self.offset(of: "<page>", 1))),
            .pageEnd(offset: Self.offset(of: "</page>", 1, end: true)),
            .page(DumpPage(id: 13, namespace: 2, title: [], offset: Self.offset(of: "<page>", 2))),
            .revision(id: 101, offset: Self.offset(of: "<revision>", 2)),
            .pageEnd(offset: Self.offset(of: "</page>", 2, end: true)),
            .exportEnd(offset: Self.offset(of: "</mediawiki>", end: true)),
        ]
        #expect(scan(Self.export, chunk: chunk) == expected)
    }

    @Test("Comments and CDATA are no pages", arguments: [1, 4, 1000])
    func hidden(chunk: Int) {
        let text =
            "<page><title>A</title><!--<id>1</id>--><!--x--><text><![CDATA[</page><id>2</id>]]]></text><id> 3 </id></page>"
        #expect(
            scan(text, chunk: chunk) == [
                .page(DumpPage(id: 3, namespace: nil, title: [65], offset: 0)),
                .pageEnd(offset: Int64(text.utf8.count)),
            ])
    }

    @Test("A scan can begin anywhere", arguments: 0..<60)
    func middle(start: Int) {
        let bytes = Array(Self.export.utf8)
        let begin = start * bytes.count / 60
        let events = scan(
            String(decoding: bytes[begin...], as: UTF8.self).replacing("\u{FFFD}", with: ""), from: Int64(begin))
        let pages = events.compactMap { if case .page(let page) = $0 { page.id } else { nil } }
        #expect([12, 4_294_967_306, 13].suffix(pages.count) == pages[...])
        let later = (0..<3).filter { Self.offset(of: "<page>", $0) >= Int64(begin) }
        #expect(pages.count == later.count)
    }

    @Test("Ids that are no numbers of 64 bits are not told")
    func badIDs() {
        for id in ["", "x", "9223372036854775808", "1 2", "--1"] {
            let text = "<page><id>\(id)</id></page>"
            #expect(scan(text) == [.pageEnd(offset: Int64(text.utf8.count))])
        }
    }
}
