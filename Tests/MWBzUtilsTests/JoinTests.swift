import Foundation
import MWBzUtils
import SystemPackage
import Testing

@Suite struct JoinTests {
    /// Cuts the text of a dump into exports, each compressed in its own way.
    private func parts(_ dump: BlockedDump, into folder: FilePath, levels: [Int]) throws -> [FilePath] {
        let size = (dump.pages.count + levels.count - 1) / levels.count
        return try levels.enumerated().map { index, level in
            let pages = dump.pages.dropFirst(index * size).prefix(size)
            var text = Array(dump.text[dump.header])
            for page in pages { text += dump.text[page.text.lowerBound - 2..<page.text.upperBound + 1] }
            let path = folder.appending("part\(index).xml.bz2")
            try path.write(try BzStream.compress(text + Array("</mediawiki>\n".utf8), level: level))
            return path
        }
    }

    @Test("Parts become one dump again, in one stream or in several", arguments: [[1, 1, 1], [9, 1, 5], [9]])
    func join(levels: [Int]) async throws {
        let dump = try BlockedDump(pageCount: 40, blockSize: 400, seed: 5)
        try await FastFolder.with { folder in
            let paths = try parts(dump, into: folder, levels: levels)
            for shape in [BzStreamJoiner.Shape.oneStream, .streams] {
                let target = folder.appending("joined.bz2")
                _ = try await BzStreamJoiner(paths, shape: shape).write(to: target, taskCount: 2)
                let data = try target.bytes()
                let output = try Tool.bzip2.run(data, ["-dc"])
                #expect(output.status == 0 && output.output == dump.text)
                let report = try await IntegrityCheck(target).full(taskCount: 2)
                #expect(report.isSound && (shape == .streams || report.summary.streamCount == 1))
                try FileManager.default.removeItem(atPath: target.string)
            }
        }
    }

    @Test("A dump of many blocks and streams is copied to the bit")
    func copies() async throws {
        try await FastFolder.with { folder in
            for dump in try SalvageTests.dumps.get() {
                let (source, target) = (folder.appending("a.bz2"), folder.appending("b.bz2"))
                try source.write(dump.data)
                _ = try await BzStreamJoiner([source], shape: .streams).write(to: target, taskCount: 2)
                #expect(try target.bytes() == dump.data)
                try FileManager.default.removeItem(atPath: target.string)
            }
        }
    }

    @Test("What is no export, or not whole, is refused and nothing is left")
    func refusals() async throws {
        let dump = try BlockedDump(pageCount: 5, blockSize: 200, seed: 6)
        try await FastFolder.with { folder in
            let (good, bad, target) = (folder.appending("a.bz2"), folder.appending("b.bz2"), folder.appending("c.bz2"))
            try good.write(dump.data)
            var flipped = dump.data
            flipped[dump.blocks[1].bits.lowerBound / 8 + 8] ^= 1
            for data in [
                flipped, Array(dump.data.dropLast(3)), dump.data + [1], try BzStream.compress(Array("x".utf8)), [],
            ] {
                try bad.write(data)
                for paths in [[good, bad], [bad, good]] {
                    await #expect(throws: BzError.self) {
                        _ = try await BzStreamJoiner(paths).write(to: target, taskCount: 2)
                    }
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.string).sorted() == ["a.bz2", "b.bz2"])
        }
    }

    @Test("Appending is joining", arguments: [true, false])
    func append(asStream: Bool) async throws {
        let dump = try BlockedDump(pageCount: 20, blockSize: 300, seed: 7)
        try await FastFolder.with { folder in
            for number in 0..<3 {
                let paths = try parts(dump, into: folder, levels: [1, 9])
                var decoder = BzDecoder(MemoryBytes(try paths[1].bytes()))
                let text = try decoder.readAll()
                if number == 1 { try paths[1].write(text) }
                if number == 2 { try paths[1].write(try GzipMember.compress(text)) }
                _ = try await DumpAppender(to: paths[0], asStream: asStream)
                    .append(try DumpText(paths[1]), output: paths[0], taskCount: 2)
                let output = try Tool.bzip2.run(try paths[0].bytes(), ["-dc"])
                #expect(output.status == 0 && output.output == dump.text)
            }
        }
    }

    @Test("Parts of a split hold all pages once, and are exports of their own", arguments: [0, 1, 2])
    func split(number: Int) async throws {
        let dump = try SalvageTests.dumps.get()[number]
        try await FastFolder.with { folder in
            let source = folder.appending("a.xml.bz2")
            try source.write(dump.data)
            let all = dump.pages.map { Array(dump.text[$0.text]) }
            for size in [1, 100, 300, 100_000] {
                let splitter = try DumpSplitter(source, by: .size(Int64(size)))
                var pages: [[UInt8]] = []
                for part in try await splitter.parts(taskCount: 2) {
                    let target = folder.appending("part.bz2")
                    _ = try await splitter.write(part, to: target, taskCount: 2)
                    let report = try await IntegrityCheck(target).full(taskCount: 2)
                    #expect(report.isSound, "\(report.problems)")
                    var decoder = BzDecoder(MemoryBytes(try target.bytes()))
                    let text = try decoder.readAll()
                    #expect(text.starts(with: dump.text[dump.header]))
                    let held = BlockedDump.pages(text)
                    #expect(held.count == Int(part.pageCount))
                    pages += held
                    try FileManager.default.removeItem(atPath: target.string)
                }
                let isSame = pages == all
                #expect(isSame, "size \(size)")
            }
            let ranges = try await DumpSplitter(source, by: .pages([10...10, 11...25, 900...950])).parts(taskCount: 2)
            #expect(ranges.map(\.range) == [10...10, 11...25] && ranges.map(\.pageCount) == [1, 1])
        }
    }
}
