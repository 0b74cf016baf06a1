import WikiDumpKit

/// Values for the tests of the export.
enum ExportFixtures {
    static let siteInfo = SiteInfo(
        siteName: "Test & \"Wiki\"", databaseName: "testwiki", base: "http://localhost/index.php/Main_Page",
        generator: "MediaWiki 1.39.17", capitalization: "first-letter", language: "en",
        namespaces: [
            .init(id: -1, name: "Special", capitalization: "first-letter"),
            .init(id: 0, name: "", capitalization: "first-letter"),
            .init(id: 1, name: "Talk", capitalization: "first-letter"),
            .init(id: 2, name: "User", capitalization: "first-letter"),
            .init(id: 4, name: "Test & Wiki", capitalization: "case-sensitive"),
        ])

    static func page(
        _ id: Int64 = 7, namespace: Int = 0, _ title: String = "Main_Page", latest: Int64 = 2, redirect: String? = nil
    ) -> Page {
        Page(
            id: id, title: PageTitle(namespace: namespace, title: Array(title.utf8)), latestRevision: latest,
            redirect: redirect.map { Array($0.utf8) })
    }

    static func revision(
        _ id: Int64 = 2, parent: Int64 = 1, hidden: HiddenParts = [], user: Int64? = 5, name: String = "Alice",
        comment: [UInt8] = [], text: [UInt8]? = Array("abc".utf8), minor: Bool = false, others: [Slot] = []
    ) -> Revision {
        Revision(
            id: id, parent: parent, timestamp: "20240229235959", isMinor: minor, hidden: hidden,
            contributor: Contributor(id: user, name: Array(name.utf8)), comment: comment, sha1: "revsum",
            main: slot(text: text, origin: id), otherSlots: others)
    }

    static func slot(
        role: String = "main", text: [UInt8]? = Array("abc".utf8), origin: Int64 = 2, model: String = "wikitext",
        sha1: ShortBytes = "slotsum", address: String = "tt:145"
    ) -> Slot {
        Slot(
            role: role, origin: origin, model: model, size: Int64(text?.count ?? 81), sha1: sha1, address: address,
            text: text)
    }

    static func batch(_ page: Page, _ revisions: [Revision], starts: Bool = true, ends: Bool = true) -> RevisionBatch {
        RevisionBatch(runs: [.init(page: page, startsPage: starts, endsPage: ends, revisions: revisions)])
    }

    static func xml(
        _ revision: Revision, _ style: ExportStyle, page: Page = page(),
        hiddenDetails: HiddenDetails = .mediawiki
    ) -> String {
        let renderer = ExportRenderer(siteInfo: siteInfo, style: style, hiddenDetails: hiddenDetails)
        return String(decoding: renderer.render(batch(page, [revision]), for: [.metaHistory])[0].bytes, as: UTF8.self)
    }
}
