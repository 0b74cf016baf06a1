import Foundation
import MWBzUtils
import SystemPackage
import Testing

@Suite struct BzDecoderTests {
    private static let sample = TestData.mixture(count: 30_000, seed: 5)

    private func decode(_ bytes: [UInt8], chunk: Int = 1000) throws -> [UInt8] {
        var decoder = BzDecoder(Chunked(bytes, size: chunk))
        return try decoder.readAll()
    }

    @Test("Chunks of any size decode alike", arguments: [1, 2, 3, 5, 100, 1 << 20])
    func chunks(size: Int) throws {
        let streams = try BzStream.compress(Self.sample, level: 1) + BzStream.compress([]) + BzStream.compress([1, 2])
        var decoder = BzDecoder(Chunked(streams, size: size))
        #expect(try decoder.readAll() == Self.sample + [1, 2])
        #expect(decoder.streamCount == 3)
        #expect(decoder.trailingOffset == nil)
        #expect(try decoder.next() == nil)
    }

    @Test("Output comes in pieces of bounded size")
    func bounded() throws {
        let stream = try BzStream.compress(Array(repeating: 0, count: 20_000_000))
        #expect(stream.count < 100)
        var decoder = BzDecoder(MemoryBytes(stream))
        var count = 0
        while let chunk = try decoder.next() {
            #expect(chunk.count <= 1 << 16)
            count += chunk.count
        }
        #expect(count == 20_000_000)
    }

    @Test("Every truncation is told, and where")
    func truncated() throws {
        let stream = try BzStream.compress(Array("a short text, a short text".utf8))
        for count in 1..<stream.count {
            for chunk in [1, 1000] {
                let error = #expect(throws: BzError.self) {
                    try decode(Array(stream.prefix(count)), chunk: chunk)
                }
                #expect(error?.code == .truncated)
                #expect(error?.byteOffset ?? -1 <= Int64(count))
            }
        }
        let second = Array(stream + stream.prefix(2))
        #expect(throws: BzError.self) { try decode(second) }
    }

    @Test("Every flipped bit of a small stream is told")
    func flipped() throws {
        let content = Array("a short text, a short text".utf8)
        let stream = try BzStream.compress(content)
        var unnoticed = 0
        for bit in 0..<stream.count * 8 {
            var bytes = stream
            bytes[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            do {
                #expect(try decode(bytes) == content, "bit \(bit)")
                unnoticed += 1
            } catch let error as BzError {
                #expect([.damaged, .truncated, .wrongFormat].contains(error.code), "bit \(bit): \(error)")
            }
        }
        // A larger level, padding and unused code lengths mean nothing to the content.
        #expect(unnoticed < 40)
    }

    @Test("Bytes behind the last stream are told, not taken for data")
    func trailing() throws {
        let stream = try BzStream.compress(Self.sample)
        for tail in [[0], Array(repeating: 0, count: 1000), Array("BZh0".utf8), Array("BY".utf8)] as [[UInt8]] {
            var decoder = BzDecoder(Chunked(stream + tail, size: 7))
            #expect(try decoder.readAll() == Self.sample)
            #expect(decoder.trailingOffset == Int64(stream.count))
        }
    }

    @Test("What is no bzip2 data is told", arguments: [[], [1, 2, 3, 4, 5], Array("BZh0".utf8), [0x1F, 0x8B]])
    func wrongFormat(bytes: [UInt8]) {
        let error = #expect(throws: BzError.self) { try decode(bytes) }
        #expect(error?.code == .wrongFormat)
    }

    @Test("Files are read; errors name them")
    func files() throws {
        try TemporaryFolder.with { folder in
            let path = FilePath(folder.appendingPathComponent("x.bz2").path)
            try Data(try BzStream.compress(Self.sample)).write(to: URL(fileURLWithPath: path.string))
            var decoder = BzDecoder(try FileBytes(path))
            #expect(try decoder.readAll() == Self.sample)
            let missing = #expect(throws: BzError.self) { _ = try FileBytes(FilePath("\(path).missing")) }
            #expect(missing?.description.contains("x.bz2.missing") == true)
            let directory = #expect(throws: BzError.self) {
                var decoder = BzDecoder(try FileBytes(FilePath(folder.path)))
                _ = try decoder.next()
            }
            #expect(directory?.code == .fileSystem)
        }
    }
}

@Suite struct GzipTests {
    @Test("Every reader takes the members", arguments: Tool.gzipReaders)
    func readers(tool: Tool) throws {
        for (name, bytes) in TestData.edges {
            let result = try tool.run(try GzipMember.compress(bytes) + GzipMember.compress([1, 2, 3], level: 9))
            #expect(result.status == 0 && result.output == bytes + [1, 2, 3], "\(name)")
        }
    }

    @Test("A member has no time and no name, so equal bytes give an equal member")
    func header() throws {
        let member = try GzipMember.compress(Array("text".utf8))
        #expect(Array(member.prefix(8)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
        #expect(try GzipMember.compress(Array("text".utf8)) == member)
    }

    @Test("Pieces of any size give the same content", arguments: [1, 10, 4096, 300_000])
    func streaming(size: Int) throws {
        let bytes = TestData.mixture(count: 300_000, seed: 8)
        let encoder = try GzipMemberEncoder(level: 4)
        var member: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            member += try encoder.append(Array(bytes[start..<min(bytes.count, start + size)]))
        }
        member += try encoder.finish()
        var decoder = GzipDecoder(Chunked(member, size: size))
        #expect(try decoder.readAll() == bytes)
        #expect(decoder.memberCount == 1)
    }

    @Test("Truncation, damage and trailing bytes are told")
    func damage() throws {
        let content = Array("a short text, a short text".utf8)
        let member = try GzipMember.compress(content)
        for count in 1..<member.count {
            var decoder = GzipDecoder(MemoryBytes(Array(member.prefix(count))))
            let error = #expect(throws: BzError.self) { try decoder.readAll() }
            #expect(error?.code == .truncated)
        }
        var unnoticed = 0
        for bit in 80..<member.count * 8 {
            var bytes = member
            bytes[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            var decoder = GzipDecoder(MemoryBytes(bytes))
            do {
                #expect(try decoder.readAll() == content, "bit \(bit)")
                unnoticed += 1
            } catch {
                #expect([.damaged, .truncated].contains(error.code), "bit \(bit): \(error)")
            }
        }
        // Only the bits that fill up the last byte of the compressed data mean nothing.
        #expect(unnoticed < 8)
        var decoder = GzipDecoder(Chunked(member + [0, 0, 0], size: 5))
        #expect(try decoder.readAll() == content)
        #expect(decoder.trailingOffset == Int64(member.count))
        var text = GzipDecoder(MemoryBytes(content))
        let error = #expect(throws: BzError.self) { try text.readAll() }
        #expect(error?.code == .wrongFormat)
    }
}
