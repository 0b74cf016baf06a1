import MWBzUtils

/// A random export with pages of many revisions, some of which fill many blocks, and what a plain reading of it gives.
struct HistoryExport {
    struct Page {
        let id: Int64
        let title: String
        let xml: String
        let revisions: [Int64]
        let offset: Int
    }

    private(set) var pages: [Page] = []
    private(set) var text = "<mediawiki>\n  <siteinfo></siteinfo>\n"
    private let letters = Array("abcdefghijklmnop &".utf8)
    private var generator: SeededGenerator
    private var revision: Int64 = 1000

    /// How the ids of revisions go on from one page to the next.
    enum Order: CaseIterable { case rising, falling, mixed }

    init(pageSizes: [Int], revisionSize: Int = 6000, order: Order, seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        var id: Int64 = 0
        for size in pageSizes {
            id += Int64.random(in: 1...40, using: &generator)
            add(id: id, size: size, revisionSize: revisionSize, order: order)
        }
        text += "</mediawiki>\n"
    }

    private mutating func add(id: Int64, size: Int, revisionSize: Int, order: Order) {
        switch order {
        case .rising: break
        case .falling: revision = 10_000_000 - id * 1000
        case .mixed: revision = Int64.random(in: 1...10_000_000, using: &generator)
        }
        let title = "Talk:Page \(id) & \"more\""
        var xml = """
            <page>
                <title>Talk:Page \(id) &amp; &quot;more&quot;</title>
                <ns>1</ns>
                <id>\(id)</id>

            """
        var revisions: [Int64] = []
        repeat {
            revision += Int64.random(in: 1...9, using: &generator)
            revisions.append(revision)
            xml += """
                    <revision>
                      <id>\(revision)</id>
                      <timestamp>2020-01-01T00:00:00Z</timestamp>
                      <contributor><username>U</username><id>\(id)</id></contributor>
                      <text bytes="7">\(noise(min(size, revisionSize)))</text>
                    </revision>

                """
        } while xml.utf8.count < size
        xml += "  </page>"
        text += "  "
        pages.append(Page(id: id, title: title, xml: xml, revisions: revisions, offset: text.utf8.count))
        text += xml + "\n"
    }

    private mutating func noise(_ count: Int) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            var word = generator.next()
            for _ in 0..<12 {
                let letter = letters[Int(word % 18)]
                bytes += letter == UInt8(ascii: "&") ? Array("&lt;".utf8) : [letter]
                word /= 18
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One stream.
    func compressed(level: Int = 1) throws -> [UInt8] { try BzStream.compress(Array(text.utf8), level: level) }

    /// Header, groups of a random number of pages, footer; streams of several levels.
    func multistream(seed: UInt64) throws -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        let bytes = Array(text.utf8)
        var data: [UInt8] = []
        var start = 0
        for page in pages where start == 0 || Int.random(in: 0..<3, using: &generator) == 0 {
            data += try BzStream.compress(
                Array(bytes[start..<page.offset - 2]), level: Int.random(in: 1...3, using: &generator))
            start = page.offset - 2
        }
        return try data + BzStream.compress(Array(bytes[start...]), level: 9)
    }
}
