import Foundation
import SystemPackage
import Testing

@testable import MWBzUtils

@Suite struct DumpIndexTests {
    /// Compares all that an index tells with the export it was made of.
    private func check(_ export: HistoryExport, _ data: [UInt8]) async throws {
        try await TemporaryDump.with(data) { path in
            let index = try await DumpIndexer(path).make(taskCount: 2).index
            #expect(index.pageCount == export.pages.count)
            #expect(index.revisionCount == Int64(export.pages.reduce(0) { $0 + $1.revisions.count }))
            #expect(index.uncompressedSize == Int64(export.text.utf8.count))
            #expect(index.dumpSize == Int64(data.count))
            #expect(index.hasRisingIDs)
            try index.checkAll()
            let dump = try IndexedDump(path)
            for page in export.pages {
                for found in [try dump.page(id: page.id), try dump.page(title: page.title)] {
                    let found = try #require(found)
                    #expect(found.id == page.id && found.uncompressedOffset == Int64(page.offset))
                    var xml: [UInt8] = []
                    try dump.read(found) { xml += $0 }
                    #expect(String(decoding: xml, as: UTF8.self) == page.xml)
                    let block = try index.block(found.blockNumber)
                    #expect(block.bitOffset == found.blockOffset)
                    #expect(block.uncompressedOffset + found.page.offset == found.uncompressedOffset)
                }
                for revision in [page.revisions.first, page.revisions.last] {
                    let found = try #require(try await dump.revision(id: revision ?? 0, taskCount: 2))
                    #expect(found.page.id == page.id)
                    let text = String(decoding: try dump.read(at: found.uncompressedOffset, count: 40), as: UTF8.self)
                    #expect(text.hasPrefix("<revision>") && text.contains("<id>\(revision ?? 0)</id>"))
                }
            }
            try checkAbsent(export, dump)
            #expect(try await dump.revision(id: 1, taskCount: 2) == nil)
        }
    }

    private func checkAbsent(_ export: HistoryExport, _ dump: IndexedDump) throws {
        let ids = export.pages.map(\.id)
        for id in ids.flatMap({ [$0 - 1, $0 + 1] }) + [.min, .max, 0, -1, 1 << 31] where !ids.contains(id) {
            #expect(try dump.page(id: id) == nil)
            let neighbours = try dump.index.neighbours(of: id)
            #expect(neighbours.after == ids.last { $0 < id } && neighbours.before == ids.first { $0 > id })
        }
        for title in ["", "Talk:Page", "Talk:Page 0 & \"more\"", "talk:Page \(ids[0]) & \"more\""] {
            #expect(try dump.page(title: title) == nil)
        }
        #expect(try dump.index.lastPageID() == ids.last)
    }

    @Test("Everything an index tells is so", arguments: HistoryExport.Order.allCases, UInt64(1)...2)
    func histories(order: HistoryExport.Order, seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let sizes = (0..<14).map { _ in
            Int.random(in: 0...6, using: &generator) == 0
                ? Int.random(in: 100_000...300_000, using: &generator) : Int.random(in: 200...30_000, using: &generator)
        }
        let export = HistoryExport(pageSizes: sizes, order: order, seed: seed)
        try await check(export, try seed == 1 ? export.compressed() : export.multistream(seed: seed))
    }

