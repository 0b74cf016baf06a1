import Foundation
import MWBzUtils
import SystemPackage
import Testing

@Suite struct BlockReaderTests {
    /// Reads all blocks of data that is put into a file.
    private func read(
        _ data: [UInt8], tasks: Int = 2
    ) async throws -> (content: [UInt8], blocks: [BzFileBlock], summary: BzFileSummary?, error: BzError?) {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("mwbz-\(UUID().uuidString).bz2")
        try Data(data).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let name = FilePath(path.path)
        let file = await read(try BzBlockReader(name, taskCount: tasks))
        let chunks = Chunked(data, size: max(1, data.count / 7))
        let pipe = await read(BzBlockReader(chunks, named: name, taskCount: tasks))
        #expect(pipe.blocks.map(\.crc) == file.blocks.map(\.crc), "a pipe gives what a file gives")
        #expect(pipe.summary == file.summary)
        #expect(pipe.error?.description == file.error?.description)
        #expect(file.error == nil || file.error?.file == name)
        return (file.blocks.reduce(into: []) { $0 += $1.bytes }, file.blocks, file.summary, file.error)
    }

    private func read(
        _ reader: BzBlockReader
    ) async -> (blocks: [BzFileBlock], summary: BzFileSummary?, error: BzError?) {
        var blocks: [BzFileBlock] = []
        do {
            let summary = try await reader.read { blocks.append($0) }
            return (blocks, summary, nil)
        } catch {
            return (blocks, nil, error)
        }
    }

    @Test("Streams of all kinds, one after the other", arguments: [1, 2, 5])
    func streams(tasks: Int) async throws {
        let parts = [(1, 250_000), (9, 0), (9, 0), (3, 700_000), (1, 1), (9, 300_000)]
        var data: [UInt8] = []
        var content: [UInt8] = []
        for (index, (level, count)) in parts.enumerated() {
            let part = TestData.mixture(count: count, seed: UInt64(index))
            content += part
            data += try BzStream.compress(part, level: level)
        }
        let result = try await read(data + [0, 1, 2], tasks: tasks)
        #expect(result.content == content)
        #expect(result.summary?.streamCount == 6)
        #expect(result.summary?.uncompressedSize == Int64(content.count))
        #expect(result.summary?.endOffset == Int64(data.count))
        #expect(result.summary?.trailingByteCount == 3)
        var offset: Int64 = 0
        for block in result.blocks {
            #expect(block.uncompressedOffset == offset)
            offset += Int64(block.bytes.count)
            let again = try BzFastDecoder().decode(data, at: Int(block.bitOffset), level: 9)
            #expect(again.crc == block.crc && again.bitCount == block.bitCount)
        }
        #expect(result.blocks.map(\.stream) == result.blocks.map(\.stream).sorted())
    }

    @Test("Thousands of tiny streams")
    func tinyStreams() async throws {
        let one = try BzStream.compress([1, 2, 3]) + BzStream.compress([])
        let result = try await read(Array((0..<1500).map { _ in one }.joined()))
        #expect(result.content == Array((0..<1500).map { _ in [1, 2, 3] as [UInt8] }.joined()))
        #expect(result.summary?.streamCount == 3000)
    }

    @Test("A magic number that stands inside a block does not end it")
    func plantedMark() async throws {
        // The map of the bytes of a block can be made to hold the magic: bytes chosen so that the groups read 0x3141,
        // ...
        let words: [UInt16] = [0x3141, 0x5926, 0x5359]
        var used: [UInt8] = []
        for (group, word) in zip([0, 1, 2], words) {
            for bit in 0..<16 where word >> (15 - bit) & 1 == 1 { used.append(UInt8(group * 16 + bit)) }
        }
        let content = used + used.reversed()
        let stream = try BzStream.compress(content + content)
        var scanner = BzMagicScanner()
        let magics = scanner.scan(stream) + scanner.finish()
        #expect(magics.filter { $0.kind == .block }.count == 2, "the magic should stand in the map of the bytes")
        let result = try await read(stream + stream)
        #expect(result.error == nil)
        #expect(result.content == content + content + content + content)
        #expect(result.summary?.blockCount == 2)
    }

    @Test("Damage is told with its place, after all that is sound before it")
    func damage() async throws {
        let content = TestData.noise(count: 450_000, seed: 77)
        let sound = try BzStream.compress(content, level: 1)
        let blocks = try await read(sound).blocks
        #expect(blocks.count > 3)
        var bytes = sound
        bytes[Int(blocks[2].bitOffset / 8) + 400] ^= 1
        let damaged = try await read(bytes)
        #expect(damaged.error?.code == .damaged)
        #expect(damaged.error?.bitOffset == blocks[2].bitOffset)
        #expect(damaged.blocks.map(\.crc) == blocks.prefix(2).map(\.crc))
        let short = try await read(Array(sound.prefix(Int(blocks[3].bitOffset / 8) + 50)))
        #expect(short.error?.code == .truncated)
        #expect(short.blocks.count == 3)
        var footer = sound
        footer[footer.count - 3] ^= 1
        #expect(try await read(footer).error?.code == .damaged)
        #expect(try await read(Array(sound.dropLast())).error?.code == .truncated)
        #expect(try await read([]).error?.code == .wrongFormat)
        #expect(try await read(Array("BZh9".utf8)).error?.code == .truncated)
        #expect(try await read(sound + Array("BZ".utf8)).error?.code == .truncated)
    }

