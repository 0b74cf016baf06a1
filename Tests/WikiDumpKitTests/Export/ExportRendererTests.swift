import Testing
import WikiDumpKit

@Suite struct ExportRendererTests {
    @Test func aStubDescribesTheText() {
        let comment = Array("a \"b\" <c> & 'd'\r\n".utf8)
        let xml = ExportFixtures.xml(ExportFixtures.revision(comment: comment, minor: true), .stub)
        #expect(
            xml == """
                  <page>
                    <title>Main Page</title>
                    <ns>0</ns>
                    <id>7</id>
                    <revision>
                      <id>2</id>
                      <parentid>1</parentid>
                      <timestamp>2024-02-29T23:59:59Z</timestamp>
                      <contributor>
                        <username>Alice</username>
                        <id>5</id>
                      </contributor>
                      <minor/>
                      <comment>a "b" &lt;c&gt; &amp; 'd'\r\n</comment>
                      <origin>2</origin>
                      <model>wikitext</model>
                      <format>text/x-wiki</format>
                      <text bytes="3" sha1="slotsum" location="tt:145" id="145" />
                      <sha1>revsum</sha1>
                    </revision>
                  </page>

                """)
    }

    @Test func pagesHoldTheText() {
        let aux = ExportFixtures.slot(role: "aux", text: Array("\"x\"\r\n".utf8), model: "json", address: "tt:9")
        let revision = ExportFixtures.revision(
            parent: 0, user: nil, name: "2001:db8::1", comment: Array("\"\r\n\r'".utf8), minor: true, others: [aux])
        let xml = ExportFixtures.xml(
            revision, .pages, page: ExportFixtures.page(namespace: 4, "A_\"b\"", redirect: "X's \"y\""))
        #expect(
            xml == """
                  <page>
                    <title>Test &amp; Wiki:A &quot;b&quot;</title>
                    <ns>4</ns>
                    <id>7</id>
                    <redirect title="X&#039;s &quot;y&quot;" />
                    <revision>
                      <id>2</id>
                      <timestamp>2024-02-29T23:59:59Z</timestamp>
                      <contributor>
                        <ip>2001:db8::1</ip>
                      </contributor>
                      <minor />
                      <comment>&quot;\n\n'</comment>
                      <origin>2</origin>
                      <model>wikitext</model>
                      <format>text/x-wiki</format>
                      <text bytes="3" sha1="slotsum" xml:space="preserve">abc</text>
                      <content>
                        <role>aux</role>
                        <origin>2</origin>
                        <model>json</model>
                        <format>application/json</format>
                        <text bytes="5" sha1="slotsum" xml:space="preserve">&quot;x&quot;\n</text>
                      </content>
                      <sha1>revsum</sha1>
                    </revision>
                  </page>

                """)
    }

    @Test(arguments: [nil, [], [13]] as [[UInt8]?])
    func textThatIsNotThereIsAnEmptyElement(text: [UInt8]?) {
        let xml = ExportFixtures.xml(ExportFixtures.revision(text: text), .pages)
        #expect(xml.contains("<text bytes=\"\(text?.count ?? 81)\" sha1=\"slotsum\" />\n"))
    }

    @Test func whoeverIsUnknownHasAName() {
        #expect(
            ExportFixtures.xml(ExportFixtures.revision(user: 3, name: ""), .stub)
                .contains("<username>Unknown user</username>\n        <id>0</id>"))
        #expect(
            ExportFixtures.xml(ExportFixtures.revision(user: nil, name: "imported>Bob"), .stub)
                .contains("<username>imported&gt;Bob</username>\n        <id>0</id>"))
        #expect(
            ExportFixtures.xml(ExportFixtures.revision(user: 4, name: "10.0.0.1"), .stub)
                .contains("<username>10.0.0.1</username>\n        <id>4</id>"))
    }

    @Test func aPageMaySpanBatches() {
        let renderer = ExportRenderer(siteInfo: ExportFixtures.siteInfo, style: .stub, hiddenDetails: .mediawiki)
        let selections: [ExportSelection] = [.metaHistory, .metaCurrent, .articles]
        let page = ExportFixtures.page(latest: 3)
        let revisions = (1...4).map { ExportFixtures.revision($0, parent: $0 - 1) }
        let whole = renderer.render(ExportFixtures.batch(page, revisions), for: selections)
        let parts = [
            renderer.render(ExportFixtures.batch(page, [revisions[0]], ends: false), for: selections),
            renderer.render(
                ExportFixtures.batch(page, [revisions[1], revisions[2]], starts: false, ends: false), for: selections),
            renderer.render(ExportFixtures.batch(page, [revisions[3]], starts: false), for: selections),
        ]
        for index in selections.indices {
            #expect(parts.flatMap { $0[index].bytes } == whole[index].bytes)
            #expect(parts.map { $0[index].items }.reduce(0, +) == whole[index].items)
            #expect(whole[index].pages.map(\.end) == [whole[index].bytes.count])
            #expect(whole[index].pages.map(\.title) == [Array("Main Page".utf8)])
        }
        #expect(whole.map(\.items) == [4, 1, 1])
        #expect(parts.map { $0[0].pages.count } == [0, 0, 1])
        #expect(parts.map { $0[1].pages.count } == [0, 1, 0])
        #expect(whole[1].bytes == whole[2].bytes)
        #expect(String(decoding: whole[1].bytes, as: UTF8.self).contains("<id>3</id>"))
    }

    @Test(arguments: [(0, true), (1, false), (2, false), (3, false), (4, true), (-1, true), (555, false), (556, true)])
    func articlesLeaveOutTalkAndUsers(namespace: Int, isThere: Bool) {
        let renderer = ExportRenderer(siteInfo: ExportFixtures.siteInfo, style: .stub, hiddenDetails: .mediawiki)
        let batch = ExportFixtures.batch(ExportFixtures.page(namespace: namespace), [ExportFixtures.revision()])
        let outputs = renderer.render(batch, for: [.articles, .metaCurrent])
        #expect(outputs[0].bytes.isEmpty == !isThere)
        #expect(outputs[0].pages.count == (isThere ? 1 : 0))
        #expect(!outputs[1].bytes.isEmpty)
    }

    @Test func aPageWithoutRevisionsIsInTheHistoryOnly() {
        let renderer = ExportRenderer(siteInfo: ExportFixtures.siteInfo, style: .stub, hiddenDetails: .mediawiki)
        let outputs = renderer.render(
            ExportFixtures.batch(ExportFixtures.page(), []), for: [.metaHistory, .metaCurrent])
        #expect(
            String(decoding: outputs[0].bytes, as: UTF8.self)
                == "  <page>\n    <title>Main Page</title>\n    <ns>0</ns>\n    <id>7</id>\n  </page>\n")
        #expect(outputs[1].bytes.isEmpty)
    }

    @Test func headerAndFooter() {
        let stub = ExportRenderer(siteInfo: ExportFixtures.siteInfo, style: .stub, hiddenDetails: .withhold)
        let pages = ExportRenderer(siteInfo: ExportFixtures.siteInfo, style: .pages, hiddenDetails: .withhold)
        let header = String(decoding: stub.header(), as: UTF8.self)
        #expect(
            header == """
                <mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.mediawiki.org/xml/export-0.11/ http://www.mediawiki.org/xml/export-0.11.xsd" version="0.11" xml:lang="en">
                  <siteinfo>
                    <sitename>Test &amp; "Wiki"</sitename>
                    <dbname>testwiki</dbname>
                    <base>http://localhost/index.php/Main_Page</base>
                    <generator>MediaWiki 1.39.17</generator>
                    <case>first-letter</case>
                    <namespaces>
                      <namespace key="-1" case="first-letter">Special</namespace>
                      <namespace key="0" case="first-letter" />
                      <namespace key="1" case="first-letter">Talk</namespace>
                      <namespace key="2" case="first-letter">User</namespace>
                      <namespace key="4" case="case-sensitive">Test &amp; Wiki</namespace>
                    </namespaces>
                  </siteinfo>

                """)
        #expect(
            String(decoding: pages.header(), as: UTF8.self) == header.replacing("\"Wiki\"", with: "&quot;Wiki&quot;"))
        #expect(String(decoding: stub.footer(), as: UTF8.self) == "</mediawiki>\n")
        #expect(String(decoding: pages.footer(), as: UTF8.self) == "</mediawiki>")
    }
}
