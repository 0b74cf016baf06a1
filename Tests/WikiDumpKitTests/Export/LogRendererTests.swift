import Testing
import WikiDumpKit

@Suite struct LogRendererTests {
    private func xml(
        _ hidden: HiddenParts = [], user: Int64? = 5, name: String = "Alice", comment: String = "why",
        parameters: String = "a:0:{}"
    ) -> String {
        let entry = LogEntry(
            id: 9, timestamp: "20240101000000", contributor: Contributor(id: user, name: Array(name.utf8)),
            comment: Array(comment.utf8), type: Array("move".utf8), action: Array("move_redir".utf8),
            title: PageTitle(namespace: 1, title: Array("A_b".utf8)), parameters: Array(parameters.utf8),
            hidden: hidden)
        let renderer = LogRenderer(siteInfo: ExportFixtures.siteInfo, hiddenDetails: .withhold)
        let output = renderer.render(LogBatch(entries: [entry]))
        #expect(output.items == 1)
        #expect(output.pages.isEmpty)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    @Test func anEntry() {
        #expect(
            xml(parameters: "\"x\"\u{1}\ry") == """
                  <logitem>
                    <id>9</id>
                    <timestamp>2024-01-01T00:00:00Z</timestamp>
                    <contributor>
                      <username>Alice</username>
                      <id>5</id>
                    </contributor>
                    <comment>why</comment>
                    <type>move</type>
                    <action>move_redir</action>
                    <logtitle>Talk:A b</logtitle>
                    <params xml:space="preserve">"x"\u{FFFD}\ry</params>
                  </logitem>

                """)
    }

    @Test func everythingHiddenOrEmpty() {
        #expect(
            xml([.content, .comment, .contributor]) == """
                  <logitem>
                    <id>9</id>
                    <timestamp>2024-01-01T00:00:00Z</timestamp>
                    <contributor deleted="deleted" />
                    <comment deleted="deleted" />
                    <type>move</type>
                    <action>move_redir</action>
                    <text deleted="deleted" />
                  </logitem>

                """)
        let bare = xml(user: nil, name: "imported>X", comment: "", parameters: "")
        #expect(bare.contains("<username>imported&gt;X</username>\n      <id />\n"))
        #expect(!bare.contains("comment"))
        #expect(bare.contains("    <params xml:space=\"preserve\" />\n"))
        #expect(xml(user: 0, name: "::1").contains("      <ip>::1</ip>\n"))
    }

    /// What MediaWiki hides in another place and repeats here is shown only where its own output is wanted.
    @Test(arguments: [HiddenDetails.withhold, .mediawiki])
    func whatIsHiddenElsewhere(details: HiddenDetails) {
        var entry = LogEntry(
            id: 9, timestamp: "20240101000000", contributor: Contributor(id: 5, name: Array("Alice".utf8)),
            comment: Array("why".utf8), type: Array("create".utf8), action: Array("create".utf8),
            title: PageTitle(namespace: 0, title: Array("Title".utf8)), parameters: [], hidden: [])
        entry.hiddenElsewhere = [.content, .comment, .contributor]
        let renderer = LogRenderer(siteInfo: ExportFixtures.siteInfo, hiddenDetails: details)
        let xml = String(decoding: renderer.render(LogBatch(entries: [entry])).bytes, as: UTF8.self)
        for part in ["Alice", "why", "Title"] { #expect(xml.contains(part) == (details == .mediawiki)) }
        #expect(xml.contains("deleted=\"deleted\"") == (details == .withhold))
    }
}