    @Test("Every truncation of a small file gives what is sound before it and an error")
    func truncations() async throws {
        let parts = (0..<3).map { TestData.mixture(count: 300, seed: $0) }
        var assembler = BzStreamAssembler()
        var data: [UInt8] = []
        for part in parts { data += assembler.append(try BzBlock.encode(part)) }
        data += assembler.finish()
        for count in 0..<data.count {
            let result = try await read(Array(data.prefix(count)))
            #expect(result.error != nil, "\(count) bytes")
            #expect(result.content == parts.prefix(result.blocks.count).reduce([], +), "\(count) bytes")
        }
    }

    @Test("What the body throws ends the reading")
    func bodyThrows() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("mwbz-\(UUID().uuidString).bz2")
        try Data(try BzStream.compress(TestData.noise(count: 450_000, seed: 1), level: 1)).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        var seen = 0
        let reader = try BzBlockReader(FilePath(path.path), taskCount: 2)
        await #expect(throws: BzError.self) {
            _ = try await reader.read { _ throws(BzError) in
                seen += 1
                throw BzError(.library, "enough")
            }
        }
        #expect(seen == 1)
    }

    @Test("A cancelled task stops reading")
    func cancelled() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("mwbz-\(UUID().uuidString).bz2")
        try Data(try BzStream.compress(TestData.noise(count: 450_000, seed: 1), level: 1)).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let reader = try BzBlockReader(FilePath(path.path), taskCount: 2)
        let reading = Task { () async -> (Int, BzError.Code?) in
            var seen = 0
            do {
                _ = try await reader.read { _ in
                    seen += 1
                    unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                }
                return (seen, nil)
            } catch {
                return (seen, (error as? BzError)?.code)
            }
        }
        let (seen, code) = await reading.value
        #expect(seen == 1)
        #expect(code == .cancelled)
    }

    @Test("A file that grows is read as far as it goes, and the end is told")
    func growing() async throws {
        let content = TestData.noise(count: 450_000, seed: 5)
        let data = try BzStream.compress(content, level: 1)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("mwbz-\(UUID().uuidString).bz2")
        try Data(data.prefix(data.count / 2)).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let before = await read(try BzBlockReader(FilePath(path.path), taskCount: 2))
        #expect(before.error?.code == .truncated)
        #expect(before.blocks.count == 2)
        // What is written while the first blocks are read is found when its turn comes.
        let handle = try FileHandle(forWritingTo: path)
        try handle.seekToEnd()
        var blocks: [BzFileBlock] = []
        let summary = try await BzBlockReader(FilePath(path.path), taskCount: 1).read { block in
            if blocks.isEmpty { try? handle.write(contentsOf: data.dropFirst(data.count / 2)) }
            blocks.append(block)
        }
        #expect(summary.streamCount == 1)
        #expect(blocks.reduce(into: []) { $0 += $1.bytes } == content)
    }

    @Test("A pipe that fails in the middle is told, and cannot be read again")
    func failingPipe() async throws {
        struct Failing: ByteStream {
            var rest: [[UInt8]]
            mutating func next() throws(BzError) -> [UInt8]? {
                guard !rest.isEmpty else { throw BzError(.fileSystem, "gone") }
                return rest.removeFirst()
            }
        }
        let data = try BzStream.compress(TestData.noise(count: 450_000, seed: 6), level: 1)
        let reader = BzBlockReader(Failing(rest: [Array(data.prefix(250_000))]), named: "a pipe", taskCount: 2)
        let result = await read(reader)
        #expect(result.error?.message == "gone" && result.error?.file == "a pipe")
        let whole = BzBlockReader(Chunked(data, size: 9999), named: "a pipe", taskCount: 2)
        #expect(await read(whole).error == nil)
        #expect(await read(whole).error?.code == .fileSystem)
    }

    @Test("A pipe of zeros, some hundred bytes that hold 20 MB")
    func zeros() async throws {
        let piece = try BzStream.compress([UInt8](repeating: 0, count: 5_000_000))
        let data = Array((0..<4).map { _ in piece }.joined())
        var size = 0
        let summary = try await BzBlockReader(Chunked(data, size: 10), named: "zeros", taskCount: 2).read {
            size += $0.bytes.count
        }
        #expect(size == 20_000_000 && summary.uncompressedSize == 20_000_000)
    }
}
