import MWBzUtils
import SystemPackage
import Testing

@testable import WikiDumpKit

/// Outputs that fill several files, one after the other.
@Suite struct OutputSeriesTests {
    /// What one file of a series got.
    private struct Written {
        var gzip: [UInt8] = []
        var bzip: [UInt8] = []
        var multistream: [UInt8] = []
        var index: [UInt8] = []
        var pages: Int64 = 0
    }

    /// Batches of pages of rising ids, none of which crosses the end of a piece.
    private func batches(
        _ export: SampleExport, ids: [Int64], cuts: Set<Int64>, _ random: inout SeededRandom
    ) -> [RenderedBatch] {
        var batches: [RenderedBatch] = []
        var current = RenderedBatch()
        for (index, page) in export.pages.enumerated() {
            let id = ids[index]
            let crosses = index > 0 && cuts.contains { ids[index - 1] <= $0 && $0 < id }
            if current.position != nil, crosses || Int.random(in: 0..<5, using: &random) == 0 {
                batches.append(current)
                current = RenderedBatch()
            }
            if current.position == nil { current.position = id }
            if Int.random(in: 0..<6, using: &random) == 0 {
                let cut = Int.random(in: 0...page.count, using: &random)
                current.bytes += page[..<cut]
                batches.append(current)
                current = RenderedBatch(bytes: Array(page[cut...]))
                current.position = id
            } else {
                current.bytes += page
            }
            current.items += 1
            current.pages.append(.init(id: id, title: Array("T\(id)".utf8), end: current.bytes.count))
        }
        return batches + [current]
    }

    private func write(
        _ export: SampleExport, _ batches: [RenderedBatch], pieces: [ClosedRange<Int64>], width: Int
    ) async throws -> [Written] {
        let farm = try TemporaryFarm()
        var written = pieces.map { _ in Written() }
        var order: [[Int]] = [[], [], [], []]
        func series(_ output: Int, _ name: String, _ set: WritableKeyPath<Written, [UInt8]>) -> OutputSeries {
            OutputSeries(
                pieces: pieces,
                open: { (piece) throws(DumpError) in try OutputFile(farm.root.appending("\(name)\(piece)")) },
                finished: { (piece, file, tally) throws(DumpError) in
                    _ = try file.commit()
                    order[output].append(piece)
                    written[piece][keyPath: set] = try fileSystem.read(file.path)
                    #expect(tally.bytesOut == file.size)
                    if output == 0 { written[piece].pages = tally.pages }
                })
        }
        let (header, footer) = (export.header, export.footer)
        let outputs = [
            PipelineOutput(series: series(0, "a", \.gzip), format: GzipFormat(), header: header, footer: footer),
            PipelineOutput(series: series(1, "b", \.bzip), format: BzipFormat(), header: header, footer: footer),
            PipelineOutput(
                series: series(2, "c", \.multistream), format: MultistreamFormat(pagesPerStream: 7), header: header,
                footer: footer, indexOutput: 3),
            PipelineOutput(series: series(3, "d", \.index), format: BzipFormat()),
        ]
        let list = RenderedBatchList(batches)
        let pipeline = OutputPipeline<RenderedBatch>(
            next: { () async throws(DumpError) in await list.next() }, render: { [$0, $0, $0] }, width: width,
            progress: { _ in })
        let tallies = try await pipeline.run(outputs)
        #expect(order.allSatisfy { $0 == Array(pieces.indices) }, "every file is finished once, in order")
        #expect(tallies[0].bytesOut == written.reduce(0) { $0 + Int64($1.gzip.count) })
        return written
    }

    @Test func eachFileHoldsThePagesOfItsRange() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(state: seed)
        for round in 0..<8 {
            let export = SampleExport(pages: Int.random(in: 0...120, using: &random), seed: seed, longest: 1_200_000)
            var ids: [Int64] = []
            for _ in export.pages { ids.append((ids.last ?? 0) + Int64.random(in: 1...4, using: &random)) }
            // Files for some of the ids, with holes between them for which nothing is written.
            var pieces: [ClosedRange<Int64>] = []
            var first: Int64 = 1
            while first <= (ids.last ?? 1) + 20 {
                let last = first + Int64.random(in: 0...90, using: &random)
                if pieces.isEmpty || Int.random(in: 0..<4, using: &random) > 0 { pieces.append(first...last) }
                first = last + 1
            }
            let cuts = Set(pieces.flatMap { [$0.lowerBound - 1, $0.upperBound] })
            let written = try await write(
                export, batches(export, ids: ids, cuts: cuts, &random), pieces: pieces, width: round % 3 + 1)
            for (piece, range) in pieces.enumerated() {
                let note: Comment = "seed \(seed) round \(round) piece \(piece)"
                let pages = ids.indices.filter { range.contains(ids[$0]) }
                let wanted = export.header + pages.flatMap { export.pages[$0] } + export.footer
                #expect(written[piece].pages == pages.count, note)
                #expect(try Decoded.gzip(written[piece].gzip).bytes == wanted, note)
                let bzip = try Decoded.bzip(written[piece].bzip)
                #expect(bzip.bytes == wanted && bzip.streams == 1, note)
                #expect(try Decoded.bzip(written[piece].multistream).bytes == wanted, note)
                let lines = String(decoding: try Decoded.bzip(written[piece].index).bytes, as: UTF8.self)
                    .split(separator: "\n")
                #expect(lines.map { $0.split(separator: ":")[1] } == pages.map { "\(ids[$0])" }, note)
                for line in lines {
                    let offset = try #require(Int(line.split(separator: ":")[0]))
                    #expect(written[piece].multistream[offset...].starts(with: Array("BZh9".utf8)), note)
                }
            }
        }
    }
}
