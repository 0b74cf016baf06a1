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
            #expect(full.lastCompletePage?.id == 600)
            #expect(full.summary.uncompressedSize == Int64(Self.export.bytes.count))
            #expect(full.soundBitCount == Int64(data.count * 8) && quick.soundBitCount == full.soundBitCount)
        }
        let text = try BzStream.compress(Array("12:10:A title\n".utf8))
        #expect(try await check(text, .anything).full.isSound)
        #expect(try await check(text, .anything).quick.isSound)
        #expect(try await check(text).quick.problems.first?.code == .truncated)
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
        #expect(full.lastCompletePage == quick.lastCompletePage)
    }

    @Test("A file much longer than what a quick check reads")
    func long() async throws {
        let noise = TestData.noise(count: 2_000_000, seed: 3).map { $0 == UInt8(ascii: "<") ? 0 : $0 }
        let start = Array(Self.export.header.utf8) + Array(SampleExport.page(id: 5, text: "").utf8)
        let end = Array(SampleExport.page(id: 7, text: "x").utf8) + Array(Self.export.footer.utf8)
        let data = try BzStream.compress(start + noise + end)
        let (quick, full) = try await check(data)
        #expect(quick.isSound && full.isSound)
        #expect(quick.summary.blockCount < full.summary.blockCount)
        #expect(quick.lastCompletePage?.id == 7)
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
            #expect(report.lastCompletePage?.id == 10)
        }
    }

    @Test("What is no dump at all", arguments: [[], Array("BZ".utf8), Array("text".utf8), Array("BZh9".utf8)])
    func wrong(data: [UInt8]) async throws {
        let (quick, full) = try await check(data)
        #expect(!quick.isSound && !full.isSound)
    }
}
