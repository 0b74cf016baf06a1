import Logging
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// What a sweep writes besides the two pages, and what it leaves alone.
@Suite struct FarmFilesTests {
    private struct PlainWiki: Wiki {
        let name: WikiName
        let isPrivate: Bool
        let isClosed = false
        let directories: WikiDirectories
        var settings: WikiSettings { WikiSettings() }
        func contentSource() throws(DumpError) -> any ContentSource { throw DumpError(.source, "no content here") }
    }

    private static let hour: Int64 = 3_600

    private func sweep(
        _ farm: TemporaryFarm, _ names: [String], secret: [String] = [], after seconds: Int64 = 0,
        metrics: FilePath? = nil
    ) async throws -> SiteRecord {
        var settings = farm.settings
        settings.metricsFile = metrics
        let clock = FixedClock(UTCTime(seconds: Sample.time.seconds + seconds))
        let wikis = (names + secret).map {
            PlainWiki(
                name: Sample.wiki($0), isPrivate: secret.contains($0),
                directories: farm.directories($0, isPrivate: secret.contains($0)))
        }
        return try await Monitor(
            farm: settings, wikis: wikis, renderer: try TemporaryFarm.makeRenderer(),
            locks: FileLock.factory(staleAge: 3600, clock: clock), clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ).sweep()
    }

    private func run(_ wiki: String, _ date: String = "20261124", lacks: Int64 = 0) -> RunRecord {
        var job = Sample.job("articlesdump", .done, files: ["pages-articles.xml.bz2"], wiki: wiki, date: date)
        if lacks > 0 {
            let tally = ProblemTally(
                examples: [], count: lacks, omittedPages: lacks, omittedRevisions: 0, omittedLogEntries: 0,
                incompleteItems: 0)
            job.files[0].evidence = FileEvidence(problems: tally)
        }
        return Sample.run([job], wiki: wiki, date: date)
    }

    private func tree(_ farm: TemporaryFarm) -> FilePath { farm.settings.publicTree }

    @Test func statusOfEachWikiInAFewWords() async throws {
        let farm = try TemporaryFarm()
        try farm.publish(run("aawiki"))
        try farm.publish(run("bbwiki", "20261101"))
        try farm.publish(
            Sample.run(
                [
                    Sample.job("articlesdump", .done, files: ["1.gz"], wiki: "bbwiki"),
                    Sample.job("bad", .failed, wiki: "bbwiki"),
                ], wiki: "bbwiki"))
        try farm.publish(run("ccwiki", lacks: 17))
        let names = ["aawiki", "bbwiki", "ccwiki", "ddwiki"]
        _ = try await sweep(farm, names, secret: ["hush"])
        let status = try #require(try fileSystem.json(tree(farm).appending("status.json")))
        #expect(status["schema"] == 1)
        let wikis = try #require(status["wikis"]).listed
        #expect(wikis.map { $0["wiki"]?.string } == names)
        #expect(wikis.map { $0["state"]?.string } == ["complete", "failed", "lacking", "never"])
        #expect(wikis.map { $0["complete"]?.string } == ["20261124", "20261101", "20261124", nil])
        #expect(wikis.map { $0["missing"]?.integer } == [nil, nil, 17, nil])
        #expect(wikis.map { $0["failed"]?.integer } == [nil, 1, nil, nil])
        #expect(wikis[0]["bytes"] == 10_500 && wikis[0]["completed"]?.string == Sample.time.iso8601)
        let page = try #require(farm.text(tree(farm).appending("index.html")))
        #expect(page.contains("<a href=\"aawiki/20261124\">aawiki</a>: <span class='done'>Dump complete</span>"))
        #expect(page.contains("<a href=\"ccwiki/20261124\">ccwiki</a>: <span class='partial-dump'>Partial dump</span>"))
        #expect(page.contains("17 items missing"))
    }

    @Test func unchangedFilesAreNotWrittenAgain() async throws {
        let farm = try TemporaryFarm()
        try farm.publish(run("aawiki"))
        func identities() throws -> [String: [UInt64]] {
            var found: [String: [UInt64]] = [:]
            for name in try fileSystem.list(tree(farm)) where name.contains(".") {
                found[name] = try fileSystem.status(tree(farm).appending(name))?.identity
            }
            return found
        }
        _ = try await sweep(farm, ["aawiki"])
        let before = try identities()
        #expect(Set(before.keys) == FarmSettings.fileNames.union(["index.html", "index-bydb.html"]))
        _ = try await sweep(farm, ["aawiki"], after: 5 * Self.hour)
        #expect(try identities() == before)
        try farm.publish(run("aawiki", "20261125"))
        _ = try await sweep(farm, ["aawiki"])
        for (name, identity) in try identities() {
            let isSteady = ["robots.txt", "favicon.svg"].contains(name)
            #expect((before[name] == identity) == isSteady, "\(name)")
        }
    }

