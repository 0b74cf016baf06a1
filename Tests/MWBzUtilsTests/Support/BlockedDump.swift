import Foundation
import MWBzUtils
import SystemPackage

/// A small export in blocks of a few hundred bytes, of which it is known what stands where.
struct BlockedDump {
    let text: [UInt8]
    let data: [UInt8]
    /// Where blocks stand in the data, in bits, and in the text.
    let blocks: [(bits: Range<Int>, text: Range<Int>)]
    /// Where pages stand in the text.
    let pages: [(id: Int, text: Range<Int>)]
    let header: Range<Int>

    /// - Parameter streamLength: blocks in a stream.
    init(pageCount: Int, blockSize: Int, streamLength: Int = .max, levels: [Int] = [9], seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let words = ["alpha ", "beta ", "&lt;page&gt; ", "gamma\n", "&amp; ", "delta ", "1234567890"]
        var text = Array("<mediawiki>\n  <siteinfo>\n    <sitename>x</sitename>\n  </siteinfo>\n".utf8)
        header = 0..<text.count
        var pages: [(id: Int, text: Range<Int>)] = []
        for number in 1...pageCount {
            let start = text.count + 2
            let body = (0..<Int.random(in: 1...90, using: &generator)).map { _ in
                words.randomElement(using: &generator) ?? ""
            }
            text += SampleExport.page(id: number * 10, text: body.joined()).utf8
            pages.append((number * 10, start..<text.count - 1))
        }
        text += "</mediawiki>\n".utf8
        var data: [UInt8] = []
        var blocks: [(bits: Range<Int>, text: Range<Int>)] = []
        var place = 0
        var number = 0
        while place < text.count {
            let level = levels[number % levels.count]
            var assembler = BzStreamAssembler(level: level)
            let begin = data.count
            for _ in 0..<streamLength {
                if place == text.count { break }
                let end = min(text.count, place + Int.random(in: 1...2 * blockSize, using: &generator))
                let bits = begin * 8 + Int(assembler.nextBlockOffset)
                let block = try BzBlock.encode(Array(text[place..<end]), level: level)
                data += assembler.append(block)
                blocks.append((bits..<bits + block[0].bitCount, place..<end))
                place = end
            }
            data += assembler.finish()
            number += 1
        }
        (self.text, self.data, self.blocks, self.pages) = (text, data, blocks, pages)
    }

    /// What a sound dump of the blocks that are left has to hold.
    func expected(lost: [Range<Int>], isEndLost: Bool) -> (pages: [[UInt8]], hasHeader: Bool) {
        let whole = pages.filter { page in !lost.contains { $0.overlaps(page.text) } }
        return (whole.map { Array(text[$0.text]) }, !lost.contains { $0.overlaps(header.dropLast()) })
    }

    /// The pages of a text, to the byte.
    static func pages(_ text: [UInt8]) -> [[UInt8]] {
        var pages: [[UInt8]] = []
        let (open, close) = (Array("<page>".utf8), Array("</page>".utf8))
        var index = 0
        var start: Int?
        while index < text.count {
            if text[index] == UInt8(ascii: "<") {
                if text[index...].starts(with: open) { start = index }
                if text[index...].starts(with: close), let begin = start {
                    pages.append(Array(text[begin..<index + close.count]))
                    start = nil
                }
            }
            index += 1
        }
        return pages
    }
}

/// A folder in memory where there is one, so that tests which write many files need no disk.
enum FastFolder {
    static func with<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
        let memory = URL(fileURLWithPath: "/dev/shm")
        let isThere = FileManager.default.isWritableFile(atPath: memory.path)
        let folder = (isThere ? memory : FileManager.default.temporaryDirectory)
            .appendingPathComponent("mwbz-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(FilePath(folder.path))
    }
}

extension FilePath {
    func write(_ bytes: some Sequence<UInt8>) throws { try Data(bytes).write(to: URL(fileURLWithPath: string)) }
    func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: string))) }
}
