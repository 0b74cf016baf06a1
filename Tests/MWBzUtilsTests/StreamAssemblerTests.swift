import MWBzUtils
import Testing

@Suite struct StreamAssemblerTests {
    @Test("A stream without blocks is the empty stream of 14 bytes")
    func empty() throws {
        var assembler = BzStreamAssembler(level: 9)
        let stream = assembler.finish()
        #expect(stream == [0x42, 0x5A, 0x68, 0x39, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0])
        for tool in Tool.bzip2Readers {
            let result = try tool.run(stream)
            #expect(result.status == 0 && result.output.isEmpty, "\(tool.name)")
        }
    }

    @Test("Every reader takes the joined stream", arguments: Tool.bzip2Readers)
    func readers(tool: Tool) throws {
        let parts = (1...9).map { TestData.mixture(count: $0 * 977, seed: UInt64($0)) }
        var assembler = BzStreamAssembler(level: 3)
        var stream: [UInt8] = []
        for part in parts { stream += assembler.append(try BzBlock.encode(part, level: 3)) }
        stream += assembler.finish()
        let result = try tool.run(stream)
        #expect(result.status == 0)
        #expect(result.output == parts.reduce([], +))
    }

    @Test("The offset said for a block is where its magic stands", arguments: [UInt64](1...3))
    func offsets(seed: UInt64) throws {
        var assembler = BzStreamAssembler(level: 1)
        var stream: [UInt8] = []
        var offsets: [Int64] = []
        for index in 0..<20 {
            if index % 7 == 6 { stream += assembler.finish() }
            let blocks = try BzBlock.encode(TestData.mixture(count: 500 + index, seed: seed &+ UInt64(index)))
            offsets.append(assembler.nextBlockOffset)
            stream += assembler.append(blocks)
        }
        stream += assembler.finish()
        #expect(Set(offsets.map { $0 % 8 }).count > 3, "the blocks should stand at many bit positions")
        for offset in offsets {
            let magic = (0..<48).reduce(UInt64(0)) { word, bit in
                let place = Int(offset) + bit
                return word << 1 | UInt64(stream[place / 8] >> (7 - place % 8) & 1)
            }
            #expect(magic == 0x3141_5926_5359)
        }
        var decoder = BzDecoder(MemoryBytes(stream))
        _ = try decoder.readAll()
        #expect(decoder.streamCount == 3)
    }

    @Test("Bits behind the end of a block do not get into the stream")
    func dirtyTail() throws {
        let block = try #require(try BzBlock.encode(Array("dirty".utf8)).first)
        var bytes = block.bytes
        bytes[bytes.count - 1] |= UInt8((1 << (8 * bytes.count - block.bitCount)) - 1)
        let dirty = BzBlock(bytes: bytes + [0xFF], bitCount: block.bitCount, uncompressedSize: 5)
        #expect(dirty == block)
    }
}
