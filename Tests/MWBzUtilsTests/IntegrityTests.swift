import Foundation
import MWBzUtils
import SystemPackage
import Testing

@Suite struct IntegrityTests {
    private static let export = SampleExport(pageCount: 60, textSize: 6000, seed: 1)

    /// Both reports on data that is put into a file.
    private func check(
        _ data: [UInt8], _ content: IntegrityReport.Content = .export
    ) async throws -> (quick: IntegrityReport, full: IntegrityReport) {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("mwbz-\(UUID().uuidString).bz2")
        try Data(data).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let check = try IntegrityCheck(FilePath(path.path), content: content)
        return (try check.quick(), try await check.full(taskCount: 2))
    }

    @Test("Sound files")
    func sound() async throws {
        for data in [try BzStream.compress(Self.export.bytes, level: 1), try Self.export.multistream()] {
            let (quick, full) = try await check(data)
            #expect(quick.isSound, "\(quick.problems)")
            #expect(full.isSound, "\(full.problems)")
            #expect(full.lastCompletePage?.page.id == 600)
            #expect(full.summary.uncompressedSize == Int64(Self.export.bytes.count))
            #expect(full.soundBitCount == Int64(data.count * 8) && quick.soundBitCount == full.soundBitCount)
        }
        let text = try BzStream.compress(Array("12:10:A title\n".utf8))
        #expect(try await check(text, .anything).full.isSound)
        #expect(try await check(text, .anything).quick.isSound)
        #expect(try await check(text).quick.problems.first?.code == .wrongFormat)
    }

    @Test("A truncated file: what is wrong, how much is good, and where to go on", arguments: [1, 40, 5000, 60_000])
    func truncated(missing: Int) async throws {
        let data = try BzStream.compress(Self.export.bytes, level: 1)
        let (quick, full) = try await check(Array(data.dropLast(missing)))
        for report in [quick, full] {
            #expect(report.problems.first?.code == .truncated)
            #expect(report.soundBitCount < Int64((data.count - missing) * 8) && report.soundBitCount > 0)
            let resume = try #require(report.resumePageID)
            #expect(resume > 10 && resume <= 601)
        }
        #expect(full.soundBitCount == quick.soundBitCount)
        #expect(full.lastCompletePage?.page.id == quick.lastCompletePage?.page.id)
        #expect(full.lastCompletePage?.blockOffset == quick.lastCompletePage?.blockOffset)
    }

    @Test("A file much longer than what a quick check reads")
    func long() async throws {
        // Letters and signs that XML takes.
        let noise = TestData.noise(count: 2_600_000, seed: 3).map { 0x3F + $0 % 64 }
        let start = Array(Self.export.header.utf8) + Array(SampleExport.page(id: 5, text: "").utf8)
        let end = Array(SampleExport.page(id: 7, text: "x").utf8) + Array(Self.export.footer.utf8)
        let data = try BzStream.compress(start + noise + end)
        let (quick, full) = try await check(data)
        #expect(quick.isSound && full.isSound)
        #expect(quick.summary.blockCount < full.summary.blockCount)
        #expect(quick.lastCompletePage?.page.id == 7)
        let short = try await check(Array(data.dropLast(200_000)))
        #expect(short.quick.problems.map(\.bitOffset) == short.full.problems.map(\.bitOffset))
        #expect(short.quick.soundBitCount == short.full.soundBitCount)
        let tail = try await check(data + [0, 1, 2])
        #expect(tail.quick.problems.map(\.code) == [.damaged] && tail.full.problems.map(\.code) == [.damaged])
        var damaged = data
        damaged[1000] ^= 4
        #expect(try await check(damaged).full.problems.first?.bitOffset == 32)
    }

