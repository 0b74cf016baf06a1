import Foundation
import MWBzUtils
import SystemPackage
import Testing

/// Small dumps cut off at every byte. With `DUMP_ROBUSTNESS=50` in the environment there are 50 of them.
@Suite struct TruncationTests {
    private static let seeds = 0..<(ProcessInfo.processInfo.environment["DUMP_ROBUSTNESS"].flatMap { UInt64($0) } ?? 2)

    @Test("What is sound before the cut, and an error", .timeLimit(.minutes(30)), arguments: seeds)
    func everyByte(seed: UInt64) async throws {
        let dump = try BlockedDump(
            pageCount: 4, blockSize: 200, streamLength: [Int.max, 1, 2][Int(seed % 3)], levels: [Int(1 + seed % 9)],
            seed: seed)
        let folder = try TestFolder()
        let path = try folder.file("cut.xml.bz2", dump.data)
        let file = try FileDescriptor.open(path, .readWrite)
        defer { try? file.close() }
        for count in (0..<dump.data.count).reversed() {
            try file.resize(to: Int64(count))
            let text = await Self.readable(path)
            #expect(dump.text.starts(with: text), "cut at \(count)")
            let isAtBorder = dump.blocks.contains { $0.text.upperBound == text.count } || text.isEmpty
            #expect(isAtBorder, "cut at \(count)")
            // Up to ten bytes behind a block, its end need not be known.
            let sure = dump.blocks.last { $0.bits.upperBound + 80 <= count * 8 }?.text.upperBound ?? 0
            #expect(text.count >= sure, "cut at \(count)")

            guard let check = try? IntegrityCheck(path, content: .export) else { continue }
            let full = try await check.full(taskCount: 1)
            #expect(!full.isSound, "cut at \(count)")
            let whole = dump.pages.last { $0.text.upperBound <= text.count }?.id
            #expect(full.lastCompletePage?.page.id == whole.map { Int64($0) }, "cut at \(count)")
            #expect(try !check.quick().isSound, "cut at \(count)")
        }
    }

    /// The text that a reader gives before its error.
    private static func readable(_ path: FilePath) async -> [UInt8] {
        var text: [UInt8] = []
        // An empty file, or a piece of a header, is taken for text; it is none of the dump.
        _ = try? await BzBlockReader(path, taskCount: 2).read { block throws(BzError) in text += block.bytes }
        return text
    }
}
