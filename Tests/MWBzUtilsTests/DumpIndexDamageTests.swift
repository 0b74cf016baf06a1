import Foundation
import SystemPackage
import Testing

@testable import MWBzUtils

/// Indexes that are damaged, of another dump, or of another state of the dump.
@Suite struct DumpIndexDamageTests {
    private let export = SampleExport(pageCount: 6, textSize: 300, seed: 1)

    private func withIndex(_ body: (FilePath, [UInt8]) async throws -> Void) async throws {
        try await TemporaryDump.with(try export.multistream()) { path in
            _ = try await DumpIndexer(path).make(taskCount: 1)
            let index = try Data(contentsOf: URL(fileURLWithPath: DumpIndex.usualPath(of: path).string))
            try await body(path, Array(index))
        }
    }

    /// Looks everything up with an index; an answer has to be right.
    private func use(_ path: FilePath, _ index: [UInt8]) throws -> BzError? {
        try Data(index).write(to: URL(fileURLWithPath: DumpIndex.usualPath(of: path).string))
        do throws(BzError) {
            let dump = try IndexedDump(path)
            for id in stride(from: Int64(10), through: 60, by: 10) {
                let (byID, byTitle) = (try dump.page(id: id), try dump.page(title: "Page \(id)"))
                #expect(byID?.id == id && byTitle?.id == id)
            }
            #expect(try dump.page(id: 11) == nil)
            #expect(try dump.read(at: 0, count: 1 << 20).elementsEqual(export.bytes))
            try dump.index.checkAll()
            return nil
        } catch {
            return error
        }
    }

    @Test("Every bit of an index counts")
    func bitFlips() async throws {
        try await withIndex { path, index in
            #expect(try use(path, index) == nil)
            for bit in 0..<index.count * 8 {
                var bent = index
                bent[bit / 8] ^= 0x80 >> UInt8(bit % 8)
                let error = try #require(try use(path, bent), "bit \(bit) of \(index.count * 8)")
                #expect(error.file == DumpIndex.usualPath(of: path))
                #expect(error.remedy.contains("make"), "\(error)")
            }
        }
    }

    @Test("An index of any other length is refused")
    func truncation() async throws {
        try await withIndex { path, index in
            for count in 0..<index.count {
                let error = try #require(try use(path, Array(index[..<count])), "\(count) bytes")
                #expect(error.file == DumpIndex.usualPath(of: path))
            }
            #expect(try use(path, index + [0]) != nil)
            #expect(try use(path, index + index) != nil)
        }
    }

    @Test("Another version is named")
    func version() async throws {
        try await withIndex { path, index in
            var other = Array(index[..<8])
            other.append(littleEndian: UInt32(2))
            other.append(littleEndian: BzCRC.of(other))
            let error = try #require(try use(path, other + index[16...]))
            #expect(error.code == .wrongFormat && error.message.contains("version 2"))
        }
    }

    @Test("A dump that was written again, appended to, cut or exchanged is noticed")
    func changedDump() async throws {
        try await withIndex { path, index in
            let original = try export.multistream()
            let others = [
                original + (try BzStream.compress(Array("more".utf8))), Array(original.dropLast()), original + [0],
                try BzStream.compress(export.bytes),
                try SampleExport(pageCount: 6, textSize: 300, seed: 2).multistream(),
                [],
            ]
            for other in others {
                try Data(other).write(to: URL(fileURLWithPath: path.string))
                let error = try #require(try use(path, index))
                #expect(error.code == .stale)
            }
            for bit in stride(from: 0, to: original.count * 8, by: 37) {
                var bent = original
                bent[bit / 8] ^= 0x80 >> UInt8(bit % 8)
                try Data(bent).write(to: URL(fileURLWithPath: path.string))
                #expect(try use(path, index)?.code == .stale)
            }
        }
    }

    @Test("Both files can be copied elsewhere")
    func copies() async throws {
        try await withIndex { path, index in
            try await TemporaryDump.with(try export.multistream()) { copy in
                let error = try use(copy, index)
                #expect(error == nil)
            }
        }
    }

    @Test("A dump that is damaged, or no dump, gets no index")
    func damagedDump() async throws {
        var bent = try export.multistream()
        bent[bent.count / 2] ^= 1
        for data in [bent, Array(bent.prefix(100)), [], Array("text".utf8)] {
            try await TemporaryDump.with(data) { path in
                await #expect(throws: BzError.self) { _ = try await DumpIndexer(path).make(taskCount: 1) }
                let files = try FileManager.default.contentsOfDirectory(
                    atPath: path.removingLastComponent().string)
                #expect(files == ["dump.xml.bz2"])
            }
        }
    }

    @Test("What is no file cannot be an index")
    func otherKinds() async throws {
        try await TemporaryDump.with(try export.multistream()) { path in
            let folder = path.removingLastComponent()
            let pipe = folder.appending("pipe")
            #expect(unsafe mkfifo(pipe.string, 0o600) == 0)
            for name in [folder, pipe, folder.appending("none"), FilePath("/dev/null")] {
                let error = #expect(throws: BzError.self) { try DumpIndex(name) }
                #expect(error?.file == name)
            }
        }
    }
}
