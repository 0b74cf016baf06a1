import MWBzUtils
import Testing

/// The decoders that must agree.
enum DecoderKind: String, CaseIterable, Sendable {
    case fast, library

    func make() -> any BzBlockDecoder {
        switch self {
        case .fast: BzFastDecoder()
        case .library: BzLibraryDecoder()
        }
    }
}

@Suite struct BlockDecoderTests {
    /// Decodes every block of a stream on its own, last one first.
    private func decodeBackwards(_ stream: [UInt8], level: Int, with decoder: any BzBlockDecoder) throws -> [UInt8] {
        var scanner = BzMagicScanner()
        let magics = scanner.scan(stream) + scanner.finish()
        var contents: [[UInt8]] = []
        for index in magics.indices.reversed() where magics[index].kind == .block {
            let block = try decoder.decode(stream, at: Int(magics[index].bitOffset), level: level)
            #expect(magics[index].bitOffset + Int64(block.bitCount) == magics[index + 1].bitOffset)
            contents.append(block.content())
            #expect(block.uncompressedSize == contents.last?.count)
        }
        return contents.reversed().reduce([], +)
    }

    @Test("Each block decodes on its own", arguments: DecoderKind.allCases, TestData.edges.map(\.name))
    func edges(kind: DecoderKind, name: String) throws {
        let bytes = try #require(TestData.edges.first { $0.name == name }).bytes
        let stream = try BzStream.compress(bytes, level: 1)
        #expect(try decodeBackwards(stream, level: 1, with: kind.make()) == bytes)
    }

    @Test("Random data, with one decoder for all blocks", arguments: DecoderKind.allCases, [UInt64](1...2))
    func random(kind: DecoderKind, seed: UInt64) throws {
        let decoder = kind.make()
        for level in [1, 9] {
            let bytes = TestData.mixture(count: 400_000, seed: seed) + TestData.noise(count: 20_000, seed: seed)
            #expect(
                try decodeBackwards(try BzStream.compress(bytes, level: level), level: level, with: decoder) == bytes)
        }
    }

    @Test("Repeated patterns, whose sorted rotations form several cycles", arguments: 1...13)
    func periodic(period: Int) throws {
        let pattern = TestData.noise(count: period, seed: UInt64(period))
        for count in [2, 3, 1000, 9973] {
            let bytes = Array((0..<count).map { _ in pattern }.joined())
            let stream = try BzStream.compress(bytes)
            #expect(try decodeBackwards(stream, level: 9, with: BzFastDecoder()) == bytes)
        }
    }

    @Test("A block with a flipped bit is never given out with other content", arguments: DecoderKind.allCases)
    func flipped(kind: DecoderKind) throws {
        let content = Array("a block, a block, a small block of a few words".utf8)
        let stream = try BzStream.compress(content)
        let decoder = kind.make()
        var refused = 0
        for bit in 32..<stream.count * 8 {
            var bytes = stream
            bytes[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            do {
                #expect(try decoder.decode(bytes, at: 32, level: 9).content() == content, "bit \(bit)")
            } catch {
                refused += 1
                #expect([.damaged, .truncated, .wrongFormat].contains(error.code), "bit \(bit): \(error)")
            }
        }
        #expect(refused > 300)
    }

    @Test("A block that is cut short is told as such", arguments: DecoderKind.allCases)
    func truncated(kind: DecoderKind) throws {
        let stream = try BzStream.compress(Array("a block, a block, a small block of a few words".utf8))
        let block = try kind.make().decode(stream, at: 32, level: 9)
        let decoder = kind.make()
        for count in 11..<4 + block.bitCount / 8 {
            let error = #expect(throws: BzError.self) {
                try decoder.decode(Array(stream.prefix(count)), at: 32, level: 9)
            }
            #expect(error?.code == .truncated, "\(count) bytes")
        }
        let elsewhere = #expect(throws: BzError.self) { try decoder.decode(stream, at: 33, level: 9) }
        #expect(elsewhere?.code == .wrongFormat)
    }

    @Test("A block larger than the level allows is refused", arguments: DecoderKind.allCases)
    func tooLarge(kind: DecoderKind) throws {
        let stream = try BzStream.compress(TestData.noise(count: 150_000, seed: 4), level: 2)
        let decoder = kind.make()
        #expect(throws: BzError.self) { try decoder.decode(stream, at: 32, level: 1) }
        #expect(try decoder.decode(stream, at: 32, level: 2).uncompressedSize == 150_000)
    }

    @Test(
        "Selectors that no symbol needs are read over, as some real dumps have them",
        arguments: DecoderKind.allCases, [18_003, 32_767])
    func surplusSelectors(kind: DecoderKind, count: Int) throws {
        let content = TestData.mixture(count: 5000, seed: 3)
        let block = try #require(try BzBlock.encode(content).first)
        var bits = Array(Bits.of(block.bytes).prefix(block.bitCount))
        // Behind magic, checksum, the randomised bit and the origPtr stand the maps of the bytes.
        let groups = bits[105..<121].count { $0 }
        let field = 121 + 16 * groups + 3
        let selectors = Bits.value(bits[field..<field + 15])
        var end = field + 15
        for _ in 0..<selectors {
            while bits[end] { end += 1 }
            end += 1
        }
        bits.insert(contentsOf: [Bool](repeating: false, count: count - selectors), at: end)
        bits.replaceSubrange(field..<field + 15, with: Bits.of(UInt64(count), count: 15))
        let bent = BzBlock(bytes: Bits.bytes(bits), bitCount: bits.count, uncompressedSize: content.count)
        var assembler = BzStreamAssembler()
        let stream = assembler.append([bent]) + assembler.finish()
        #expect(try decodeBackwards(stream, level: 9, with: kind.make()) == content)
    }
}

@Suite struct BzCRCTests {
    @Test("The published check value, and pieces of any size")
    func check() {
        var crc = BzCRC()
        crc.add(Array("123456789".utf8))
        #expect(crc.value == 0xFC89_1918)
        var pieces = BzCRC()
        for piece in ["1", "2345", "", "6789"] { pieces.add(Array(piece.utf8)) }
        #expect(pieces == crc)
    }
}
