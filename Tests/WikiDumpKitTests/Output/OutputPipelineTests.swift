import MWBzUtils
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct OutputPipelineTests {
    /// What a pipeline wrote.
    struct Written {
        var gzip: [UInt8]
        var bzip: [UInt8]
        var multistream: [UInt8]
        var index: [UInt8]
        var tallies: [OutputTally]
    }

    /// Runs batches through all formats at once.
    func write(_ export: SampleExport, _ batches: [RenderedBatch], width: Int) async throws -> Written {
        let farm = try TemporaryFarm()
        let names = ["a.gz", "b.bz2", "c.bz2", "c-index.bz2"]
        let files = try names.map { try OutputFile(farm.root.appending($0)) }
        let outputs = [
            PipelineOutput(file: files[0], format: GzipFormat(), header: export.header, footer: export.footer),
            PipelineOutput(file: files[1], format: BzipFormat(), header: export.header, footer: export.footer),
            PipelineOutput(
                file: files[2], format: MultistreamFormat(), header: export.header, footer: export.footer,
                indexOutput: 3), PipelineOutput(file: files[3], format: BzipFormat()),
        ]
        let list = RenderedBatchList(batches)
        let pipeline = OutputPipeline<RenderedBatch>(
            next: { () async throws(DumpError) in await list.next() }, render: { [$0, $0, $0] }, width: width,
            progress: { _ in })
        let tallies = try await pipeline.run(outputs)
        for file in files { _ = try file.commit() }
        let bytes = try names.map { try fileSystem.read(farm.root.appending($0)) }
        return Written(
            gzip: bytes[0], bzip: bytes[1], multistream: bytes[2], index: bytes[3], tallies: tallies)
    }

    @Test func everyFormatHoldsTheExportWhateverTheBatchesAndCores() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed: \(seed)")
        let export = SampleExport(pages: 250, seed: seed)
        let reference = try await write(export, export.batches(seed: seed), width: 1)

        let gzip = try Decoded.gzip(reference.gzip)
        #expect(gzip.bytes == export.bytes)
        let bzip = try Decoded.bzip(reference.bzip)
        #expect(bzip.bytes == export.bytes)
        #expect(bzip.streams == 1)
        let multistream = try Decoded.bzip(reference.multistream)
        #expect(multistream.bytes == export.bytes)
        #expect(multistream.streams == 5, "header, 100 pages, 100 pages, 50 pages, footer")
        for tally in reference.tallies.prefix(3) {
            #expect(tally.pages == 250 && tally.items == 250)
            #expect(tally.bytesIn == export.bytes.count)
        }
        #expect(
            reference.tallies.map(\.bytesOut)
                == [
                    reference.gzip, reference.bzip, reference.multistream, reference.index,
                ].map { Int64($0.count) })

        for width in 1...4 {
            let other = try await write(export, export.batches(seed: seed &+ UInt64(width)), width: width)
            #expect(other.gzip == reference.gzip, "width \(width)")
            #expect(other.bzip == reference.bzip, "width \(width)")
            #expect(other.multistream == reference.multistream, "width \(width)")
            #expect(other.index == reference.index, "width \(width)")
        }
    }

    @Test func theIndexLeadsToTheStreamsOfThePages() async throws {
        let export = SampleExport(pages: 230, seed: 4, longest: 20_000)
        let written = try await write(export, export.batches(seed: 5), width: 2)
        let lines = String(decoding: try Decoded.bzip(written.index).bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 230)
        var offsets: [Int] = []
        for (number, line) in lines.enumerated() {
            let fields = line.split(separator: ":", maxSplits: 2)
            offsets.append(try #require(Int(fields[0])))
            #expect(fields[1] == "\(number)")
            #expect(fields[2] == SampleExport.title(number))
        }
        let starts = Array(Set(offsets)).sorted()
        #expect(starts.count == 3)
        #expect(offsets == offsets.sorted())
        // The header is a stream of its own before the first page.
        #expect(try Decoded.bzip(Array(written.multistream[..<starts[0]])) == (export.header, 1))
        for (place, start) in starts.enumerated() {
            let pages = offsets.indices.filter { offsets[$0] == start }
            let wanted = Array(pages.map { export.pages[$0] }.joined())
            let rest = try Decoded.bzip(Array(written.multistream[start...]))
            #expect(rest.bytes.starts(with: wanted))
            if place + 1 < starts.count {
                #expect(try Decoded.bzip(Array(written.multistream[start..<starts[place + 1]])) == (wanted, 1))
            } else {
                #expect(rest.bytes == wanted + export.footer && rest.streams == 2)
            }
        }
    }

    @Test func headerAndFooterAreBlocksAndMembersOfTheirOwn() async throws {
        let export = SampleExport(pages: 10, seed: 1, longest: 20_000)
        let written = try await write(export, export.batches(seed: 2), width: 2)
        #expect(try Decoded.gzip(written.gzip).members == 3)
        #expect(written.gzip.starts(with: try GzipMember.compress(export.header)))
        #expect(Decoded.blockCount(written.bzip) == 3)
        // The first block has the same bits as in a stream of the header alone; behind it that stream has 10 bytes.
        let alone = try BzStream.compress(export.header)
        #expect(written.bzip.starts(with: alone.prefix(alone.count - 11)))
        let footer = try BzStream.compress(export.footer)
        #expect(written.multistream.suffix(footer.count).elementsEqual(footer))
    }

    @Test func anEmptyExportIsHeaderAndFooter() async throws {
        let export = SampleExport(pages: 0, seed: 1)
        for batches in [[], [RenderedBatch()]] {
            let written = try await write(export, batches, width: 2)
            #expect(try Decoded.gzip(written.gzip) == (export.header + export.footer, 2))
            #expect(try Decoded.bzip(written.bzip) == (export.header + export.footer, 1))
            #expect(try Decoded.bzip(written.multistream) == (export.header + export.footer, 2))
            #expect(try Decoded.bzip(written.index).bytes == [])
        }
    }
}
