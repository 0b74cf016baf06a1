import Foundation
import Testing

@testable import WikiDumpKit

@Suite struct RedirectTests {
    private let rules = RedirectRules(namespaces: SyntheticWiki.siteInfo.namespaces, interwikis: ["other"])

    @Test(arguments: [
        (0, "Some_page", "", "Some page"),
        (12, "Some_page", "", "Help me:Some page"),
        (-2, "Pixel.gif", "", "File:Pixel.gif"),
        (0, "Somewhere", "other", "other:Somewhere"),
        (0, "Somewhere", "OTHER", "other:Somewhere"),
        (0, "Somewhere", "gone", "Gone:Somewhere"),
        (0, "Page#part", "", "Page"),
        (0, "lower", "", "Lower"),
        (-1, "Recentchanges", "", "Special:Recentchanges"),
        (0, "\"Q\"_&_A", "", "\"Q\" & A"),
        (0, "日本_語", "", "日本 語"), (0, "été", "", "Été"), (0, "ß", "", "SS"),
        (12, "Some_page", "other", "other:Help:Some page"), (12, "", "other", "other:Help:"),
        (12, "x", "gone", "Gone:Help:x"), (12, "_x", "other", "other:Help: x"), (0, "_x", "other", "other:x"),
    ])
    func shows(namespace: Int, title: String, interwiki: String, shown: String) {
        let target = rules.target(namespace: namespace, title: Array(title.utf8), interwiki: interwiki)
        #expect(target.map { String(decoding: $0, as: UTF8.self) } == shown)
    }

    @Test(arguments: [
        (555, "Page", ""), (0, "", ""), (0, "", "other"), (0, "A<b", ""), (0, "a/../b", ""), (0, ".", ""),
        (0, "100%41", ""), (0, "x&amp;y", ""), (0, "~~~", ""), (0, ":x", ""), (-1, "Userlogout", ""),
        (-1, "Mypage/sub", ""), (0, String(repeating: "x", count: 256), ""), (0, "a\u{1}b", ""),
    ])
    func hides(namespace: Int, title: String, interwiki: String) {
        #expect(rules.target(namespace: namespace, title: Array(title.utf8), interwiki: interwiki) == nil)
    }

    @Test func targetsComeWithPages() async throws {
        let wiki = try SyntheticWiki()
        for page in 1...3 as ClosedRange<Int64> {
            try wiki.page(page, "Page \(page)", redirect: page != 2)
            try wiki.revision(page, page: page)
        }
        // Page 2 is not marked as a redirect, so its row does not count; page 3 has no row.
        try wiki.redirect(from: 1, to: "Goal")
        try wiki.redirect(from: 2, to: "Goal")
        let reading = try await Reading(wiki)
        #expect(reading.pages.map(\.redirect) == [Array("Goal".utf8), nil, nil])
        #expect(reading.problems.map(\.page) == [3] && reading.problems.allSatisfy { !$0.isOmission })
    }

    /// The target of a redirect is its text; where the text is hidden, so is the target.
    @Test func targetsOfHiddenTextsAreHidden() async throws {
        let wiki = try SyntheticWiki()
        for page in 1...2 as ClosedRange<Int64> {
            try wiki.page(page, "Page \(page)", redirect: true)
            try wiki.revision(page, page: page)
            try wiki.redirect(from: page, to: "Goal")
        }
        try wiki.execute("UPDATE revision SET rev_deleted = 1 WHERE rev_id = 2")
        let reading = try await Reading(wiki)
        #expect(reading.pages.map(\.redirectIsHidden) == [false, true])
        for (details, count) in [(HiddenDetails.withhold, 1), (.mediawiki, 2)] {
            let renderer = ExportRenderer(siteInfo: SyntheticWiki.siteInfo, style: .stub, hiddenDetails: details)
            let runs = reading.pages.map {
                RevisionBatch.Run(
                    page: $0, startsPage: true, endsPage: true, revisions: [ExportFixtures.revision($0.id)])
            }
            let xml = renderer.render(RevisionBatch(runs: runs), for: [.metaHistory])[0].bytes
            #expect(String(decoding: xml, as: UTF8.self).components(separatedBy: "<redirect ").count - 1 == count)
        }
    }
}
