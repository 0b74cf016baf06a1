import SystemPackage
import Testing

@testable import WikiDumpKit

/// The page of a wiki, its feeds, the manifest of a run, and the table of its files.
@Suite struct WikiPageTests {
    private func run(_ date: String, pages: Int64, wiki: String = "testwiki", isPrivate: Bool = false) -> RunRecord {
        var job = Sample.job("articlesdump", .done, files: ["pages-articles.xml.bz2"], wiki: wiki, date: date)
        var found = FileContents()
        found.pages = FileContents.Numbered(count: pages)
        found.revisions = FileContents.Numbered(count: pages * 2)
        found.bytes = 9_000_000
        job.files[0].evidence = FileEvidence(
            found: found, snapshotTime: Sample.time, software: "MediaWiki 1.43.1", program: "dumpctl 0")
        return Sample.run([job], wiki: wiki, date: date, isPrivate: isPrivate)
    }

    @Test func allRunsStandOnThePageOfTheirWiki() throws {
        let farm = try TemporaryFarm()
        try farm.publish(run("20261001", pages: 1_000))
        try farm.publish(run("20261101", pages: 1_200))
        var third = run("20261124", pages: 1_500)
        third.jobs.append(Sample.job("bad", .failed))
        try farm.publish(third)
        let folder = farm.directories().publicRoot
        let page = try #require(farm.text(folder.appending("index.html")))
        for date in ["20261001", "20261101", "20261124"] { #expect(page.contains("href=\"\(date)/index.html\"")) }
        #expect(page.contains("<p class=\"lead\"><a href=\"20261101/index.html\">2026-11-01</a>"))
        #expect(page.contains("Pages of 2 complete runs: 1,000 on 2026-10-01, 1,200 on 2026-11-01"))
        #expect(page.contains("<svg") && page.contains("href=\"atom.xml\""))
        let feed = try #require(try fileSystem.json(folder.appending("feed.json")))
        let items = try #require(feed["items"]).listed
        #expect(items.map { $0["_dumpctl"]?["run"]?.string } == ["20261101", "20261001"])
    }

    @Test func aPageOfTheOperatorStays() throws {
        let farm = try TemporaryFarm()
        let path = farm.directories().publicRoot.appending("index.html")
        try fileSystem.makeDirectory(farm.directories().publicRoot)
        try fileSystem.write(Array("mine".utf8), to: path)
        try farm.publish(run("20261124", pages: 5))
        #expect(farm.text(path) == "mine")
        #expect(farm.text(farm.directories().publicRoot.appending("atom.xml"))?.contains("<entry>") == true)
        #expect(
            farm.text(farm.directories().run(Sample.date()).appending("status.html"))?.contains("Dump complete") == true
        )
    }

    @Test func thePageOfAPrivateWikiIsPrivate() throws {
        let farm = try TemporaryFarm()
        try farm.publish(run("20261124", pages: 5, wiki: "hush", isPrivate: true))
        let path = farm.directories("hush", isPrivate: true).publicRoot.appending("index.html")
        #expect(try fileSystem.status(path)?.permissions == 0o640)
        #expect(farm.text(path)?.contains("../index.html") == false, "no address leads from it to the public tree")
        #expect(try fileSystem.list(farm.settings.publicTree).isEmpty)
    }

    @Test func theManifestTellsAllOfAFile() throws {
        let run = run("20261124", pages: 1_500)
        let farm = try TemporaryFarm()
        try farm.publish(run)
        let json = try #require(
            try fileSystem.json(farm.directories().run(Sample.date()).appending("manifest.json")))
        #expect(json["schema"] == 1 && json["wiki"] == "testwiki" && json["date"] == "20261124")
        #expect(json["software"] == "MediaWiki 1.43.1" && json["snapshot"]?.string == Sample.time.iso8601)
        #expect(json["pages"] == 1_500 && json["revisions"] == 3_000 && json["bytes"] == 10_500)
        let file = try #require(json["files"]?.listed.first)
        #expect(file["name"] == "testwiki-20261124-pages-articles.xml.bz2" && file["job"] == "articlesdump")
        #expect(file["size"] == 10_500 && file["unpackedSize"] == 9_000_000 && file["pages"] == 1_500)
        #expect(file["sha256"]?.string == Sample.hashes().sha256)
        #expect(file["certificate"] == "testwiki-20261124-pages-articles.xml.bz2.certificate.json")
    }

    @Test func theFilesOfARunStandInATable() throws {
        let farm = try TemporaryFarm()
        let page = text(try TemporaryFarm.makeRenderer().runPage(run("20261124", pages: 1_500), farm: farm.settings))
        for part in [
            "10 KB", "10,500 bytes", "8.6 MB", "1,500 pages", "3,000 revisions", Sample.hashes().sha256,
            "I want to read the articles", "href=\"manifest.json\"", "<h2 id=\"files\">",
        ] { #expect(page.contains(part), "\(part)") }
        let early = text(try TemporaryFarm.makeRenderer().runPage(Sample.three, farm: farm.settings))
        #expect(early.contains("<progress value=\"1\" max=\"3\"") && early.contains("<details open>"))
    }

    @Test func pagesTellWhatTheConfigurationSays() throws {
        let farm = try TemporaryFarm()
        var settings = farm.settings
        (settings.about, settings.licence, settings.siteTitle) = ("About <us>", "CC BY-SA 4.0", "Dumps & more")
        let renderer = try TemporaryFarm.makeRenderer()
        let page = text(try renderer.runPage(Sample.three, farm: settings))
        #expect(page.contains("About &lt;us&gt;") && page.contains("CC BY-SA 4.0"))
        let site = SiteRecord(status: "idle", entries: [], updated: Sample.time)
        #expect(text(try renderer.siteIndex(site, order: .name, farm: settings)).contains("<h1>Dumps &amp; more</h1>"))
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567")])
    func digitsInGroups(_ number: Int, _ text: String) { #expect(groupedDigits(number) == text) }
}

extension JSONValue {
    /// The elements of an array; none of anything else.
    var listed: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}
