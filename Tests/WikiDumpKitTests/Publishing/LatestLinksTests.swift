import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct LatestLinksTests {
    func links(_ farm: TemporaryFarm, _ wiki: String = "testwiki") throws -> [String: String] {
        let latest = farm.directories(wiki).latest
        var found: [String: String] = [:]
        for name in try fileSystem.list(latest) where !name.hasSuffix("-rss.xml") && !name.contains("sums.txt") {
            found[name] = try fileSystem.linkTarget(latest.appending(name))
        }
        return found
    }

    @Test(arguments: [
        ("pages-articles.xml.bz2", "pages-articles.xml.bz2", false),
        ("pages-articles12.xml.bz2", "pages-articles.xml.bz2", true),
        ("pages-articles1.xml-p1p100.bz2", "pages-articles.xml.bz2", true),
        ("pages-articles-multistream-index3.txt-p1p100.bz2", "pages-articles-multistream-index.txt.bz2", true),
        ("stub-articles1.xml.gz", "stub-articles.xml.gz", true),
        ("all-titles-in-ns0.gz", "all-titles-in-ns0.gz", false),
        ("siteinfo2-namespacesv2.json.gz", "siteinfo2-namespacesv2.json.gz", false),
        ("table2.sql.gz", "table2.sql.gz", false), ("pages.xml-part.gz", "pages.xml-part.gz", false),
        ("1.xml.gz", "1.xml.gz", false),
    ])
    func baseNames(_ rest: String, _ base: String, _ isPart: Bool) throws {
        let names = PublishedNames(
            wiki: Sample.wiki("be-x_old2"), date: Sample.date(),
            farm: FarmSettings(publicTree: "/p", privateTree: "/q", temporaryTree: "/t"))
        let name = try #require(LatestName(file: "be-x_old2-20261124-\(rest)", names: names))
        #expect(name.rest == rest)
        #expect(name.base == (base, isPart))
        #expect(LatestName(link: name.link(of: names.wiki), wiki: names.wiki) == name)
        #expect(LatestName(file: "be-x_old-20261124-\(rest)", names: names) == nil)
    }

    @Test(arguments: ["testwiki", "be-x_old", "wiki_2", "a.b-7"])
    func relativeLinksAndFeeds(_ wiki: String) throws {
        let farm = try TemporaryFarm()
        let run = Sample.run(
            [
                Sample.job("a", .done, files: ["page.sql.gz"], wiki: wiki),
                Sample.job("b", .skipped, files: ["x.gz"], wiki: wiki),
            ], wiki: wiki)
        let latest = try farm.publish(run)
        #expect(try links(farm, wiki) == ["\(wiki)-latest-page.sql.gz": "../20261124/\(wiki)-20261124-page.sql.gz"])
        #expect(try fileSystem.status(latest.appending("\(wiki)-latest-page.sql.gz"))?.size == 1)
        let feed = try #require(farm.text(latest.appending("\(wiki)-latest-page.sql.gz-rss.xml")))
        #expect(feed.contains("<title>page.sql.gz</title>"))
        #expect(feed.contains("<link>http://localhost/dumps/\(wiki)/20261124</link>"))
        #expect(feed.contains("<pubDate>Tue, 24 Nov 2026 02:14:32 GMT</pubDate>"))
        #expect(
            feed.contains(
                "&lt;a href=&quot;http://localhost/dumps/\(wiki)/20261124/\(wiki)-20261124-page.sql.gz&quot;&gt;"))
        #expect(FeedFile.date(feed) == run.date)
    }

    @Test func neverGoBackToAnOlderRun() throws {
        let farm = try TemporaryFarm()
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["page.sql.gz"])]))
        let old = Sample.run(
            [Sample.job("a", .done, files: ["page.sql.gz", "old.gz"], date: "20261101")], date: "20261101")
        let latest = try farm.publish(old)
        #expect(
            try links(farm) == [
                "testwiki-latest-page.sql.gz": "../20261124/testwiki-20261124-page.sql.gz",
                "testwiki-latest-old.gz": "../20261101/testwiki-20261101-old.gz",
            ])
        let feed = farm.text(latest.appending("testwiki-latest-page.sql.gz-rss.xml"))
        #expect(feed?.contains("20261101") == false)
        // The newer file is lost: the older one is the newest good one now.
        try fileSystem.remove(farm.directories().run(Sample.date()).appending("testwiki-20261124-page.sql.gz"))
        try farm.publish(old)
        #expect(try links(farm)["testwiki-latest-page.sql.gz"] == "../20261101/testwiki-20261101-page.sql.gz")
    }

    @Test func aRunInPartsKeepsTheWholeFileOfTheRunBefore() throws {
        let farm = try TemporaryFarm()
        try farm.publish(
            Sample.run(
                [
                    Sample.job(
                        "articlesdump", .done,
                        files: [
                            "pages-articles.xml.bz2", "pages-articles1.xml-p1p50.bz2", "pages-articles2.xml-p51p90.bz2",
                            "pages-articles1.xml.bz2.other", "all-titles-in-ns0.gz",
                        ], date: "20261101")
                ], date: "20261101"))
        let parts = Sample.job(
            "articlesdump", .done, files: ["pages-articles1.xml-p1p60.bz2", "pages-articles2.xml-p61p99.bz2"])
        try farm.publish(Sample.run([parts, Sample.job("recombine", .skipped, files: ["pages-articles.xml.bz2"])]))
        #expect(
            try links(farm) == [
                "testwiki-latest-pages-articles.xml.bz2": "../20261101/testwiki-20261101-pages-articles.xml.bz2",
                "testwiki-latest-pages-articles1.xml-p1p60.bz2":
                    "../20261124/testwiki-20261124-pages-articles1.xml-p1p60.bz2",
                "testwiki-latest-pages-articles2.xml-p61p99.bz2":
                    "../20261124/testwiki-20261124-pages-articles2.xml-p61p99.bz2",
                "testwiki-latest-pages-articles1.xml.bz2.other":
                    "../20261101/testwiki-20261101-pages-articles1.xml.bz2.other",
                "testwiki-latest-all-titles-in-ns0.gz": "../20261101/testwiki-20261101-all-titles-in-ns0.gz",
            ])
    }

    @Test func aJobThatLacksAPartReplacesNone() throws {
        let farm = try TemporaryFarm()
        try farm.publish(
            Sample.run([Sample.job("a", .done, files: ["x1.xml-p1p5.bz2"], date: "20261101")], date: "20261101"))
        var job = Sample.job("a", .done, files: ["x1.xml-p1p9.bz2", "x2.xml-p10p12.bz2"])
        job.files[1].size = nil
        job.files[1].isComplete = false
        try farm.publish(Sample.run([job]))
        #expect(
            try links(farm).keys.sorted() == ["testwiki-latest-x1.xml-p1p5.bz2", "testwiki-latest-x1.xml-p1p9.bz2"])
    }

    @Test func linksToPurgedFilesGoWithTheirFeeds() throws {
        let farm = try TemporaryFarm()
        let latest = try farm.publish(
            Sample.run([Sample.job("a", .done, files: ["gone.gz", "stays.gz"], date: "20261101")], date: "20261101"))
        try fileSystem.remove(farm.directories().run(Sample.date("20261101")).appending("testwiki-20261101-gone.gz"))
        try fileSystem.write([], to: latest.appending("somebody-elses.txt"))
        try farm.publish(Sample.run([Sample.job("a", .failed)]))
        let names = try fileSystem.list(latest)
        #expect(!names.contains { $0.contains("gone") })
        #expect(names.contains("testwiki-latest-stays.gz-rss.xml"))
        #expect(names.contains("somebody-elses.txt"))
    }

    @Test func shortChecksumListsDoNotHideWholeOnes() throws {
        let farm = try TemporaryFarm()
        let sums = "testwiki-latest-sha256sums.txt"
        let early = Sample.run([Sample.job("a", .failed, date: "20261001")], date: "20261001")
        let latest = try farm.publish(early)
        #expect(try fileSystem.status(latest) == nil)
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["1"], date: "20261101")], date: "20261101"))
        let whole = "../20261101/testwiki-20261101-sha256sums.txt"
        #expect(try fileSystem.linkTarget(latest.appending(sums)) == whole)
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["1"]), Sample.job("b", .failed)]))
        #expect(try fileSystem.linkTarget(latest.appending(sums)) == whole)
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["1"])], isFinished: false))
        #expect(try fileSystem.linkTarget(latest.appending(sums)) == whole)
    }

    @Test(arguments: [JobStatus.failed, .waiting, .inProgress])
    func aRunThatIsNotCompleteChangesNothing(_ status: JobStatus) throws {
        let farm = try TemporaryFarm()
        let latest = try farm.publish(
            Sample.run([Sample.job("a", .done, files: ["1.gz", "2.gz"], date: "20261101")], date: "20261101"))
        let before = try links(farm)
        let identity = try fileSystem.status(latest)?.identity
        try farm.publish(
            Sample.run([Sample.job("a", .done, files: ["1.gz"]), Sample.job("b", status, files: ["2.gz"])]))
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["1.gz", "2.gz"])], isFinished: false))
        #expect(try links(farm) == before)
        #expect(try fileSystem.status(latest)?.identity == identity)
        // The set changes as one: it is another folder.
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["1.gz", "2.gz"])]))
        #expect(try links(farm).values.allSatisfy { $0.hasPrefix("../20261124/") })
        #expect(try fileSystem.status(latest)?.identity != identity)
        #expect(
            try fileSystem.list(farm.directories().publicRoot) == [
                "20261101", "20261124", "atom.xml", "feed.json", "index.html", "latest",
            ])
        // And it stays the same one when nothing changes.
        let last = try fileSystem.status(latest)?.identity
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["1.gz", "2.gz"])]))
        #expect(try fileSystem.status(latest)?.identity == last)
    }

    /// What is on disk when a process dies before, between and after the steps, and what the next run makes of it.
    @Test(arguments: [
        "half a new set", "the old set beside the new one", "a first set without its name",
        "the old set aside and no other", "the old set aside and the new one in its place",
    ])
    func aDeadProcessLeavesOneSetOrTheOther(_ state: String) throws {
        let farm = try TemporaryFarm()
        let old = Sample.run([Sample.job("a", .done, files: ["1.gz"], date: "20261101")], date: "20261101")
        let latest = try farm.publish(old)
        try fileSystem.write(Array("read me".utf8), to: latest.appending("README"))
        try fileSystem.makeDirectory(latest.appending("more"))
        let beside = farm.directories().publicRoot.appending(".latest.new")
        switch state {
        case "half a new set":
            try fileSystem.makeDirectory(beside)
            try fileSystem.link(beside.appending("testwiki-latest-1.gz"), to: "../20261124/testwiki-20261124-1.gz")
        case "the old set beside the new one":
            try fileSystem.makeDirectory(beside)
            try fileSystem.link(beside.appending("testwiki-latest-1.gz"), to: "../20261124/testwiki-20261124-1.gz")
            try fileSystem.exchange(beside, latest)
            #expect(try links(farm) == ["testwiki-latest-1.gz": "../20261124/testwiki-20261124-1.gz"])
        case "the old set aside and no other":
            try fileSystem.makeDirectory(beside)
            try fileSystem.move(latest, to: fileSystem.aside(latest))
        case "the old set aside and the new one in its place":
            try fileSystem.move(latest, to: fileSystem.aside(latest))
            try fileSystem.makeDirectory(latest)
            try fileSystem.link(latest.appending("testwiki-latest-1.gz"), to: "../20261124/testwiki-20261124-1.gz")
        default: try fileSystem.move(latest, to: beside)
        }
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["1.gz"])]))
        #expect(try fileSystem.status(fileSystem.aside(latest)) == nil)
        #expect(try links(farm)["testwiki-latest-1.gz"] == "../20261124/testwiki-20261124-1.gz")
        #expect(try fileSystem.status(beside) == nil)
        if state != "a first set without its name" {
            #expect(farm.text(latest.appending("README")) == "read me", "what is none of ours stays")
            #expect(try fileSystem.status(latest.appending("more"))?.isDirectory == true)
        }
    }

    @Test func privateFilesHaveNoLink() throws {
        let farm = try TemporaryFarm()
        var hidden = Sample.job("hidden", .done, files: ["secret.gz"])
        hidden.isPrivate = true
        let run = Sample.run([Sample.job("a", .done, files: ["1.gz"]), hidden])
        try farm.publish(run)
        #expect(try links(farm).keys.sorted() == ["testwiki-latest-1.gz"])
    }

    @Test func aFileInThePlaceOfALinkIsLeftAloneAndNamed() throws {
        let farm = try TemporaryFarm()
        let latest = farm.directories().latest
        try fileSystem.makeDirectory(latest)
        try fileSystem.write([7], to: latest.appending("testwiki-latest-1.gz"))
        let run = Sample.run([Sample.job("a", .done, files: ["1.gz", "2.gz"])])
        try farm.makeFiles(run)
        let problems = try farm.publisher().publish(run)
        #expect(problems.map(\.description).contains { $0.contains("testwiki-latest-1.gz is not a link") })
        #expect(farm.text(latest.appending("testwiki-latest-1.gz")) == "\u{7}")
        #expect(try fileSystem.linkTarget(latest.appending("testwiki-latest-2.gz")) != nil)
    }

    /// A link that leads nowhere does not keep the set from its place.
    @Test func aDanglingLinkIsReplaced() throws {
        let farm = try TemporaryFarm()
        try fileSystem.makeDirectory(farm.directories().publicRoot)
        try fileSystem.link(farm.directories().latest, to: "nowhere")
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["1.gz"])]))
        #expect(try links(farm)["testwiki-latest-1.gz"] == "../20261124/testwiki-20261124-1.gz")
    }

    /// A link that cannot be read, or whose file cannot be looked at, is not taken for something else.
    @Test(arguments: [WatchedCalls.Call.target, .status]) func aLinkThatCannotBeRead(call: WatchedCalls.Call) throws {
        let farm = try TemporaryFarm()
        try farm.publish(Sample.run([Sample.job("a", .done, files: ["1.gz"], date: "20261101")], date: "20261101"))
        let run = Sample.run([Sample.job("b", .done, files: ["2.gz"])])
        try farm.makeFiles(run)
        let failing = WatchedCalls { (made, path) throws(Errno) in
            if made == call, path.string.hasSuffix("-1.gz") { throw .ioError }
        }
        let (directories, before) = (farm.directories(), try links(farm))
        let error = dumpError {
            try LatestLinks(run, directories: directories, farm: farm.settings, on: FileSystem(failing)).apply()
        }
        #expect(error?.cause as? Errno == .ioError)
        #expect(try links(farm) == before && before.count == 1)
    }
}