    @Test(arguments: ["robots.txt", "sitemap.xml", "favicon.svg", "atom.xml", "feed.json"])
    func filesOfTheOperatorStay(_ name: String) async throws {
        let farm = try TemporaryFarm()
        try fileSystem.write(Array("mine\n".utf8), to: tree(farm).appending(name))
        try farm.publish(run("aawiki"))
        _ = try await sweep(farm, ["aawiki"])
        #expect(farm.text(tree(farm).appending(name)) == "mine\n")
        #expect(try fileSystem.list(tree(farm)).count == 10)
    }

    @Test func feedsAndTheSitemapTellOfCompleteRuns() async throws {
        let farm = try TemporaryFarm()
        try farm.publish(run("aawiki"))
        try farm.publish(Sample.run([Sample.job("a", .failed, wiki: "bbwiki")], wiki: "bbwiki"))
        try fileSystem.makeDirectory(farm.settings.privateTree.appending("hush").appending("20261124"))
        _ = try await sweep(farm, ["aawiki", "bbwiki"], secret: ["hush"])
        let atom = try #require(farm.text(tree(farm).appending("atom.xml")))
        #expect(atom.split(separator: "<entry>").count == 2)
        #expect(atom.contains("<id>http://localhost/dumps/aawiki/20261124/</id>"))
        let feed = try #require(try fileSystem.json(tree(farm).appending("feed.json")))
        let items = try #require(feed["items"]).listed
        #expect(items.map { $0["_dumpctl"]?["run"]?.string } == ["20261124"])
        let sitemap = try #require(farm.text(tree(farm).appending("sitemap.xml")))
        #expect(sitemap.contains("<loc>http://localhost/dumps/bbwiki/20261124/</loc>"))
        for name in try fileSystem.list(tree(farm)) where name.contains(".") && !name.hasPrefix("index") {
            #expect(farm.text(tree(farm).appending(name))?.contains("hush") == false, "\(name)")
        }
    }

    @Test func metricsOfEveryWiki() async throws {
        let farm = try TemporaryFarm()
        let path = farm.root.appending("dumps.prom")
        try farm.publish(run("aawiki", lacks: 3))
        let site = try await sweep(farm, ["aawiki", "bbwiki"], secret: ["hush"], metrics: path)
        #expect(site.problems == 0)
        let text = try #require(farm.text(path))
        for line in [
            "# TYPE dumpctl_wiki_state gauge", "dumpctl_wiki_state{wiki=\"aawiki\",state=\"lacking\"} 1",
            "dumpctl_wiki_state{wiki=\"bbwiki\",state=\"never\"} 1",
            "dumpctl_wiki_state{wiki=\"hush\",state=\"never\"} 1",
            "dumpctl_wiki_missing_items{wiki=\"aawiki\"} 3", "dumpctl_wiki_locked{wiki=\"aawiki\"} 0",
            "dumpctl_wikis 3",
            "dumpctl_wiki_last_complete_size_bytes{wiki=\"aawiki\"} 10500",
            "dumpctl_wiki_last_complete_timestamp_seconds{wiki=\"aawiki\"} \(Sample.time.seconds)",
            "dumpctl_sweep_timestamp_seconds \(Sample.time.seconds)",
        ] { #expect(text.contains(line + "\n"), "\(line)") }
        #expect(try fileSystem.status(path)?.permissions == 0o644)
        // No folder, no metrics: the pages are there all the same.
        let lost = farm.root.appending("nowhere").appending("dumps.prom")
        #expect(try await sweep(farm, ["aawiki"], metrics: lost).problems == 1)
    }

    /// The limits that readers with slow lines were promised.
    @Test func aThousandWikisFitOnAPage() async throws {
        let farm = try TemporaryFarm()
        let entries = (0..<1_000).map { number in
            let time = UTCTime(seconds: Sample.time.seconds - Int64(number) * 1_013)
            let wiki = Sample.wiki("lang\(number * 7_919 % 1_000)wiktionary")
            return SiteRecord.Entry(
                wiki: wiki, isPrivate: false, isClosed: false, date: DumpDate(time), statusText: "Dump complete",
                statusClass: "done", updated: time,
                complete: SiteRecord.CompleteRun(
                    date: DumpDate(time), ended: time, bytes: Int64(number) * 104_729 * 1_299_709 % 90_000_000_000))
        }
        let site = SiteRecord(status: "Dump process is idle.", entries: entries, updated: Sample.time)
        let page = try TemporaryFarm.makeRenderer().siteIndex(site, order: .date, farm: farm.settings)
        #expect(page.count < 350_000)
        let glances = entries.map { entry in
            WikiGlance(entry: entry, isLocked: false, state: .complete)
        }
        let files = FarmFiles(
            farm: farm.settings, site: site, glances: glances,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        #expect(files.statusJSON.count < 200_000)
    }
}
