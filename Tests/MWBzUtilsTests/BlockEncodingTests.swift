import MWBzUtils
import Testing

@Suite struct BlockEncodingTests {
    /// Cuts `bytes` fed in chunks of random size, compresses each piece, joins the blocks.
    private func assemble(_ bytes: [UInt8], level: Int, seed: UInt64, with encoder: some BzBlockEncoder) throws
        -> [UInt8]
    {
        var generator = SeededGenerator(seed: seed)
        var cutter = BzBlockCutter(level: level)
        var assembler = BzStreamAssembler(level: level)
        var output: [UInt8] = []
        var rest = bytes[...]
        var pieces: [[UInt8]] = []
        while !rest.isEmpty {
            let count = [1, 2, 3, 7, 1000, 65_536, 400_000].randomElement(using: &generator) ?? 1
            pieces += cutter.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        if let last = cutter.flush() { pieces.append(last) }
        #expect(pieces.reduce([], +) == bytes)
        for piece in pieces {
            let blocks = try BzBlock.encode(piece, level: level, with: encoder)
            #expect(blocks.count == 1)
            #expect(blocks.first?.uncompressedSize == piece.count)
            output += assembler.append(blocks)
        }
        output += assembler.finish()
        #expect(assembler.byteCount == Int64(output.count))
        return output
    }

    @Test("Blocks made apart and joined are the very bytes bzip2 writes", arguments: TestData.edges.map(\.name))
    func sameAsBzip2AtEdges(name: String) throws {
        let bytes = try #require(TestData.edges.first { $0.name == name }).bytes
        let reference = try Tool.bzip2.run(bytes, ["-1c"]).output
        #expect(try assemble(bytes, level: 1, seed: 3, with: BzLibraryEncoder()) == reference)
    }

    @Test("The same with random data", arguments: [UInt64](1...4))
    func sameAsBzip2(seed: UInt64) throws {
        let bytes = TestData.mixture(count: 1_300_000 + Int(seed) * 1000, seed: seed)
        for level in [1, 2, 9] {
            let reference = try Tool.bzip2.run(bytes, ["-\(level)c"]).output
            #expect(try assemble(bytes, level: level, seed: seed, with: BzLibraryEncoder()) == reference)
        }
    }

    @Test("A piece that needs several blocks gets them")
    func severalBlocks() throws {
        let bytes = TestData.mixture(count: 900_000, seed: 11)
        let blocks = try BzBlock.encode(bytes, level: 1)
        #expect(blocks.count > 1)
        #expect(blocks.reduce(0) { $0 + $1.uncompressedSize } == bytes.count)
        #expect(try BzBlock.encode([]).isEmpty)
    }

    @Test("Blocks of many tasks at once", .timeLimit(.minutes(5)))
    func concurrent() async throws {
        let pieces = (0..<8).map { TestData.mixture(count: 60_000, seed: UInt64($0)) }
        let blocks = try await withThrowingTaskGroup(of: (Int, [BzBlock]).self) { group in
            for (index, piece) in pieces.enumerated() {
                group.addTask { (index, try BzBlock.encode(piece)) }
            }
            return try await group.reduce(into: [Int: [BzBlock]]()) { $0[$1.0] = $1.1 }
        }
        var assembler = BzStreamAssembler()
        var stream: [UInt8] = []
        for index in pieces.indices { stream += assembler.append(try #require(blocks[index])) }
        stream += assembler.finish()
        var decoder = BzDecoder(MemoryBytes(stream))
        #expect(try decoder.readAll() == pieces.reduce([], +))
        #expect(decoder.streamCount == 1)
    }

    @Test("A flush ends a block, and what follows begins a new one", arguments: [UInt64](21...24))
    func flush(seed: UInt64) throws {
        var cutter = BzBlockCutter(level: 1)
        var whole: [UInt8] = []
        var pieces: [[UInt8]] = []
        for step in 0..<6 {
            let bytes = TestData.mixture(count: step * 60_000, seed: seed &+ UInt64(step))
            whole += bytes
            pieces += cutter.append(bytes)
            if let rest = cutter.flush() { pieces.append(rest) }
            #expect(pieces.reduce([], +) == whole)
        }
        #expect(cutter.flush() == nil)
        for piece in pieces { #expect(try BzBlock.encode(piece, level: 1).count == 1) }
    }
}
