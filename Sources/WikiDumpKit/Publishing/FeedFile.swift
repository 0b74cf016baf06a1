/// The RSS 2.0 feed that announces a new file behind a link in the `latest` folder.
package enum FeedFile {
    /// - Parameters:
    ///   - file: The file that the link points to.
    ///   - rest: The file name without wiki and date, which is the title of the channel.
    ///   - time: When the job of the file was done.
    package static func xml(file: String, rest: String, names: PublishedNames, time: UTCTime) -> [UInt8] {
        let page = htmlEscaped(names.runURL)
        let link = "<a href=\"\(htmlEscaped("\(names.runURL)/\(file)"))\">\(htmlEscaped(file))</a>"
        return Array(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <rss version="2.0">
                <channel>
                    <title>\(htmlEscaped(rest))</title>
                    <link>\(page)</link>
                    <description>Wikimedia dump updates for \(names.wiki)</description>
                    <item>
                        <title>\(page)</title>
                        <link>\(page)</link>
                        <description>\(htmlEscaped(link))</description>
                        <pubDate>\(time.rfc822)</pubDate>
                    </item>
                </channel>
            </rss>

            """.utf8)
    }

    /// The date of the run that a feed announces, from its first link; nil if there is none.
    package static func date(_ text: String) -> DumpDate? {
        for line in text.split(separator: "\n") {
            let line = line.trimmingBlanks()
            guard line.hasPrefix("<link>"), line.hasSuffix("</link>") else { continue }
            return DumpDate(line.dropLast("</link>".count).suffix(8))
        }
        return nil
    }
}
