import Testing

@testable import WikiDumpKit

@Suite struct ContentFormatTests {
    private func xml(_ model: String, style: ExportStyle = .stub, formats: [String: String] = [:]) -> String {
        var page = ExportFixtures.page()
        page.latestRevision = 2
        var revision = ExportFixtures.revision()
        revision.main = ExportFixtures.slot(model: model)
        let batch = RevisionBatch(
            runs: [.init(page: page, startsPage: true, endsPage: true, revisions: [revision])])
        let renderer = ExportRenderer(
            siteInfo: ExportFixtures.siteInfo, style: style, hiddenDetails: .mediawiki, contentFormats: formats)
        return String(decoding: renderer.render(batch, for: [.metaHistory])[0].bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("wikitext", "text/x-wiki"), ("Scribunto", "text/plain"), ("vue", "application/vue+xml"),
        ("flow-board", "application/json"), ("unknown", "application/octet-stream"),
    ])
    func knowsModels(model: String, format: String) {
        #expect(xml(model).contains("<model>\(model)</model>\n      <format>\(format)</format>"))
    }

    @Test func writesAnUnknownModelAsMediaWikiDoes() {
        for style in [ExportStyle.stub, .pages] {
            #expect(
                xml("Removed.Model", style: style)
                    .contains("<model>unknown</model>\n      <format>application/octet-stream</format>"))
        }
    }

    @Test func takesFormatsOfTheConfiguration() {
        let formats = ["My.Model": "text/my", "css": "text/plain"]
        #expect(xml("My.Model", formats: formats).contains("<model>My.Model</model>\n      <format>text/my</format>"))
        #expect(xml("css", formats: formats).contains("<format>text/plain</format>"))
    }

    @Test func tellsAnUnknownModel() async throws {
        let wiki = try SyntheticWiki()
        try wiki.page(1, "One")
        try wiki.revision(1, page: 1)
        try wiki.execute("INSERT INTO content_models VALUES (9, 'My.Model')")
        try wiki.execute("UPDATE content SET content_model = 9")
        var reading = try await Reading(wiki)
        #expect(reading.problems.map(\.isDamage) == [false])
        #expect(reading.problems.allSatisfy { $0.revision == 1 && $0.message.contains("content model My.Model") })
        #expect(reading.revisions.map(\.main.model) == ["My.Model"])
        reading = try await Reading(wiki, texts: TextSettings(contentFormats: ["My.Model": "text/my"]))
        #expect(reading.problems.isEmpty)
    }
}
