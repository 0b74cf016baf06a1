import MWBzUtils
import Testing

/// What our encoder makes, held against libbz2.
@Suite struct BlockEncoderTests {
    /// Compresses each piece into a block of one stream, which libbz2 then decodes and checks.
    private func roundTrip(_ pieces: [[UInt8]], level: Int = 9) throws {
        let encoder = BzFastEncoder()
        var assembler = BzStreamAssembler(level: level)
        var stream: [UInt8] = []
        for piece in pieces {
            let block = try encoder.encode(piece[...], level: level)
            #expect(block.uncompressedSize == piece.count)
            stream += assembler.append([block])
        }
        stream += assembler.finish()
        var decoder = BzDecoder(MemoryBytes(stream))
        #expect(try decoder.readAll() == pieces.reduce(into: []) { $0 += $1 })
    }

    /// The row that holds the block, as its header says.
    private func origPtr(_ block: BzBlock) -> Int {
        let bits = block.bytes[10..<14].reduce(0) { $0 << 8 | Int($1) }
        return bits >> 7 & 0xFF_FFFF
    }

    @Test("Every size up to 600, and one of seven up to 2000", arguments: [2, 20, 256])
    func everySize(letters: Int) throws {
        let noise = TestData.noise(count: 2000 + letters, seed: UInt64(letters))
        let bytes = noise.map { UInt8(Int($0) % letters) }
        let sizes = Array(1...600) + stride(from: 601, through: 2000, by: 7)
        try roundTrip(sizes.map { Array(bytes[$0 % letters..<$0 % letters + $0]) })
    }

    @Test("Every string of up to ten bits, four trits and their like")
    func exhaustive() throws {
        for (letters, longest) in [(2, 10), (3, 6), (4, 5)] {
            var pieces: [[UInt8]] = []
            var all: [[UInt8]] = [[]]
            for _ in 1...longest {
                all = all.flatMap { word in (0..<letters).map { word + [UInt8($0)] } }
                pieces += all
            }
            try roundTrip(pieces)
        }
    }

    @Test("The edges of runs and blocks", arguments: TestData.edges.map(\.name))
    func edges(name: String) throws {
        let bytes = try #require(TestData.edges.first { $0.name == name }).bytes
        var cutter = BzBlockCutter(level: 1)
        var pieces = cutter.append(bytes)
        if let last = cutter.flush() { pieces.append(last) }
        try roundTrip(pieces, level: 1)
    }

    @Test("Whole blocks of every level, sorted as libbz2 sorts them and no larger", arguments: 1...9)
    func wholeBlocks(level: Int) throws {
        let size = level * 100_000 - 19
        var cutter = BzBlockCutter(level: level)
        let text = cutter.append(TestData.mixture(count: size + size / 2, seed: UInt64(level)))
        let noise = level == 1 || level == 9 ? [TestData.noise(count: size, seed: UInt64(level))] : []
        try roundTrip(text.prefix(1) + noise, level: level)
        for piece in text.prefix(1) where level < 4 {
            let ours = try BzFastEncoder().encode(piece[...], level: level)
            let theirs = try BzLibraryEncoder().encode(piece[...], level: level)
            #expect(origPtr(ours) == origPtr(theirs))
            #expect(ours.crc == theirs.crc)
            #expect(Double(ours.bytes.count) < 1.003 * Double(theirs.bytes.count))
        }
    }

    @Test("The longest block that fits the cut rule")
    func longest() throws {
        // 899,980 bytes without a run, then a run that ends at the limit: 899,985 bytes to sort.
        let noise = (0..<899_980).map { UInt8($0 & 3 | $0 % 7 << 2) }
        try roundTrip([noise + [UInt8](repeating: 255, count: 255)])
    }

    @Test("Repeated patterns take no longer than others", arguments: [1, 2, 3, 7, 64, 1000, 99_999], [0, 1])
    func periodic(period: Int, rest: Int) throws {
        let pattern = TestData.noise(count: period, seed: UInt64(period)).map { $0 & 7 }
        let whole = Array((0..<(110_000 / period) + 1).map { _ in pattern }.joined())
        var cutter = BzBlockCutter(level: 1)
        var pieces = cutter.append(whole + [UInt8](repeating: 200, count: rest))
        if let last = cutter.flush() { pieces.append(last) }
        try roundTrip(pieces, level: 1)
    }

    @Test("Strings made to be hard to sort")
    func hard() throws {
        var words: (a: [UInt8], b: [UInt8]) = ([1], [2])
        while words.a.count < 50_000 { words = (words.a + words.b, words.a) }
        // Ever longer runs, a mirror image, and a block of text that comes again with a byte changed.
        let runs = (1...400).flatMap { [UInt8](repeating: 3, count: min($0, 3)) + [UInt8($0 & 255), 4] }
        let text = TestData.mixture(count: 20_000, seed: 5)
        var again = text
        again[10_000] ^= 1
        try roundTrip([words.a, runs, runs + runs.reversed(), text + again + text, text + text])
    }

    @Test("One encoder for blocks of all sizes, in any order", arguments: [UInt64](1...6))
    func reuse(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        try roundTrip(
            (0..<12).map { index in
                let count = Int.random(in: 1...20_000, using: &generator)
                let mixture = TestData.mixture(count: count, seed: seed &+ UInt64(index))
                return index % 3 == 0 ? mixture.map { $0 & 3 } : mixture
            })
    }

    @Test("Weights that would make codes of more than 17 bits")
    func flattened() throws {
        // Fibonacci numbers make the deepest trees.
        var bytes: [UInt8] = []
        var (count, next) = (1, 1)
        for letter in UInt8(0)..<24 {
            for _ in 0..<count { bytes += [letter, 255 - letter] }
            (count, next) = (next, count + next)
            if bytes.count > 150_000 { break }
        }
        try roundTrip([Array(bytes.prefix(300_000))])
    }
}
