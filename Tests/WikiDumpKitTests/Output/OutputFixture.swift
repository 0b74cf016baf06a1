import MWBzUtils
import SystemPackage

@testable import WikiDumpKit

/// An export of some pages, which can be cut into batches in many ways.
struct SampleExport {
    let header = Array("<mediawiki>\n  <siteinfo/>\n".utf8)
    let footer = Array("</mediawiki>\n".utf8)
    private(set) var pages: [[UInt8]] = []

    /// Makes pages of random lengths; one is long enough to fill blocks and members of its own.
    init(pages count: Int, seed: UInt64, longest: Int = 1_500_000) {
        var random = SeededRandom(state: seed)
        for number in 0..<count {
            let length = number == count / 2 ? longest : Int.random(in: 0...4000, using: &random)
            var page = Array("<page>\(number)".utf8)
            // Words that repeat now and then, so that compression has something to do.
            while page.count < length { page += "word\(random.next() % 5000) ".utf8 }
            pages.append(page + Array("</page>\n".utf8))
        }
    }

    var body: [UInt8] { Array(pages.joined()) }
    var bytes: [UInt8] { header + body + footer }

    static func title(_ number: Int) -> String { "Title:\(number) é &amp;" }

    /// The same export in other batches: some hold many pages, some end within a page.
    func batches(seed: UInt64) -> [RenderedBatch] {
        var random = SeededRandom(state: seed)
        var batches: [RenderedBatch] = []
        var current = RenderedBatch()
        for (number, page) in pages.enumerated() {
            if Int.random(in: 0..<4, using: &random) == 0 {
                let cut = Int.random(in: 0...page.count, using: &random)
                current.bytes += page[..<cut]
                batches.append(current)
                current = RenderedBatch(bytes: Array(page[cut...]))
            } else {
                current.bytes += page
            }
            current.items += 1
            current.pages.append(
                .init(id: Int64(number), title: Array(Self.title(number).utf8), end: current.bytes.count))
        }
        return batches + [current]
    }
}

/// Numbers that follow from a seed.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var z = state
        z = (z ^ (z >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return z ^ (z >> 33)
    }
}

/// Hands out batches, one a call.
actor RenderedBatchList {
    private var rest: ArraySlice<RenderedBatch>
    init(_ batches: [RenderedBatch]) { rest = batches[...] }
    func next() -> RenderedBatch? { rest.popFirst() }
}

/// Decodes what the formats make.
enum Decoded {
    static func bzip(_ bytes: [UInt8]) throws -> (bytes: [UInt8], streams: Int) {
        var decoder = BzDecoder(MemoryBytes(bytes))
        let all = try decoder.readAll()
        guard decoder.trailingOffset == nil else { throw DumpError(.outputBad, "there are bytes behind the streams") }
        return (all, decoder.streamCount)
    }

    static func gzip(_ bytes: [UInt8]) throws -> (bytes: [UInt8], members: Int) {
        var decoder = GzipDecoder(MemoryBytes(bytes))
        let all = try decoder.readAll()
        guard decoder.trailingOffset == nil else { throw DumpError(.outputBad, "there are bytes behind the members") }
        return (all, decoder.memberCount)
    }

    /// How many bzip2 blocks there are, at whatever bit they begin.
    static func blockCount(_ bytes: [UInt8]) -> Int {
        var window: UInt64 = 0
        var count = 0
        for byte in bytes {
            for bit in stride(from: 7, through: 0, by: -1) {
                window = (window << 1 | UInt64(byte >> UInt8(bit) & 1)) & 0xFFFF_FFFF_FFFF
                if window == 0x3141_5926_5359 { count += 1 }
            }
        }
        return count
    }
}
