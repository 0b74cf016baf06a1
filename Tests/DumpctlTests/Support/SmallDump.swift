import Foundation

/// A small export in a folder of its own, compressed by the `bzip2` command.
struct SmallDump {
    struct Page {
        var id: Int
        var title: String
        var revisions: [Int]
        var xml: String
    }

    static let header = """
        <mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" version="0.10" xml:lang="en">
          <siteinfo>
            <sitename>Test</sitename>
          </siteinfo>

        """
    static let footer = "</mediawiki>\n"

    let folder: URL
    let pages: [Page]
    var text: String { Self.header + pages.map(\.xml).joined() + Self.footer }

    /// Pages 10, 20, 30 and so on with noise, so that every page has a good part of a block of level 1 or more.
    /// - Parameter huge: The number of a page that gets many revisions.
    init(pageCount: Int = 20, textSize: Int = 20_000, huge: Int? = nil) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("dump-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var state: UInt64 = 7
        pages = (1...pageCount).map { number in
            var revisions: [Int] = []
            var xml = """
                  <page>
                    <title>Talk:A &amp; B \(number)</title>
                    <ns>1</ns>
                    <id>\(number * 10)</id>

                """
            for index in 1...(number == huge ? 40 : 1) {
                let id = 1000 * number + index
                revisions.append(id)
                xml += """
                        <revision>
                          <id>\(id)</id>
                          <timestamp>2024-01-02T03:04:05Z</timestamp>
                          <contributor>
                            <username>O&#039;Neill</username>
                            <id>5</id>
                          </contributor>
                          <text bytes="\(textSize)" xml:space="preserve">\(Self.noise(textSize, &state))</text>
                        </revision>

                    """
            }
            xml += "  </page>\n"
            return Page(id: number * 10, title: "Talk:A & B \(number)", revisions: revisions, xml: xml)
        }
    }

    private static func noise(_ count: Int, _ state: inout UInt64) -> String {
        var bytes: [UInt8] = []
        while bytes.count < count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes += (0..<8).map { UInt8(ascii: "a") + UInt8(state >> (8 + 4 * $0) & 15) }
        }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Compresses text into a file of the folder.
    @discardableResult
    func write(_ text: String, to name: String, level: Int = 1, appending: Bool = false) throws -> URL {
        let plain = folder.appendingPathComponent("plain-\(UUID().uuidString)")
        try Data(text.utf8).write(to: plain)
        defer { try? FileManager.default.removeItem(at: plain) }
        let file = folder.appendingPathComponent(name)
        let redirect = appending ? ">>" : ">"
        let outcome = try Tool.run(["sh", "-c", "bzip2 -\(level) -c \(plain.path) \(redirect) \(file.path)"])
        guard outcome.status == 0 else { throw Tool.Failure(text: outcome.text) }
        return file
    }

    /// The dump as one stream.
    func writeStream(_ name: String = "dump.xml.bz2") throws -> URL { try write(text, to: name) }

    /// The dump as header, a stream for every three pages, and footer.
    func writeMultistream(_ name: String = "multi.xml.bz2") throws -> URL {
        try write(Self.header, to: name, level: 9)
        for start in stride(from: 0, to: pages.count, by: 3) {
            let xml = pages[start..<min(start + 3, pages.count)].map(\.xml).joined()
            try write(xml, to: name, level: start % 2 == 0 ? 9 : 1, appending: true)
        }
        return try write(Self.footer, to: name, level: 9, appending: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
