import Foundation
import Testing

/// The names and formats that a run leaves are those of the dump scripts of 2007 for a wiki with the same tables, apart
/// from what is told here.
@Suite(.timeLimit(.minutes(10)))
struct PublishedTreeTests {
    /// The tables of MediaWiki 1.39 that are dumped, in the order of the scripts.
    static let tables = [
        "site_stats", "image", "pagelinks", "categorylinks", "imagelinks", "templatelinks", "linktarget",
        "externallinks",
        "langlinks", "user_groups", "user_former_groups", "category", "page", "page_restrictions", "page_props",
        "protected_titles", "redirect", "iwlinks", "change_tag", "change_tag_def", "sites",
    ]
    /// Data files that no setting of the parts changes.
    static let steady =
        tables.map { "\($0).sql.gz" } + [
            "siteinfo-namespaces.json.gz", "siteinfo2-namespacesv2.json.gz", "all-titles-in-ns0.gz", "all-titles.gz",
        ]
    /// Data files that a wiki in parts has too, when it is recombined.
    static let whole = [
        "stub-meta-history.xml.gz", "stub-meta-current.xml.gz", "stub-articles.xml.gz", "pages-articles.xml.bz2",
        "pages-meta-current.xml.bz2", "pages-logging.xml.gz", "pages-meta-history.xml.bz2",
        "pages-meta-history.xml.7z", "pages-articles-multistream.xml.bz2",
        "pages-articles-multistream-index.txt.bz2",
    ]
    /// The jobs of a wiki in parts, the last one first, as `dumpruninfo.txt` has them; without the tables.
    static let jobs = [
        "articlesmultistreamdumprecombine", "articlesmultistreamdump", "metahistory7zdumprecombine",
        "metahistory7zdump", "metahistorybz2dumprecombine", "metahistorybz2dump", "xmlpagelogsdumprecombine",
        "xmlpagelogsdump", "metacurrentdumprecombine", "metacurrentdump", "articlesdumprecombine", "articlesdump",
        "xmlstubsdumprecombine", "xmlstubsdump", "allpagetitlesdump", "pagetitlesdump", "namespacesv2", "namespaces",
    ]

