import Foundation
import SystemPackage
import Testing

@testable import MWBzUtils

@Suite struct PageLocatorTests {
    /// Lets `body` look for pages in data that is put into a file.
    private func with(_ data: [UInt8], _ body: (PageLocator) async throws -> Void) async throws {
        try await TemporaryDump.with(data) { try await body(try PageLocator($0)) }
    }

    /// Looks for all pages of an export, for the ids beside them, and beyond both ends.
    private func checkAll(_ ids: [Int64], _ data: [UInt8], maximum: Int = .max, neighbours: Bool = false) async throws {
        try await with(data) { locator in
            let decoder = BzFastDecoder()
            for (index, id) in ids.enumerated() {
                let (result, count) = try await locator.search(id: id)
                #expect(count <= maximum, "page \(id) took \(count) decoded blocks")
                guard case .found(let place) = result else {
                    Issue.record("page \(id) not found")
                    continue
                }
                #expect(place.page.id == id)
                let content = try decoder.decode(data, at: Int(place.blockOffset), level: 9).content()
                let text = content[Int(place.page.offset)...].prefix(6)
                #expect(Array("<page>".utf8).starts(with: text))
                if neighbours, ids.contains(id + 1) { continue }
                let next = try await locator.locate(id: id + 1, taskCount: index % 3)
                guard case .absent(let after, let before) = next else {
                    Issue.record("page \(id + 1) found")
                    continue
                }
                #expect(after?.id == id)
                #expect(before?.id == (index + 1 < ids.count ? ids[index + 1] : nil))
            }
            for id in [Int64.min, -1, 0, 1] where !ids.contains(id) {
                guard case .absent(nil, let before) = try await locator.locate(id: id) else {
                    Issue.record("page \(id) found")
                    continue
                }
                #expect(before?.id == ids.first)
            }
            guard case .absent(let after, nil) = try await locator.locate(id: .max) else {
                Issue.record("the last id was found")
                return
            }
            #expect(after?.id == ids.last)
        }
    }

    @Test("An id that needs more than 64 bits is refused, not passed over", arguments: ["page", "revision"])
    func tooLargeID(of kind: String) async throws {
        func page(_ id: String, _ revision: String) -> String {
            "<page><title>T\(id)</title><ns>0</ns><id>\(id)</id><revision><id>\(revision)</id></revision></page>\n"
        }
        let large = "9223372036854775808"
        let second = kind == "page" ? page(large, "8") : page("2", large)
        let text = "<mediawiki><siteinfo></siteinfo>\n\(page("1", "7"))\(second)</mediawiki>\n"
        try await TemporaryDump.with(try BzStream.compress(Array(text.utf8), level: 1)) { path in
            let locator = try PageLocator(path)
            await #expect(throws: BzError.self) { _ = try await locator.locateLast() }
            await #expect(throws: BzError.self) { _ = try await locator.locate(revision: 8, taskCount: 1) }
            await #expect(throws: BzError.self) { _ = try await locator.locate(title: "T3", taskCount: 1) }
            #expect(throws: BzError.self) { _ = try LastBlocks(path).lastRevisionID() }
        }
    }

    @Test("Every page of a single stream, and no other", arguments: [UInt64](1...2))
    func singleStream(seed: UInt64) async throws {
        let export = SampleExport(pageCount: 24, textSize: 20_000, seed: seed)
        let data = try BzStream.compress(export.bytes, level: 1)
        var scanner = BzMagicScanner()
        let blocks = (scanner.scan(data) + scanner.finish()).count { $0.kind == .block }
        // Two more than the binary digits of the number of blocks.
        let digits = Int.bitWidth - (blocks - 1).leadingZeroBitCount
        try await checkAll((1...24).map { $0 * 10 }, data, maximum: 2 + digits)
    }

    @Test("Every page of a multistream")
    func multistream() async throws {
        let export = SampleExport(pageCount: 20, textSize: 4000, seed: 9)
        try await checkAll((1...20).map { $0 * 10 }, try export.multistream())
    }

    @Test("Pages before, in and behind pages that fill many blocks")
    func hugePages() async throws {
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
        try await checkAll(ids, try BzStream.compress(Array(text.utf8), level: 1))
    }

    @Test("A page that may be in a damaged block is not called absent")
    func damage() async throws {
        let export = SampleExport(pageCount: 36, textSize: 20_000, seed: 7)
        var data = try BzStream.compress(export.bytes, level: 1)
        var scanner = BzMagicScanner()
        let magics = (scanner.scan(data) + scanner.finish()).filter { $0.kind == .block }
        #expect(magics.count > 6)
        data[Int(magics[4].bitOffset / 8) + 200] ^= 8
        try await with(data) { locator in
            var (found, refused) = (0, 0)
            for id in stride(from: Int64(10), through: 360, by: 10) {
                do {
                    guard case .found = try await locator.locate(id: id) else {
                        Issue.record("page \(id) called absent")
                        continue
                    }
                    found += 1
                } catch {
                    #expect((error as? BzError)?.bitOffset == magics[4].bitOffset)
                    refused += 1
                }
            }
            #expect(found >= 24 && refused > 0)
        }
    }