    @Test("An export that ends too early in a sound file")
    func endsEarly() async throws {
        let text = Self.export.header + Self.export.pages[0] + Self.export.pages[1].dropLast(10)
        let (quick, full) = try await check(try BzStream.compress(Array(text.utf8)))
        for report in [quick, full] {
            #expect(report.problems.first?.code == .truncated)
            #expect(report.lastCompletePage?.page.id == 10)
        }
    }

    @Test("What is no dump at all", arguments: [[], Array("BZ".utf8), Array("text".utf8), Array("BZh9".utf8)])
    func wrong(data: [UInt8]) async throws {
        let (quick, full) = try await check(data)
        #expect(!quick.isSound && !full.isSound)
    }

    @Test("All damage is listed, with its place and where sound data begins again")
    func manyDamages() async throws {
        var data = try BzStream.compress(Self.export.bytes, level: 1)
        let blocks = try await blockOffsets(data)
        try #require(blocks.count >= 4)
        // Two blocks that are not neighbours, and the checksum at the end.
        for block in [1, 3] { data[Int(blocks[block] / 8) + 3000] ^= 0x10 }
        data[data.count - 2] ^= 0x10
        let full = try await check(data).full
        #expect(full.problems.map(\.bitOffset) == [blocks[1], blocks[3]])
        #expect(full.problems.map(\.resumeOffset) == [blocks[2], blocks.count > 4 ? blocks[4] : nil])
        #expect(full.problems.map(\.stream) == [0, 0] && full.problems.map(\.block) == [1, 2])
        #expect(full.soundBitCount == blocks[1])
        #expect(full.summary.blockCount == blocks.count - 2)
        let last = try #require(full.lastCompletePage)
        #expect(last.blockOffset == blocks[0])
        let marker = Array("<id>\(last.page.id)</id>".utf8)
        let end = try #require(last.endOffset)
        let text = Self.export.bytes[..<Int(end)]
        #expect(text.suffix(7).elementsEqual("</page>".utf8))
        #expect(
            text.suffix(7000).split(separator: UInt8(ascii: "\n")).contains {
                $0.suffix(marker.count).elementsEqual(marker)
            })
        #expect(full.resumePageID == last.page.id + 1)
    }

    private func blockOffsets(_ data: [UInt8]) async throws -> [Int64] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("mwbz-\(UUID().uuidString).bz2")
        try Data(data).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        var offsets: [Int64] = []
        _ = try await BzBlockReader(FilePath(path.path), taskCount: 2).read { offsets.append($0.bitOffset) }
        return offsets
    }

    @Test("A stream header that is damaged hides nothing behind it")
    func damagedHeaders() async throws {
        let export = SampleExport(pageCount: 9, textSize: 2000, seed: 3)
        let multistream = try export.multistream()
        let second = try BzStream.compress(Array(export.header.utf8)).count
        for place in [0, second, second + 3] {
            var data = multistream
            data[place] = 0
            let full = try await check(data).full
            #expect(full.problems.count == 1, "\(place)")
            #expect(full.problems.first?.bitOffset == Int64(place == 0 ? 0 : second) * 8)
            #expect(full.problems.first?.resumeOffset == Int64(place == 0 ? 4 : second + 4) * 8)
            #expect(full.summary.blockCount == 5)
        }
    }

    @Test(
        "The structure of the export",
        arguments: [
            ("<page><id>1</id><page><id>2</id></page>", "page 1 does not end"),
            ("<page><id>1</id></page></mediawiki><page><id>2</id></page>", "something follows"),
        ])
    func structure(text: String, expected: String) async throws {
        let full = try await check(try BzStream.compress(Array("<mediawiki>\(text)</mediawiki>\n".utf8))).full
        #expect(full.problems.contains { $0.description.contains(expected) }, "\(full.problems)")
        let other = try await check(try BzStream.compress(Array("<feed></feed>".utf8)))
        #expect(other.full.problems.first?.code == .wrongFormat && other.quick.problems.first?.code == .wrongFormat)
        let automatic = try await check(try BzStream.compress(Array("<feed></feed>".utf8)), .automatic)
        #expect(automatic.full.isSound && automatic.quick.isSound)
        let short = try await check(try BzStream.compress(Array("<mediawiki></mediawi".utf8)), .automatic)
        #expect(!short.full.isSound && !short.quick.isSound)
    }

    @Test("gzip and plain files")
    func otherFormats() async throws {
        try await TemporaryFolder.with { folder in
            func check(_ data: [UInt8], _ name: String) async throws -> (quick: IntegrityReport, full: IntegrityReport)
            {
                let path = folder.appendingPathComponent(name)
                try Data(data).write(to: path)
                let check = try IntegrityCheck(FilePath(path.path))
                return (try check.quick(), try await check.full(taskCount: 2))
            }
            let text = Self.export.bytes
            let members = try GzipMember.compress(Array(text[..<9000])) + GzipMember.compress(Array(text[9000...]))
            let gzip = try await check(members, "a.xml.gz")
            #expect(gzip.full.isSound && gzip.quick.isSound, "\(gzip.full.problems)")
            #expect(gzip.full.format == .gzip && gzip.full.summary.streamCount == 2)
            #expect(gzip.full.lastCompletePage?.page.id == 600)
            let short = try await check(members.dropLast(3), "b.xml.gz")
            #expect(short.full.problems.map(\.code) == [.truncated] && short.full.resumePageID == 601)
            var bent = members
            bent[members.count - 7] ^= 1
            #expect(try await check(bent, "c.xml.gz").full.problems.map(\.code) == [.damaged])
            #expect(try await check(members + [0, 0], "d.xml.gz").full.problems.map(\.code) == [.damaged])
            let plain = try await check(text, "a.xml")
            #expect(plain.full.isSound && plain.quick.isSound && plain.full.lastCompletePage?.page.id == 600)
            let cut = try await check(text.dropLast(100), "b.xml")
            #expect(cut.full.problems.map(\.code) == [.truncated] && cut.quick.problems.map(\.code) == [.truncated])
            #expect(cut.quick.resumePageID == 591 && cut.full.resumePageID == 591)
            let named = try await check(members, "e.xml.bz2")
            #expect(
                named.full.problems.map(\.code) == [.wrongFormat] && named.quick.problems.map(\.code) == [.wrongFormat])
            let large = try GzipMember.compress(TestData.noise(count: 400_000, seed: 1))
            let path = folder.appendingPathComponent("x.gz")
            try Data(large.dropLast(9)).write(to: path)
            let quick = try IntegrityCheck(FilePath(path.path), content: .anything).quick()
            #expect(quick.problems.map(\.code) == [.truncated] && quick.unchecked.isEmpty)
        }
    }

    @Test("What cannot be checked is an error, not a report")
    func unreadable() throws {
        try TemporaryFolder.with { folder in
            for name in ["none", "", "pipe"] {
                let path = folder.appendingPathComponent(name)
                if name == "pipe" { #expect(unsafe mkfifo(path.path, 0o600) == 0) }
                #expect(throws: BzError.self) { _ = try IntegrityCheck(FilePath(path.path)) }
            }
        }
    }

    @Test("A file that changes under the check", arguments: [-100, 100])
    func changing(by count: Int) async throws {
        try await TemporaryFolder.with { folder in
            let data = try BzStream.compress(Self.export.bytes, level: 1)
            let path = folder.appendingPathComponent("a.xml.bz2")
            try Data(data).write(to: path)
            let check = try IntegrityCheck(FilePath(path.path))
            let changed = count < 0 ? data.dropLast(-count) : data + Array(repeating: 0, count: count)
            // In place: the check has the file open.
            let handle = try FileHandle(forWritingTo: path)
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: changed)
            try handle.close()
            #expect(try check.quick().problems.contains { $0.code == .fileSystem })
            #expect(try await check.full(taskCount: 2).problems.contains { $0.code == .fileSystem })
        }
    }
}
