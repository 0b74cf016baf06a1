import Benchmark
import MWBzUtils
import WikiDumpKit
import WikiDumpKitTesting

/// What the parts of a dump cost on one core. Whole dumps against the tools they replace: `end_to_end.py`.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration.metrics = [.wallClock, .cpuTotal, .throughput, .peakMemoryResident]
    let history = RevisionBatch(runs: InMemoryContent(pageCount: 100, revisionsPerPage: 100).pages)
    let siteInfo = InMemoryContent().siteInfo

    Benchmark("stubs: render 10,000 revisions for three files") { benchmark in
        let renderer = ExportRenderer(siteInfo: siteInfo, style: .stub, hiddenDetails: .withhold)
        for _ in benchmark.scaledIterations {
            blackHole(renderer.render(history, for: [.metaHistory, .metaCurrent, .articles]))
        }
    }

    let pages = RevisionBatch(runs: InMemoryContent(pageCount: 100, revisionsPerPage: 1, textSize: 100_000).pages)
    Benchmark("pages: render 10 MB of text for three files") { benchmark in
        let renderer = ExportRenderer(siteInfo: siteInfo, style: .pages, hiddenDetails: .withhold)
        for _ in benchmark.scaledIterations {
            blackHole(renderer.render(pages, for: [.metaHistory, .metaCurrent, .articles]))
        }
    }

    let renderer = ExportRenderer(siteInfo: siteInfo, style: .pages, hiddenDetails: .withhold)
    let xml = renderer.render(pages, for: [.metaHistory])[0].bytes
    Benchmark("bzip2: cut 10 MB into blocks") { benchmark in
        for _ in benchmark.scaledIterations {
            var cutter = BzBlockCutter()
            blackHole(cutter.append(xml))
        }
    }

    Benchmark("bzip2: compress a block") { benchmark in
        let block = Array(xml.prefix(890_000))
        for _ in benchmark.scaledIterations { blackHole(try BzBlock.encode(block)) }
    }

    Benchmark("bzip2: join 100 blocks") { benchmark in
        let blocks = try BzBlock.encode(Array(xml.prefix(890_000)))
        for _ in benchmark.scaledIterations {
            var assembler = BzStreamAssembler()
            for _ in 0..<100 { blackHole(assembler.append(blocks)) }
            blackHole(assembler.finish())
        }
    }
}
