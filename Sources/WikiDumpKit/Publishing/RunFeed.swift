/// A feed of complete runs, in two forms: Atom (RFC 4287) and JSON Feed 1.1.
struct RunFeed: Sendable {
    static let atomName = "atom.xml"
    static let jsonName = "feed.json"

    struct Entry: Sendable {
        let wiki: WikiName
        let date: DumpDate
        let ended: UTCTime
        /// The size of the files in bytes.
        let bytes: Int64?
    }

    let title: String
    /// The URL of the page that the feed belongs to, with a slash at the end. The feed lies beside the page.
    let home: String
    /// The newest first.
    var entries: [Entry]
    let farm: FarmSettings

    /// The feed of a farm: the newest runs of all wikis. Private wikis are not in it.
    init(_ site: SiteRecord, farm: FarmSettings) {
        title = farm.siteTitle
        home = PublishedNames.root(of: farm) + "/"
        self.farm = farm
        let runs = site.entries.compactMap { entry in
            entry.complete.map { Entry(wiki: entry.wiki, date: $0.date, ended: $0.ended, bytes: $0.bytes) }
        }
        entries = Array(runs.sorted { ($1.ended, $0.wiki) < ($0.ended, $1.wiki) }.prefix(50))
    }

    /// The feed of a wiki: its complete runs.
    init(_ wiki: WikiRecord, farm: FarmSettings) {
        title = "Dumps of \(wiki.wiki)"
        home = "\(PublishedNames.root(of: farm))/\(wiki.wiki)/"
        self.farm = farm
        entries = wiki.runs.compactMap { run in
            guard run.isComplete, let ended = run.updated else { return nil }
            return Entry(wiki: wiki.wiki, date: run.date, ended: ended, bytes: run.bytes)
        }
    }

    private func address(_ entry: Entry) -> String {
        "\(PublishedNames.root(of: farm))/\(entry.wiki)/\(entry.date)/"
    }

    private func title(_ entry: Entry) -> String { "\(entry.wiki) dump of \(entry.date.dashed)" }

    private func summary(_ entry: Entry) -> String {
        "The dump of \(entry.wiki) of \(entry.date.dashed) is complete"
            + (entry.bytes.map { ": \(sizeText($0))." } ?? ".")
    }

    var atom: [UInt8] {
        let updated = entries.map(\.ended).max() ?? UTCTime(seconds: 0)
        var out = """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom">
              <!-- \(OwnFile.mark) -->
              <id>\(htmlEscaped(home))</id>
              <title>\(htmlEscaped(title))</title>
              <updated>\(updated.iso8601)</updated>
              <author><name>\(htmlEscaped(farm.siteTitle))</name></author>
              <link rel="self" type="application/atom+xml" href="\(htmlEscaped(home + Self.atomName))"/>
              <link rel="alternate" type="text/html" href="\(htmlEscaped(home))"/>

            """
        for entry in entries {
            out += """
                  <entry>
                    <id>\(htmlEscaped(address(entry)))</id>
                    <title>\(htmlEscaped(title(entry)))</title>
                    <updated>\(entry.ended.iso8601)</updated>
                    <link rel="alternate" type="text/html" href="\(htmlEscaped(address(entry)))"/>
                    <summary>\(htmlEscaped(summary(entry)))</summary>
                  </entry>

                """
        }
        return Array((out + "</feed>\n").utf8)
    }

    var json: [UInt8] {
        let items = entries.map { entry -> JSONValue in
            [
                "id": .string(address(entry)), "url": .string(address(entry)), "title": .string(title(entry)),
                "content_text": .string(summary(entry)), "date_published": .string(entry.ended.iso8601),
                "_dumpctl": [
                    "wiki": .string(entry.wiki.description), "run": .string(entry.date.description),
                    "bytes": entry.bytes.map { .integer($0) },
                ],
            ]
        }
        let all: JSONValue = [
            "version": "https://jsonfeed.org/version/1.1", "title": .string(title), "home_page_url": .string(home),
            "feed_url": .string(home + Self.jsonName), "_dumpctl": ["about": .string(OwnFile.mark)],
            "items": .array(items),
        ]
        return all.bytes + [UInt8(ascii: "\n")]
    }
}