    @Test("Files without pages", arguments: ["", "text"])
    func noPages(content: String) async throws {
        try await with(try BzStream.compress(Array(content.utf8))) { locator in
            let result = try await locator.locate(id: 1)
            #expect(result == .absent(after: nil, before: nil))
        }
        try await with(Array(content.utf8)) { locator in
            await #expect(throws: BzError.self) { try await locator.locate(id: 1) }
        }
    }

    // MARK: Histories

    /// Two huge pages with a small one between them, one at the start, one at the end.
    static let shapes: [[Int]] = [
        [400, 400_000, 400, 300], [400_000, 400], [400, 400_000], [200_000, 200_000, 300],
        [300, 300_000, 300, 300_000, 300], [300_000],
    ]

    @Test(
        "Histories with pages of many blocks, as plain reading finds them", arguments: shapes,
        HistoryExport.Order.allCases)
    func histories(sizes: [Int], order: HistoryExport.Order) async throws {
        let export = HistoryExport(pageSizes: sizes, order: order, seed: UInt64(sizes.count))
        let data = order == .rising ? try export.multistream(seed: 3) : try export.compressed()
        try await checkAll(export.pages.map(\.id), data, neighbours: true)
    }

    @Test("Random exports, as plain reading finds them", arguments: UInt64(1)...4)
    func randomExports(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let sizes = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
            Int.random(in: 0...5, using: &generator) == 0
                ? Int.random(in: 100_000...300_000, using: &generator) : Int.random(in: 200...50_000, using: &generator)
        }
        let order = HistoryExport.Order.allCases[Int(seed % 3)]
        let export = HistoryExport(pageSizes: sizes, order: order, seed: seed)
        let data = seed % 2 == 0 ? try export.compressed() : try export.multistream(seed: seed)
        try await checkAll(export.pages.map(\.id), data, neighbours: true)
    }

    @Test("Few looks around a page of many blocks")
    func fewLooks() async throws {
        let sizes = Array(repeating: 3000, count: 40) + [3_000_000] + Array(repeating: 3000, count: 40)
        let export = HistoryExport(pageSizes: sizes, order: .mixed, seed: 5)
        try await with(try export.compressed()) { locator in
            for page in export.pages[stride: 9] + [export.pages[40]] {
                let (result, count) = try await locator.search(id: page.id)
                guard case .found = result else {
                    Issue.record("page \(page.id) not found")
                    continue
                }
                #expect(count <= 2 * (2 + 7), "page \(page.id): \(count) blocks")
            }
            let huge = export.pages[40].id
            let (result, count) = try await locator.search(id: huge + 1, proof: .risingRevisions)
            guard case .absent(let after, let before) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(after?.id == huge && before?.id == export.pages[41].id)
            #expect(count <= 2 * (2 + 7), "\(count) blocks")
        }
    }

    @Test("A file cut off anywhere gives the right page or an error")
    func truncation() async throws {
        let export = HistoryExport(pageSizes: Array(repeating: 12_000, count: 40), order: .mixed, seed: 8)
        let data = try export.compressed()
        for cut in stride(from: 0, to: data.count, by: data.count / 7) {
            try await with(Array(data[..<cut])) { locator in
                for page in export.pages[stride: 6] {
                    do {
                        guard case .found(let place) = try await locator.locate(id: page.id) else {
                            Issue.record("page \(page.id) called absent with \(cut) bytes left")
                            continue
                        }
                        #expect(place.page.id == page.id)
                    } catch { #expect(error is BzError) }
                }
            }
        }
    }

    @Test("A block whose magic is damaged does not make its pages absent")
    func damagedMark() async throws {
        let export = HistoryExport(pageSizes: Array(repeating: 12_000, count: 40), order: .mixed, seed: 8)
        var data = try export.compressed()
        var scanner = BzMagicScanner()
        let magics = (scanner.scan(data) + scanner.finish()).filter { $0.kind == .block }
        data[Int(magics[2].bitOffset / 8) + 3] ^= 1
        try await with(data) { locator in
            var refused = 0
            for page in export.pages[stride: 2] {
                do {
                    guard case .found = try await locator.locate(id: page.id) else {
                        Issue.record("page \(page.id) called absent")
                        continue
                    }
                } catch { refused += 1 }
            }
            #expect(refused > 0)
        }
    }

    @Test("Ids that fall are refused where that shows")
    func fallingIDs() async throws {
        var export = SampleExport(pageCount: 30, textSize: 20_000, seed: 2)
        export = SampleExport(pages: export.pages.reversed())
        try await with(try BzStream.compress(export.bytes, level: 1)) { locator in
            for id in [Int64(5), 15, 155, 305] {
                let error = await #expect(throws: BzError.self) { try await locator.locate(id: id) }
                #expect(error?.code == .unordered)
            }
        }
    }
}

extension Array {
    /// Every so-manieth element.
    subscript(stride step: Int) -> [Element] { Swift.stride(from: 0, to: count, by: step).map { self[$0] } }
}
