import Foundation
import MWBzUtils
import SystemPackage
import Testing

/// What is saved of a damaged dump is what is sound of it, no more and no less.
@Suite struct SalvageTests {
    static let dumps = Result {
        [
            try BlockedDump(pageCount: 5, blockSize: 250, seed: 1),
            try BlockedDump(pageCount: 4, blockSize: 200, streamLength: 3, levels: [9, 1, 5], seed: 2),
            try BlockedDump(pageCount: 2, blockSize: 60, streamLength: 1, seed: 3),
        ]
    }

    /// Salvages data and compares the result with what it should be.
    private func expectSalvage(
        _ dump: BlockedDump, _ data: [UInt8], lost: [Range<Int>], in folder: FilePath, _ what: String,
        judge: Bool = false
    ) async throws {
        let (source, target) = (folder.appending("in.xml.bz2"), folder.appending("out.xml.bz2"))
        try source.write(data)
        let expected = dump.expected(lost: lost, isEndLost: false)
        let report: SalvageReport
        do {
            report = try await DumpSalvage(source).run(to: target, existing: .replace, taskCount: 2)
        } catch {
            // Nothing is left, not even a beginning.
            #expect(expected.pages.isEmpty && error.code == .wrongFormat, "\(what): \(error)")
            return
        }
        #expect(try source.bytes() == data)
        var decoder = BzDecoder(MemoryBytes(try target.bytes()))
        let text = try decoder.readAll()
        let isAsExpected = BlockedDump.pages(text) == expected.pages
        #expect(isAsExpected, "\(what)")
        #expect(report.pageCount == Int64(expected.pages.count), "\(what)")
        if expected.hasHeader { #expect(text.starts(with: dump.text[dump.header]), "\(what)") }
        guard judge else { return }
        let check = try await IntegrityCheck(target).full(taskCount: 2)
        #expect(check.isSound, "\(what): \(check.problems)")
        if Tool.bzip2.isInstalled { #expect(try Tool.bzip2.run(try target.bytes(), ["-t"]).status == 0, "\(what)") }
    }

    @Test("Cut at every byte", arguments: 0..<3)
    func cuts(number: Int) async throws {
        let dump = try Self.dumps.get()[number]
        try await FastFolder.with { folder in
            for count in 1...dump.data.count {
                let lost = dump.blocks.filter { $0.bits.upperBound > count * 8 }.map(\.text)
                try await expectSalvage(
                    dump, Array(dump.data.prefix(count)), lost: lost, in: folder, "first \(count) bytes",
                    judge: count % 11 == 0)
            }
        }
    }

    @Test("A flipped bit anywhere", arguments: 0..<3)
    func flips(number: Int) async throws {
        let dump = try Self.dumps.get()[number]
        try await FastFolder.with { folder in
            // A stride that meets all bits of bytes.
            for bit in stride(from: 0, to: dump.data.count * 8, by: 29) {
                var data = dump.data
                data[bit / 8] ^= 0x80 >> UInt8(bit % 8)
                let lost = dump.blocks.filter { $0.bits.contains(bit) && !isSound($0.bits, in: data) }.map(\.text)
                try await expectSalvage(dump, data, lost: lost, in: folder, "bit \(bit)", judge: bit % 290 == 0)
            }
        }
    }

    /// Some bits of a block mean nothing, such as the lengths of codes that do not occur; so libbz2 tells what is damaged.
    private func isSound(_ bits: Range<Int>, in data: [UInt8]) -> Bool {
        let block = try? BzLibraryDecoder().decode(data, at: bits.lowerBound, level: 9)
        return block?.bitCount == bits.count
    }

    @Test("Several damages, with garbage in between")
    func manyDamages() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed: \(seed)")
        var random = SeededGenerator(seed: seed)
        try await FastFolder.with { folder in
            for round in 0..<30 {
                let dump = try Self.dumps.get()[round % 3]
                var data = dump.data
                var lost: [Range<Int>] = []
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 4..<data.count - 20, using: &random)
                    let range = place..<min(data.count, place + Int.random(in: 1...30, using: &random))
                    for index in range { data[index] = UInt8.random(in: 0...255, using: &random) }
                    let bits = range.lowerBound * 8..<range.upperBound * 8
                    lost += dump.blocks.filter { block in
                        block.bits.overlaps(bits) && !isSound(block.bits, in: data)
                    }.map(\.text)
                }
                try await expectSalvage(
                    dump, data, lost: lost, in: folder, "round \(round) of seed \(seed)", judge: true)
            }
        }
    }

    @Test("The report tells what was lost, and sound blocks are copied")
    func report() async throws {
        let dump = try Self.dumps.get()[0]
        let middle = dump.blocks[dump.blocks.count / 2]
        var data = dump.data
        data[middle.bits.lowerBound / 8 + 20] ^= 1
        try await FastFolder.with { folder in
            let (source, target) = (folder.appending("in.xml.bz2"), folder.appending("out.xml.bz2"))
            try source.write(data)
            let report = try await DumpSalvage(source).run(to: target, taskCount: 2)
            let gap = try #require(report.gaps.first)
            #expect(report.gaps.count == 1 && !report.isSound && !report.isHeaderLost)
            #expect(gap.startOffset == Int64(middle.bits.lowerBound) && gap.endOffset == Int64(middle.bits.upperBound))
            let lost = dump.pages.filter { $0.text.overlaps(middle.text) }.map(\.id)
            #expect(
                gap.pageBefore == dump.pages.last { $0.text.upperBound <= middle.text.lowerBound }.map { Int64($0.id) })
            #expect(
                gap.pageAfter == dump.pages.first { $0.text.lowerBound >= middle.text.upperBound }.map { Int64($0.id) })
            #expect(lost.allSatisfy { gap.lostPages?.contains(Int64($0)) == true })
            #expect(report.copiedBlockCount + report.recodedBlockCount <= dump.blocks.count - 1)
            #expect(report.recodedBlockCount <= 2 && report.copiedBlockCount >= dump.blocks.count - 5)
            #expect(report.outputSize == Int64(try target.bytes().count))
            await #expect(throws: BzError.self) { try await DumpSalvage(source).run(to: target, taskCount: 2) }
        }
    }

    @Test("A sound dump comes out as it is, and other content keeps its sound blocks")
    func whole() async throws {
        try await FastFolder.with { folder in
            let (source, target) = (folder.appending("in.bz2"), folder.appending("out.bz2"))
            for dump in try Self.dumps.get() {
                try source.write(dump.data)
                let report = try await DumpSalvage(source).run(to: target, existing: .replace, taskCount: 2)
                #expect(report.isSound && report.gaps.isEmpty && report.recodedBlockCount == 0)
                #expect(try target.bytes() == dump.data)
                var data = dump.data
                data[dump.blocks[2].bits.lowerBound / 8 + 15] ^= 1
                try source.write(data)
                _ = try await DumpSalvage(source, content: .anything).run(to: target, existing: .replace, taskCount: 2)
                var decoder = BzDecoder(MemoryBytes(try target.bytes()))
                let rest = dump.text[..<dump.blocks[2].text.lowerBound] + dump.text[dump.blocks[2].text.upperBound...]
                #expect(try decoder.readAll() == Array(rest))
            }
        }
    }
}
