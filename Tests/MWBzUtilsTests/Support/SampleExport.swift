import MWBzUtils

/// An export with pages of noise, so that it needs many blocks.
struct SampleExport {
    let header = "<mediawiki>\n  <siteinfo></siteinfo>\n"
    let pages: [String]
    let footer = "</mediawiki>\n"

    /// Page ids are 10, 20, 30 and so on; a page has `textSize` bytes of text.
    init(pageCount: Int, textSize: Int, seed: UInt64) {
        let letters = Array("abcdefghijklmnop ".utf8)
        pages = (1...pageCount).map { index in
            let text = TestData.noise(count: textSize, seed: seed &+ UInt64(index)).map { letters[Int($0 % 17)] }
            return Self.page(id: index * 10, text: String(decoding: text, as: UTF8.self))
        }
    }

    init(pages: [String]) { self.pages = pages }

    static func page(id: Int, text: String) -> String {
        """
          <page>
            <title>Page \(id)</title>
            <ns>0</ns>
            <id>\(id)</id>
            <revision>
              <id>\(id)1</id>
              <text>\(text)</text>
            </revision>
          </page>

        """
    }

    var bytes: [UInt8] { Array((header + pages.joined() + footer).utf8) }

    /// As Wikimedia writes multistream files: header, groups of pages, footer.
    func multistream() throws -> [UInt8] {
        var data = try BzStream.compress(Array(header.utf8))
        for start in stride(from: 0, to: pages.count, by: 3) {
            data += try BzStream.compress(Array(pages[start..<min(start + 3, pages.count)].joined().utf8))
        }
        return try data + BzStream.compress(Array(footer.utf8))
    }
}
