import MWBzUtils
import Testing

@Suite struct PageScannerTests {
    private func scan(_ text: String, chunk: Int = 1 << 20, from offset: Int64 = 0) -> [ExportEvent] {
        var scanner = PageScanner(startingAt: offset)
        var rest = Array(text.utf8)[...]
        var events: [ExportEvent] = []
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
        let expected: [ExportEvent] = [
            .headerEnd(offset: Self.offset(of: "</siteinfo>", end: true)),
            .page(
                DumpPage(
                    id: 12, namespace: 0, title: Array("Fish &amp; &quot;Chips&quot;".utf8),
                    offset: Self.offset(of: "<page>"))),
            .revision(id: 100, offset: Self.offset(of: "<revision>")),
            .text(byteCount: 9),
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

    @Test(
        "Ids that are no numbers of 64 bits are told as such",
        arguments: ["", "x", "9223372036854775808", "18446744073709551617", "1 2", "--1", "-", "+1", "1e3", "\u{661}"])
    func badIDs(id: String) {
        let text = " <page><id>\(id)</id><revision><id>\(id)</id></revision></page>"
        let revision = Int64(" <page><id>\(id)</id>".utf8.count)
        #expect(
            scan(text) == [
                .unreadableID(offset: 1), .unreadableID(offset: revision), .pageEnd(offset: Int64(text.utf8.count)),
            ])
    }

    @Test("Ids of every size", arguments: [0, 1, -1, 1 << 31, 1 << 32, .max, -.max] as [Int64])
    func ids(id: Int64) {
        let pages = scan("<page><id> \(id)\n</id></page>").compactMap {
            if case .page(let page) = $0 { page.id } else { nil }
        }
        #expect(pages == [id])
    }

    @Test("A title with every character that is escaped, and a very long one")
    func titles() {
        for title in ["&amp;&lt;&gt;&quot;&#039;", String(repeating: "&quot;", count: 255), "\u{1F41F}\u{FFFD}'\""] {
            let pages = scan("<page><title>\(title)</title><id>1</id></page>", chunk: 5)
            guard case .page(let page) = pages[0] else { return #expect(Bool(false)) }
            #expect(String(decoding: page.title, as: UTF8.self) == title)
        }
        let long = scan(
            "<page><title>" + String(repeating: "a", count: 1_000_000) + "</title><id>1</id></page>", chunk: 999)
        guard case .page(let page) = long[0] else { return #expect(Bool(false)) }
        #expect(page.title.count == 4096)
    }

    @Test("What a stub says about texts", arguments: [1, 1000])
    func texts(chunk: Int) {
        let text = """
            <revision><id>1</id><text bytes="12" sha1="abc" location="tt:5" id="5" /></revision>
            <revision><id>2</id><text deleted="deleted" /></revision>
            <revision><id>3</id><text xml:space='preserve' bytes = '9223372036854775807'>bytes="5"</text></revision>
            <revision><id>4</id><text xbytes="3" bytes="x">a</text><text bytes="9223372036854775808"/></revision>
            <text bytes="7"/>
            """
        let counts = scan("<text bytes=\"1\"/>" + text, chunk: chunk).compactMap { event -> Int64?? in
            if case .text(let count) = event { .some(count) } else { nil }
        }
        #expect(counts == [12, nil, .max, nil, nil, 7])
    }

    /// Everything that could be taken for a tag, or hide one.
    private static let nasty = """
        <?xml version="1.0"?><!DOCTYPE mediawiki><mediawiki note="</mediawiki><page>"><!-- <page><id>1</id> --- -->
        <siteinfo><x a='<page>' b=">"/></siteinfo><page x="1"><!----><title>A<!-- </title> -->B</title\n><ns>-2</ns>
        <id><!--->9--> 7 </id ><redirect title="<page><id>8</id>>" /><page/><id/><revision ><contributor deleted="deleted" />
        <id>70</id><contributor><id>71</id></contributor><comment>&lt;/page&gt; < > "</comment>
        <text bytes="5"><![CDATA[<page> ]] > ]]]></text></revision><revision><id>72</id><a <b></revision></page><pages><page2>
        <page><title/><ns /><id>9</id></page></mediawiki>
        """

    private static let nastyEvents: [String] = [
        "header", "page 7 -2 AB", "revision 70", "text 5", "revision 72", "end", "page 9 - ", "end", "export",
    ]

    private static func name(_ event: ExportEvent) -> String {
        switch event {
        case .headerEnd: "header"
        case .page(let page):
            "page \(page.id) \(page.namespace.map(String.init) ?? "-") \(String(decoding: page.title, as: UTF8.self))"
        case .revision(let id, _): "revision \(id)"
        case .text(let count): "text \(count ?? -1)"
        case .pageEnd: "end"
        case .exportEnd: "export"
        case .unreadableID: "unreadable"
        }
    }

    @Test("Chunks may end anywhere")
    func everySplit() {
        let bytes = Array(Self.nasty.utf8)
        var whole = PageScanner()
        let expected = whole.scan(bytes)
        #expect(expected.map(Self.name) == Self.nastyEvents)
        for split in 0...bytes.count {
            var scanner = PageScanner()
            let events = scanner.scan(Array(bytes[..<split])) + scanner.scan(Array(bytes[split...]))
            #expect(events == expected, "split at \(split)")
        }
    }

    @Test("Chunks of random sizes", arguments: 0..<20 as Range<UInt64>)
    func randomSplits(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = Array((Self.nasty + Self.export).utf8)
        var whole = PageScanner()
        let expected = whole.scan(bytes)
        var scanner = PageScanner()
        var rest = bytes[...]
        var events: [ExportEvent] = []
        while !rest.isEmpty {
            let count = Int.random(in: 0...12, using: &generator)
            events += scanner.scan(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        #expect(events == expected)
    }

    @Test("Bytes of any kind do no harm", arguments: 0..<20 as Range<UInt64>)
    func noise(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let parts = [
            "<", ">", "<page>", "<id>", "</id>", "9", "\"", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "/",
            "<text bytes=\"",
        ]
        var bytes: [UInt8] = []
        for _ in 0..<2000 {
            bytes +=
                Bool.random(using: &generator)
                ? Array((parts.randomElement(using: &generator) ?? "").utf8)
                : [UInt8.random(in: 0...255, using: &generator)]
        }
        var whole = PageScanner()
        let expected = whole.scan(bytes)
        var single = PageScanner()
        #expect(bytes.flatMap { single.scan([$0]) } == expected)
    }

    @Test("A page of 100 MB in pieces")
    func hugePage() {
        var scanner = PageScanner()
        var events = scanner.scan(Array("<page><id>5</id><revision><id>6</id><text bytes=\"1\">".utf8))
        let piece = Array(repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<100 { events += scanner.scan(piece) }
        events += scanner.scan(Array("</text></revision></page>".utf8))
        #expect(events.map(Self.name) == ["page 5 - ", "revision 6", "text 1", "end"])
        guard case .pageEnd(let offset) = events[3] else { return #expect(Bool(false)) }
        #expect(offset > 100 << 20)
    }
}