    @Test("Any bytes at any offset, by many tasks", arguments: [UInt64(4)])
    func randomAccess(seed: UInt64) async throws {
        let export = HistoryExport(pageSizes: Array(repeating: 30_000, count: 12), order: .mixed, seed: seed)
        let bytes = Array(export.text.utf8)
        try await TemporaryDump.with(try export.multistream(seed: seed)) { path in
            _ = try await DumpIndexer(path).make(taskCount: 2)
            let dump = try IndexedDump(path, cachedBlocks: 3)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in UInt64(0)..<4 {
                    group.addTask {
                        var generator = SeededGenerator(seed: seed + task)
                        for _ in 0..<20 {
                            let offset = Int.random(in: 0...bytes.count + 10, using: &generator)
                            let count = Int.random(in: 0...150_000, using: &generator)
                            let expected = bytes[min(offset, bytes.count)..<min(offset + count, bytes.count)]
                            let got = try dump.read(at: Int64(offset), count: count)
                            #expect(got.elementsEqual(expected), "\(count) bytes at \(offset)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try dump.read(at: -1, count: 5).isEmpty)
            #expect(try dump.read(at: .max, count: 5).isEmpty)
        }
    }

    @Test("Blocks are where the index says, with stream, level, checksum and size")
    func blocks() async throws {
        let export = HistoryExport(pageSizes: Array(repeating: 20_000, count: 12), order: .mixed, seed: 6)
        let data = try export.multistream(seed: 6)
        try await TemporaryDump.with(data) { path in
            let index = try await DumpIndexer(path).make(taskCount: 1).index
            var blocks: [BzFileBlock] = []
            let summary = try await BzBlockReader(path, taskCount: 1).read { blocks.append($0) }
            for (number, block) in blocks.enumerated() {
                let known = try index.block(number)
                #expect(known.bitOffset == block.bitOffset && known.bitCount == block.bitCount)
                #expect(known.uncompressedOffset == block.uncompressedOffset && known.crc == block.crc)
                #expect(known.uncompressedSize == block.bytes.count && known.stream == block.stream)
                let level = try BzFastDecoder().decode(data, at: Int(block.bitOffset), level: known.level)
                #expect(level.crc == block.crc)
            }
            #expect(summary.blockCount == index.blockCount && Int64(summary.streamCount) == index.streamCount)
        }
    }

    @Test("Ids that fall, and ids that come twice")
    func fallingIDs() async throws {
        let pages = SampleExport(pageCount: 20, textSize: 9000, seed: 2).pages
        let export = SampleExport(pages: pages.reversed() + [pages[3]])
        try await TemporaryDump.with(try BzStream.compress(export.bytes, level: 1)) { path in
            let index = try await DumpIndexer(path).make(taskCount: 2).index
            #expect(!index.hasRisingIDs)
            let dump = try IndexedDump(path)
            for id in stride(from: Int64(10), through: 200, by: 10) {
                let page = try #require(try dump.page(id: id))
                let revision = try #require(try await dump.revision(id: id * 10 + 1, taskCount: 2))
                #expect(page.id == id && revision.page.id == id)
            }
        }
    }

    @Test("Titles with every escaped character, and underscores")
    func titles() async throws {
        let titles: [(xml: String, plain: String)] = [
            ("A &amp; B", "A & B"), ("&lt;b&gt;", "<b>"), ("&quot;x&quot;", "\"x\""), ("It&#039;s", "It's"),
            ("&apos;", "'"), ("&#xE9;t&#233;", "été"), ("Wikipedia:A b", "Wikipedia:A_b"), ("&amp;amp;", "&amp;"),
            ("a&b", "a&b"), ("&unknown;", "&unknown;"), ("&#99999999;", "&#99999999;"), ("日本", "日本"), ("&", "&"),
        ]
        let pages = titles.enumerated().map { index, title in
            SampleExport.page(id: index + 1, text: "t").replacing("Page \(index + 1)", with: title.xml)
        }
        try await TemporaryDump.with(try BzStream.compress(SampleExport(pages: pages).bytes)) { path in
            for (index, title) in titles.enumerated() {
                let found = try await PageLocator(path).locate(title: title.plain, taskCount: 2)
                #expect(found?.id == Int64(index + 1), "\(title)")
            }
            _ = try await DumpIndexer(path).make(taskCount: 2)
            let dump = try IndexedDump(path)
            for (index, title) in titles.enumerated() {
                #expect(try dump.page(title: title.plain)?.id == Int64(index + 1), "\(title)")
            }
            #expect(try dump.page(title: "A &amp; B") == nil)
        }
    }

    @Test("Many more pages than fit in memory", arguments: UInt64(1)...3)
    func spilling(seed: UInt64) throws {
        try TemporaryFolder.with { folder in
            var sorter = PlaceSorter(folder: FilePath(folder.path), runLength: 100)
            var generator = SeededGenerator(seed: seed)
            let places = (0..<Int.random(in: 0...2500, using: &generator)).map { index in
                IndexPlace(key: .random(in: -50...2000, using: &generator), offset: Int64(index))
            }
            for place in places { try sorter.append(place) }
            var sorted: [IndexPlace] = []
            try sorter.drain { sorted.append($0) }
            #expect(sorted == places.sorted())
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }

    @Test("A table of several chunks finds every key and none beside it")
    func tables() throws {
        try TemporaryFolder.with { folder in
            var writer = IndexTableWriter<IndexPlace>(at: 0)
            var bytes: [UInt8] = []
            // Each key twice, so that runs cross the borders of chunks.
            for key in 0..<Int64(5000) {
                bytes += writer.append(IndexPlace(key: key / 2 * 10, offset: key))
            }
            bytes += writer.finish()
            bytes += writer.finishDirectory(at: Int64(bytes.count))
            let path = folder.appendingPathComponent("t")
            try Data(bytes).write(to: path)
            let table = try IndexTable<IndexPlace>(try IndexFile(FilePath(path.path)), writer.place)
            #expect(table.count == 5000 && table.chunkCount == 3)
            for key in 0..<Int64(2500) {
                #expect(try table.firstIndex(notLess: key * 10) == Int(key) * 2)
                #expect(try table.firstIndex(notLess: key * 10 - 1) == Int(key) * 2)
            }
            #expect(try table.firstIndex(notLess: .max) == 5000)
            #expect(try table.firstIndex(notLess: .min) == 0)
        }
    }
}