    /// Settings, and the data files that only they make.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var chunks = ""
        var pieces: [String] = []
        /// Data files whose ranges depend on the sizes of pages: the beginnings of their names.
        var sized: [String] = []
        var others: [String] = []
    }

    static let parts =
        "chunksEnabled=1\npagesPerChunkHistory=30,43\nlogitemsPerPagelogs=20,20,20\nrecombineMetaCurrent=1\n"
        + "recombineHistory=1\n"

    static let cases = [
        Case(testDescription: "plain"),
        Case(
            testDescription: "parts",
            chunks: parts, pieces: stubsAndLogs + wholeParts,
            // Here it has the parts of the log, so that a run that goes on makes the same ones.
            others: ["pagerangeinfo.json"]),
        Case(
            testDescription: "parts with checkpoints",
            chunks: parts + "checkpointTime=720\nrevsPerJob=20\nmaxrevbytes=100000\n",
            pieces: stubsAndLogs + ranges,
            sized: ["pages-meta-history1.xml-p1p", "pages-meta-history2.xml-p31p"], others: ["pagerangeinfo.json"]),
    ]
    static let stubsAndLogs =
        (1...2).flatMap { part in
            ["meta-history", "meta-current", "articles"].map { "stub-\($0)\(part).xml.gz" }
        } + (1...3).map { "pages-logging\($0).xml.gz" }
    static let wholeParts = (1...2).flatMap { part in
        ["articles", "meta-current", "meta-history", "articles-multistream"].map { "pages-\($0)\(part).xml.bz2" }
            + ["pages-meta-history\(part).xml.7z", "pages-articles-multistream-index\(part).txt.bz2"]
    }
    /// Slices of 20 pages within each part.
    static let ranges = [(1, "p1p20"), (1, "p21p30"), (2, "p31p50"), (2, "p51p70"), (2, "p71p73")].flatMap {
        part, range in
        ["articles", "meta-current", "articles-multistream"].map { "pages-\($0)\(part).xml-\(range).bz2" }
            + ["pages-articles-multistream-index\(part).txt-\(range).bz2"]
    }

    private func farm(_ chunks: String) throws -> DemoFarm {
        let farm = try DemoFarm()
        let text = try farm.text("wikidump.conf").replacing("\nsevenzip=\n", with: "\n")
        try Data((text + "\n[chunks]\n" + chunks).utf8).write(to: farm.url("wikidump.conf"))
        return farm
    }

    @Test(arguments: cases) func namesAreThoseOfTheScripts(_ setting: Case) async throws {
        let farm = try farm(setting.chunks)
        defer { farm.remove() }
        let outcome = try await farm.run("run", "demowiki", "--date", "20261101", "--quiet")
        #expect(outcome.status == 0, "\(outcome.error)")
        let run = "public/demowiki/20261101"
        let prefix = "demowiki-20261101-"
        let names = farm.names(run)

        // What is sized is checked by its ranges below.
        let isSized = { (name: String) in
            !setting.sized.isEmpty && name.wholeMatch(of: /pages-meta-history[12]\.xml-p\d+p\d+\.(bz2|7z)/) != nil
        }
        let data = Set(Self.steady + Self.whole + setting.pieces)
        let found = names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        let sized = found.filter(isSized)
        let lists = ["md5sums.txt", "md5sums.json", "sha1sums.txt", "sha1sums.json"]
        let added = ["sha256sums.txt", "sha256sums.json"]
        let certificates = (data + sized).map { $0 + ".certificate.json" }
        #expect(Set(found).subtracting(sized) == data.union(lists + added + certificates + ["runsettings.txt"]))
        if !setting.sized.isEmpty {
            for ending in ["bz2", "7z"] {
                let history = sized.filter { $0.hasSuffix(ending) }.compactMap(Self.range)
                    .sorted { $0.first < $1.first }
                #expect(history.first?.first == 1 && history.last?.last == 73)
                #expect(zip(history, history.dropFirst()).allSatisfy { $0.last + 1 == $1.first })
                #expect(history.allSatisfy { ($0.part == 1) == ($0.last <= 30) && $0.first <= $0.last })
            }
            for beginning in setting.sized { #expect(sized.contains { $0.hasPrefix(beginning) }) }
        }

        let sums = ["md5", "sha1", "sha256"].flatMap { kind in (data + sized).map { "\(kind)sums-\(prefix)\($0).txt" } }
        let expected = Set(
            sums + setting.others + [
                "SHA256SUMS", "dumpruninfo.json", "dumpruninfo.txt", "dumpspecialfiles.json", "dumpstatus.json",
                "index.html",
                "manifest.json", "report.json", "status.html", "tableinfo.json",
            ])
        #expect(Set(names.filter { !$0.hasPrefix(prefix) }) == expected)

        // Links for the data and the lists that people read, feeds for the data.
        let linked = data.union(sized)
        let latest = Set(farm.names("public/demowiki/latest").map { String($0.dropFirst("demowiki-latest-".count)) })
        #expect(
            latest
                == linked.union(["md5sums.txt", "sha1sums.txt", "sha256sums.txt"] + linked.map { $0 + "-rss.xml" }))
        for name in linked {
            let link = farm.url("public/demowiki/latest/demowiki-latest-\(name)").path
            #expect(
                try FileManager.default.destinationOfSymbolicLink(atPath: link) == "../20261101/\(prefix)\(name)")
        }
        #expect(farm.contents("temp").values.allSatisfy { $0 == Data("folder".utf8) }, "scratch files stay")
        #expect(farm.contents("private").keys.allSatisfy { !$0.contains("lock_") })

        try checkStatusFiles(farm, run, isInParts: !setting.chunks.isEmpty, data: linked.map { prefix + $0 })
    }

    /// The part and the pages of a file of a range.
    private static func range(_ name: String) -> (part: Int, first: Int, last: Int)? {
        guard let match = name.firstMatch(of: /(\d)\.xml-p(\d+)p(\d+)\./), let part = Int(match.1),
            let first = Int(match.2), let last = Int(match.3)
        else { return nil }
        return (part, first, last)
    }

    private func checkStatusFiles(_ farm: DemoFarm, _ run: String, isInParts: Bool, data: [String]) throws {
        // name:JOB; status:WORD; updated:TIME, the last job first.
        let lines = try farm.text("\(run)/dumpruninfo.txt").split(separator: "\n")
        let jobs = lines.compactMap {
            $0.wholeMatch(of: /name:([a-z0-9]+); status:done; updated:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/).map {
                String($0.1)
            }
        }
        #expect(jobs.count == lines.count)
        let tables = Self.tables.reversed().map {
            $0 == "change_tag" ? "changetagstable" : $0.replacing("_", with: "") + "table"
        }
        #expect(jobs == Self.jobs.filter { isInParts || !$0.hasSuffix("recombine") } + tables)

        // Every file once, with its size and its sums.
        let status = try #require(
            JSONSerialization.jsonObject(with: farm.data("\(run)/dumpstatus.json")) as? [String: Any])
        #expect(status["version"] as? String == "0.8")
        let entries = try #require(status["jobs"] as? [String: [String: Any]])
        #expect(Set(entries.keys) == Set(jobs))
        var files: [String: [String: Any]] = [:]
        for entry in entries.values {
            #expect(entry["status"] as? String == "done")
            files.merge(try #require(entry["files"] as? [String: [String: Any]])) { one, _ in
                Issue.record("a file of two jobs: \(one)")
                return one
            }
        }
        #expect(Set(files.keys) == Set(data))
        let md5 = try sums(farm, run, "md5"), sha1 = try sums(farm, run, "sha1")
        #expect(Set(md5.keys) == Set(data) && Set(sha1.keys) == Set(data))
        for (name, entry) in files {
            #expect(entry["size"] as? Int == (try farm.data("\(run)/\(name)").count))
            #expect(entry["url"] as? String == "/demowiki/20261101/\(name)")
            #expect(entry["md5"] as? String == md5[name] && entry["sha1"] as? String == sha1[name])
            #expect(try farm.text("\(run)/md5sums-\(name).txt") == "\(md5[name] ?? "")  \(name)\n")
        }

        let fragment = try farm.text("\(run)/status.html").replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, with: "TIME")
        let link = "<a href=\"demowiki/20261101\">demowiki</a>"
        #expect(fragment == "<li>TIME \(link): <span class='done'>Dump complete</span></li>\n")
        let settings =
            try JSONSerialization.jsonObject(
                with: farm.data("\(run)/demowiki-20261101-runsettings.txt")) as? [Any]
        #expect(settings?.count == 7)
        let feed = try farm.text("public/demowiki/latest/demowiki-latest-page.sql.gz-rss.xml")
        #expect(feed.contains("<title>page.sql.gz</title>") && feed.contains("Wikimedia dump updates for demowiki"))
    }

    /// The sums of a list, by name.
    private func sums(_ farm: DemoFarm, _ run: String, _ kind: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for line in try farm.text("\(run)/demowiki-20261101-\(kind)sums.txt").split(separator: "\n") {
            let match = try #require(line.wholeMatch(of: /([0-9a-f]+)  (.+)/))
            found[String(match.2)] = String(match.1)
        }
        let json = try #require(
            JSONSerialization.jsonObject(with: farm.data("\(run)/demowiki-20261101-\(kind)sums.json"))
                as? [String: [String: [String: String]]])
        #expect(json[kind]?["files"] == found)
        return found
    }

    @Test func aPrivateWikiPublishesNothing() async throws {
        let farm = try farm("")
        defer { farm.remove() }
        let outcome = try await farm.run("run", "boardwiki", "--date", "20261101", "--quiet")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(farm.names("public").allSatisfy { $0 != "boardwiki" })
        #expect(Set(farm.names("private/boardwiki")).isSuperset(of: ["20261101", "latest"]))
        #expect(farm.names("private/boardwiki/20261101").contains("boardwiki-20261101-pages-articles.xml.bz2"))
        #expect(
            try farm.text("private/boardwiki/20261101/status.html").contains(
                "boardwiki (private data): <span class='done'>Dump complete</span>"))
    }
}
