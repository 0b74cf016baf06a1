import Foundation
import SystemPackage
import Testing

@testable import MWBzUtils

@Suite struct PageLocatorTests {
    /// Lets `body` look for pages in data that is put into a file.
    private func with(_ data: [UInt8], _ body: (PageLocator) throws -> Void) throws {
        try TemporaryFolder.with { folder in
            let path = folder.appendingPathComponent("dump.xml.bz2")
            try Data(data).write(to: path)
            try body(try PageLocator(FilePath(path.path)))
        }
    }

    /// Looks for all pages of an export, for the ids beside them, and beyond both ends.
    private func checkAll(_ ids: [Int64], _ data: [UInt8], maximum: Int = .max) throws {
        try with(data) { locator in
            let decoder = BzFastDecoder()
            for (index, id) in ids.enumerated() {
                let (result, count) = try locator.search(id: id)
                #expect(count <= maximum, "page \(id) took \(count) decoded blocks")
                guard case .found(let place) = result else {
                    Issue.record("page \(id) not found")
                    continue
                }
                #expect(place.page.id == id)
                let content = try decoder.decode(data, at: Int(place.blockOffset), level: 9).content()
                let text = content[Int(place.page.offset)...].prefix(6)
                #expect(Array("<page>".utf8).starts(with: text))
                let next = try locator.locate(id: id + 1)
                guard case .absent(let after, let before) = next else {
                    Issue.record("page \(id + 1) found")
                    continue
                }
                #expect(after?.id == id)
                #expect(before?.id == (index + 1 < ids.count ? ids[index + 1] : nil))
            }
            for id in [Int64.min, -1, 0, 1] {
                guard case .absent(nil, let before) = try locator.locate(id: id) else {
                    Issue.record("page \(id) found")
                    continue
                }
                #expect(before?.id == ids.first)
            }
            guard case .absent(let after, nil) = try locator.locate(id: .max) else {
                Issue.record("the last id was found")
                return
            }
            #expect(after?.id == ids.last)
        }
    }

    @Test("Every page of a single stream, and no other", arguments: [UInt64](1...2))
    func singleStream(seed: UInt64) throws {
        let export = SampleExport(pageCount: 24, textSize: 20_000, seed: seed)
        let data = try BzStream.compress(export.bytes, level: 1)
        var scanner = BzMarkScanner()
        let blocks = (scanner.scan(data) + scanner.finish()).count { $0.kind == .block }
        // Two more than the binary digits of the number of blocks.
        let digits = Int.bitWidth - (blocks - 1).leadingZeroBitCount
        try checkAll((1...24).map { $0 * 10 }, data, maximum: 2 + digits)
    }

    @Test("Every page of a multistream")
    func multistream() throws {
        let export = SampleExport(pageCount: 20, textSize: 4000, seed: 9)
        try checkAll((1...20).map { $0 * 10 }, try export.multistream())
    }

    @Test("Pages before, in and behind pages that fill many blocks")
    func hugePages() throws {
        var text = "<mediawiki>\n"
        let huge = SampleExport(pageCount: 1, textSize: 500_000, seed: 4).pages[0].replacing(
            "<id>10</id>", with: "<id>300</id>")
        let ids: [Int64] = [10, 20, 300, 310, 320, 500, 510]
        for id in ids {
            if id == 300 || id == 500 {
                text += huge.replacing("<id>300</id>", with: "<id>\(id)</id>")
            } else {
                text += SampleExport.page(id: Int(id), text: "small")
            }
        }
        text += "</mediawiki>\n"
        try checkAll(ids, try BzStream.compress(Array(text.utf8), level: 1))
    }

    @Test("A page that may be in a damaged block is not called absent")
    func damage() throws {
        let export = SampleExport(pageCount: 36, textSize: 20_000, seed: 7)
        var data = try BzStream.compress(export.bytes, level: 1)
        var scanner = BzMarkScanner()
        let marks = (scanner.scan(data) + scanner.finish()).filter { $0.kind == .block }
        #expect(marks.count > 6)
        data[Int(marks[4].bitOffset / 8) + 200] ^= 8
        try with(data) { locator in
            var (found, refused) = (0, 0)
            for id in stride(from: Int64(10), through: 360, by: 10) {
                do {
                    guard case .found = try locator.locate(id: id) else {
                        Issue.record("page \(id) called absent")
                        continue
                    }
                    found += 1
                } catch {
                    #expect((error as? BzError)?.bitOffset == marks[4].bitOffset)
                    refused += 1
                }
            }
            #expect(found >= 24 && refused > 0)
        }
    }

    @Test("Files without pages", arguments: ["", "text"])
    func noPages(content: String) throws {
        try with(try BzStream.compress(Array(content.utf8))) { locator in
            let result = try locator.locate(id: 1)
            #expect(result == .absent(after: nil, before: nil))
        }
        try with(Array(content.utf8)) { locator in
            #expect(throws: BzError.self) { try locator.locate(id: 1) }
        }
    }
}
