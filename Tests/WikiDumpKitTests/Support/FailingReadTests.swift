import CLibrary
import Synchronization
import SystemPackage
import Testing

@testable import MWBzUtils
@testable import WikiDumpKit

/// Whoever reads a file does so by the calls that were handed in, and tells which of them failed, where and why.
@Suite struct FailingReadTests {
    private let farm: TemporaryFarm
    private let folder: FilePath
    private let path: FilePath

    init() throws {
        farm = try TemporaryFarm()
        folder = farm.settings.publicTree
        path = folder.appending("file")
    }

    /// Calls that refuse one of the reads of a file, counted from 0.
    private func refusing(read number: Int, of path: FilePath) -> WatchedCalls {
        let log = CallLog()
        return WatchedCalls { (call, place) throws(Errno) in
            guard call == .read, place == path else { return }
            if log.add(call, place) == number { throw .ioError }
        }
    }

    private func bzError(_ body: () async throws(BzError) -> Void) async -> BzError? {
        do throws(BzError) { try await body() } catch { return error }
        return nil
    }

    @Test func aReaderTellsThePlace() async throws {
        try fileSystem.write([UInt8](repeating: 65, count: 300_000), to: path)
        let fromFront = await bzError { () throws(BzError) in
            var bytes = try FileBytes(path, on: refusing(read: 1, of: path))
            while try bytes.next() != nil {}
        }
        #expect(fromFront?.description == "\(path): cannot be read at byte 131072: Input/output error")
        let anywhere = await bzError { () throws(BzError) in
            let file = try RandomAccessFile(path, on: refusing(read: 1, of: path))
            #expect(try file.read(at: 299_999, count: 7) == [65])
            _ = try file.read(at: 4099, count: 7)
        }
        #expect(anywhere?.description == "\(path): cannot be read at byte 4099: Input/output error")
        #expect(anywhere?.code == .fileSystem && anywhere?.cause as? Errno == .ioError)
        let text = await bzError { () async throws(BzError) in
            try await DumpText(path, on: refusing(read: 2, of: path)).read(taskCount: 1) { _ in true }
        }
        #expect(text?.byteOffset == 262_144 && text?.file == path)
        let check = await bzError { () async throws(BzError) in
            // The first read tells the format.
            _ = try await IntegrityCheck(path, on: refusing(read: 1, of: path)).full(taskCount: 1)
        }
        #expect(check?.byteOffset == 0 && check?.file == path)
    }

