import Foundation
import MWBzUtils
import SystemPackage
import Testing

@Suite struct DumpTextTests {
    private static let text =
        Array("A text may hold anything, but it begins with words and not with control characters.\n".utf8)
        + TestData.mixture(count: 300_000, seed: 11)

    private static func stored(_ text: [UInt8], as format: DumpFormat) throws -> [UInt8] {
        switch format {
        case .bzip2: try BzStream.compress(text, level: 1) + BzStream.compress([])
        case .gzip: try GzipMember.compress(text)
        case .plain: text
        }
    }

    private static func readAll(_ dump: DumpText) async throws -> (DumpFormat, [UInt8]) {
        var all: [UInt8] = []
        let reading = try await dump.read(taskCount: 2) { chunk throws(BzError) in
            all += chunk
            return true
        }
        return (reading.format, all)
    }

    @Test("A file of any format, told by its content", arguments: DumpFormat.allCases, [0, 1, 3, 300_000])
    func files(format: DumpFormat, size: Int) async throws {
        // Nothing at all is no text.
        if format == .plain, size == 0 { return }
        let text = Array(Self.text.prefix(size))
        let folder = try TestFolder()
        let path = try folder.file("dump", try Self.stored(text, as: format))
        let (found, all) = try await Self.readAll(DumpText(path))
        #expect(found == format)
        #expect(all == text)
    }

    @Test("A pipe of any format", arguments: DumpFormat.allCases)
    func pipes(format: DumpFormat) async throws {
        let folder = try TestFolder()
        let path = folder.path.appending("pipe")
        #expect(unsafe mkfifo(path.string, 0o600) == 0)
        let bytes = try Self.stored(Self.text, as: format)
        Thread.detachNewThread {
            guard let pipe = try? FileDescriptor.open(path, .writeOnly) else { return }
            // One byte first: the format must be told all the same.
            _ = try? pipe.writeAll(bytes.prefix(1))
            _ = try? pipe.writeAll(bytes.dropFirst())
            try? pipe.close()
        }
        let (found, all) = try await Self.readAll(DumpText(path))
        #expect(found == format)
        #expect(all == Self.text)
    }

    @Test("Reading stops when enough was read", arguments: DumpFormat.allCases)
    func enough(format: DumpFormat) async throws {
        let folder = try TestFolder()
        let path = try folder.file("dump", try Self.stored(Self.text, as: format))
        var pieces = 0
        try await DumpText(path).read(taskCount: 2) { _ in
            pieces += 1
            return false
        }
        #expect(pieces == 1)
    }

    @Test("Errors name the file", arguments: DumpFormat.allCases.filter { $0 != .plain })
    func errors(format: DumpFormat) async throws {
        let folder = try TestFolder()
        let bytes = try Self.stored(Self.text, as: format)
        let path = try folder.file("dump", Array(bytes.prefix(bytes.count / 2)))
        let error = await #expect(throws: BzError.self) { _ = try await Self.readAll(DumpText(path)) }
        #expect(error?.file == path)
        #expect(error?.code == .truncated)
    }

    @Test func aNameThatLeadsNowhere() throws {
        let folder = try TestFolder()
        #expect(throws: BzError.self) { try DumpText(folder.path.appending("none")) }
        let error = #expect(throws: BzError.self) { try DumpText(folder.path) }
        #expect(error?.message == "is a directory")
        #expect(try DumpText("-").path == nil)
    }
}
