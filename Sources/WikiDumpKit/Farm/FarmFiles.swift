import Logging

/// The files of a farm in its public tree that are not pages: for programs, feed readers and crawlers.
///
/// The files depend only on the states of the wikis, not on the time, so that they stay as they are while nothing changes.
struct FarmFiles {
    static let statusName = "status.json"
    /// The version of the form of `status.json`. It rises when a member changes its meaning or goes away.
    static let schema: Int64 = 1

    let farm: FarmSettings
    /// The wikis by name.
    let site: SiteRecord
    let glances: [WikiGlance]
    let logger: Logger

    private var published: [WikiGlance] {
        glances.filter { !$0.entry.isPrivate }.sorted { $0.entry.wiki < $1.entry.wiki }
    }

    /// The content of `index.json`: `{"wikis": {WIKI: …}}`, with the `dumpstatus.json` of each public wiki's newest run.
    var indexJSON: [UInt8] {
        var wikis: [JSONValue.Member] = []
        for glance in published {
            let name = glance.entry.wiki
            if let damage = glance.damage {
                logger.error(
                    "left \(name) out of \(FarmSettings.indexJSONName): its \(DumpStatusFile.fileName) is damaged",
                    metadata: ["reason": "\(damage)"])
            }
            guard var bytes = glance.dumpStatus else { continue }
            while let last = bytes.last, last == 0x0A || last == 0x0D || last == 0x20 { bytes.removeLast() }
            wikis.append(JSONValue.Member(name.description, .raw(bytes)))
        }
        return JSONValue.object([JSONValue.Member("wikis", .object(wikis))]).bytes
    }

    /// The content of `status.json`: how each public wiki stands, in a few words. The age of a wiki follows from `completed`.
    var statusJSON: [UInt8] {
        let wikis = published.map { glance -> JSONValue in
            let entry = glance.entry
            return [
                "wiki": .string(entry.wiki.description), "state": .string(glance.state.rawValue),
                "date": entry.date.map { .string($0.description) },
                "complete": entry.complete.map { .string($0.date.description) },
                "completed": entry.complete.map { .string($0.ended.iso8601) },
                "bytes": entry.complete.map { .integer($0.bytes) },
                "missing": entry.missingItems > 0 ? .integer(entry.missingItems) : nil,
                "failed": glance.failedJobs > 0 ? .integer(Int64(glance.failedJobs)) : nil,
            ]
        }
        let all: JSONValue = [
            "schema": .integer(Self.schema), "lateAfter": .integer(farm.lateAge), "wikis": .array(wikis),
        ]
        return all.bytes + [UInt8(ascii: "\n")]
    }

    /// The files that carry a mark, because an operator may have some of the same names.
    var marked: [(name: String, bytes: [UInt8])] {
        let feed = RunFeed(site, farm: farm)
        return [
            (RunFeed.atomName, feed.atom), (RunFeed.jsonName, feed.json), ("robots.txt", robots),
            ("sitemap.xml", sitemap), (PageFrame.iconName, Array(Self.icon.utf8)),
        ]
    }

    private var root: String { PublishedNames.root(of: farm) }

    private var robots: [UInt8] {
        Array(
            """
            # \(OwnFile.mark). Crawlers are welcome here; it is the wikis themselves that should not be crawled.
            User-agent: *
            Allow: /
            Sitemap: \(root)/sitemap.xml

            """.utf8)
    }

    private var sitemap: [UInt8] {
        var out = """
            <?xml version="1.0" encoding="utf-8"?>
            <!-- \(OwnFile.mark) -->
            <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">

            """
        func add(_ address: String, _ time: UTCTime?) {
            let changed = time.map { "<lastmod>\($0.iso8601)</lastmod>" } ?? ""
            out += "  <url><loc>\(htmlEscaped("\(root)/\(address)"))</loc>\(changed)</url>\n"
        }
        add("", nil)
        for glance in published {
            let name = glance.entry.wiki
            guard let date = glance.entry.date else { continue }
            add("\(name)/", nil)
            add("\(name)/\(date)/", glance.entry.activeJobs.isEmpty ? glance.entry.updated : nil)
        }
        return Array((out + "</urlset>\n").utf8)
    }

    /// A cylinder, as databases are drawn.
    private static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><!-- \(OwnFile.mark) -->\
        <path fill="#0a55a0" d="M2 4v8c0 1.7 2.7 3 6 3s6-1.3 6-3V4z"/><ellipse cx="8" cy="4" rx="6" ry="3" fill="#86bcff"/></svg>

        """
}