    /// A place that no file has is refused, and nothing else comes of it.
    @Test func aPlaceOutsideOfAllFiles() throws {
        try fileSystem.write([1, 2, 3], to: path)
        let file = try RandomAccessFile(path)
        #expect(try file.read(at: 3, count: 9).isEmpty)
        for place in [-1, Int64.min] { #expect(throws: BzError.self) { try file.read(at: place, count: 1) } }
    }

    @Test func aFileThatShrinksIsReadToItsNewEnd() throws {
        try fileSystem.write([UInt8](repeating: 65, count: 9000), to: path)
        let file = try RandomAccessFile(path)
        #expect(try file.size() == 9000)
        #expect(unsafe truncate(path.string, 5000) == 0)
        #expect(try file.size() == 5000)
        #expect(try file.read(at: 4000, count: 3000).count == 1000)
    }

    @Test func temporaryDataIsWrittenThere() async throws {
        let full = WatchedCalls { (call, _) throws(Errno) in if call == .write { throw .noSpace } }
        let error = await bzError { () throws(BzError) in
            let spill = try SpillFile(in: folder, on: full)
            _ = try spill.append([1, 2, 3, 4])
        }
        #expect(error?.cause as? Errno == .noSpace && error?.file == folder)
        // Where there are no files without a name, one loses its name.
        let named = WatchedCalls { (call, _) throws(Errno) in if call == .openUnnamed { throw .notSupported } }
        let spill = try SpillFile(in: folder, on: named)
        #expect(try [spill.append([1, 2, 3]), spill.append([4])] == [0, 3])
        #expect(try spill.read(at: 2, count: 2) == [3, 4])
        #expect(try fileSystem.list(folder).isEmpty)
    }

    /// The verdict on the dump in the folder.
    private func verdict(_ calls: any FileCalls, sample: Double? = nil) async throws -> FileVerdict? {
        var options = DumpVerification.Options()
        (options.sample, options.seed, options.width) = (sample, 1, 1)
        var found: FileVerdict?
        _ = try await DumpVerification([folder], options: options, on: FileSystem(calls)).run { found = $0 }
        return found
    }

    private func expectUnreadable(_ verdict: FileVerdict?, _ dump: FilePath) {
        let message = verdict?.problems.last?.message ?? ""
        #expect(verdict?.state == .unreadable)
        #expect(message.contains("\(dump): cannot be read at byte") && message.contains("Input/output error"))
    }

    @Test(arguments: ["pages-articles.xml.bz2", "pages-articles.xml.gz"])
    func verificationReadsTheFileSystemOfTheFolder(name: String) async throws {
        let dump = folder.appending("testwiki-20261124-\(name)")
        let file = try DumpFile(dump)
        try await file.append(Array("<mediawiki>\n</mediawiki>\n".utf8))
        try await file.finish()
        let log = CallLog()
        let sound = try await verdict(WatchedCalls { call, path in _ = log.add(call, path) })
        #expect(sound?.state == .agrees)
        let reads = log.counts(.read)[dump] ?? 0
        #expect(reads > 1)
        for number in 0..<reads { expectUnreadable(try await verdict(refusing(read: number, of: dump)), dump) }
    }

    @Test func aSampleReadsTheFileSystemOfTheFolder() async throws {
        let dump = folder.appending("testwiki-20261124-pages-articles.xml.bz2")
        try fileSystem.write([UInt8](repeating: 0, count: 5 << 20), to: dump)
        expectUnreadable(try await verdict(refusing(read: 0, of: dump), sample: 0.5), dump)
    }
}

/// What is true of a file that is written, whatever becomes of other files.
@Suite struct DurableFileTests {
    private let farm: TemporaryFarm
    private let folder: FilePath
    private let path: FilePath

    init() throws {
        farm = try TemporaryFarm()
        folder = farm.settings.publicTree
        path = folder.appending("file")
    }

    /// Some file systems cannot make a folder durable. Bytes of a file that are not durable are not written.
    @Test(arguments: [Errno.invalidArgument, .readOnlyFileSystem])
    func onlyFoldersMayRefuse(error: Errno) throws {
        let folder = folder
        let ofFolders = WatchedCalls { (call, path) throws(Errno) in
            if call == .synchronize, path == folder { throw error }
        }
        try FileSystem(ofFolders).write([1], to: path)
        let ofFiles = WatchedCalls { (call, path) throws(Errno) in
            if call == .synchronize, path != folder { throw error }
        }
        let told = dumpError { try FileSystem(ofFiles).write([2], to: path) }
        #expect(told?.cause as? Errno == error && told?.message == "cannot write \(path)")
        #expect(try fileSystem.read(path) == [1] && fileSystem.list(folder) == ["file"])
    }

    /// That this process has no descriptors left says nothing about a file that it has written.
    @Test func aFullTableOfDescriptors() async throws {
        await #expect(processExitsWith: .success) {
            let path = FilePath("/tmp/descriptors-\(getpid())")
            var file = try StagedFile(path, .hidden, permissions: .exactly(0o600), calls: SystemCalls())
            try file.append([1, 2, 3])
            try Self.withoutDescriptors {
                #expect(throws: Errno.tooManyOpenFiles) { try SystemFile(.standardInput).duplicate() }
                try file.seal(durably: false)
            }
            try file.place(durably: false)
            #expect(try fileSystem.read(path) == [1, 2, 3])
            try fileSystem.remove(path)
        }
    }

    private static func withoutDescriptors(_ body: () throws -> Void) throws {
        var limit = rlimit()
        #expect(unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        let usual = limit.rlim_cur
        // The only descriptor below this is taken.
        limit.rlim_cur = 1
        #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        defer {
            limit.rlim_cur = usual
            unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        try body()
    }
}
