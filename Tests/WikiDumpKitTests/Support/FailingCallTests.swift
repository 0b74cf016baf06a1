import CLibrary
import SystemPackage
import Testing

@testable import MWBzUtils
@testable import WikiDumpKit

/// Whatever call of the file system fails, a name leads to its old content or to the new, and whoever wrote is told.
@Suite struct FailingCallTests {
    private let farm: TemporaryFarm
    private let path: FilePath
    private let old = Array("old".utf8)
    private let new = Array("new content".utf8)

    init() throws {
        farm = try TemporaryFarm()
        path = farm.settings.publicTree.appending("file")
    }

    /// What may fail without anybody being told, since nothing is lost by it.
    private static let tolerated: Set<WatchedCalls.Call> = [.openUnnamed, .lock, .setOwner, .close]

    /// Writes the new content again and again, each time with the next call failing, until none is left to fail.
    /// - Returns: the calls of the time when none failed.
    private func failEachCall(
        overOld isThere: Bool = true, _ write: (FileSystem) throws -> Void
    ) throws -> [WatchedCalls.Call] {
        for number in 0..<100 {
            try fileSystem.remove(path)
            if isThere { try fileSystem.write(old, to: path) }
            let log = CallLog()
            let result = Result { try write(FileSystem(WatchedCalls(failing: number, log))) }
            let found = try fileSystem.text(path).map { Array($0.utf8) }
            let calls = log.calls
            guard number < calls.count else {
                #expect(found == new)
                try result.get()
                return calls
            }
            let failed = calls[number]
            #expect(found == new || found == (isThere ? old : nil), "\(failed) failed")
            if case .success = result {
                #expect(Self.tolerated.contains(failed) && found == new, "\(failed) failed")
            }
            // What cannot be removed stays for the next one who looks for leftovers.
            for name in try fileSystem.list(farm.settings.publicTree) where name != "file" {
                Issue.record("\(name) was left when \(failed) failed")
                try fileSystem.remove(farm.settings.publicTree.appending(name))
            }
        }
        throw DumpError(.fileSystem, "there is no end of calls")
    }

    @Test func writingAFile() throws {
        let calls = try failEachCall { try $0.write(new, to: path) }
        #expect(
            calls == [
                .open, .setPermissions, .write, .synchronize, .flush, .rename, .close, .open, .synchronize, .close,
            ])
        let quick = try failEachCall { try $0.write(new, to: path, durable: false) }
        #expect(quick == [.open, .setPermissions, .write, .flush, .rename, .close])
    }

    @Test func aDumpFile() throws {
        _ = try failEachCall { files in
            let file = try OutputFile(path, on: files)
            try file.write(Array(new.prefix(3)))
            try file.write(Array(new.dropFirst(3)))
            _ = try file.commit()
        }
    }

    @Test(arguments: [ReplacingFile.Existing.replace, .refuse])
    func aFileOfMWBzUtils(existing: ReplacingFile.Existing) throws {
        _ = try failEachCall(overOld: existing == .replace) { files in
            var file = try ReplacingFile(
                path, permissions: [.ownerReadWrite], existing: existing, calls: files.calls)
            try file.append(new)
            try file.commit()
        }
    }

    @Test func aLink() throws {
        for number in 0..<10 {
            try fileSystem.link(path, to: "old")
            let log = CallLog()
            let result = Result { try FileSystem(WatchedCalls(failing: number, log)).link(path, to: "new") }
            let target = try fileSystem.linkTarget(path)
            #expect(target == "new" || target == "old" && (try? result.get()) == nil)
            #expect(try fileSystem.list(farm.settings.publicTree) == ["file"])
            if number >= log.calls.count { return #expect(target == "new") }
        }
    }

    /// A reader sees each file as it was or as it will be, and the next call does what is left to do.
    @Test func aRunThatIsPublished() throws {
        let done = Sample.run([Sample.job("pagetable", .done, files: ["page.sql.gz"])])
        let failed = Sample.run([Sample.job("pagetable", .failed, files: ["page.sql.gz"])])
        let directories = farm.directories()
        let names = ["dumpruninfo.txt", "dumpruninfo.json", "dumpstatus.json", "report.json", "status.html"]
        func contents() throws -> [[UInt8]] {
            try names.map { try fileSystem.read(directories.run(done.date).appending($0)) }
        }
        func publish(_ run: RunRecord, on files: FileSystem = .real) throws -> [DumpError] {
            try RunPublisher(directories: directories, farm: farm.settings, renderer: PlainPages(), on: files).publish(
                run)
        }
        let link = directories.latest.appending("testwiki-latest-page.sql.gz")
        try farm.makeFiles(done)
        #expect(try publish(done).isEmpty)
        let after = try contents()
        try fileSystem.removeTree(directories.latest)
        #expect(try publish(failed).isEmpty)
        let before = try contents()
        #expect(zip(before, after).allSatisfy { $0 != $1 })

        var (number, told) = (0, 0)
        while true {
            let log = CallLog()
            let problems = Result { try publish(done, on: FileSystem(WatchedCalls(failing: number, log))) }
            let calls = log.calls
            let failure = calls.indices.contains(number) ? "\(calls[number])" : "nothing"
            let found = try contents()
            let isLinked = try fileSystem.linkTarget(link) != nil
            for (place, name) in names.enumerated() {
                #expect(found[place] == before[place] || found[place] == after[place], "\(name) when \(failure) failed")
            }
            guard number < calls.count else {
                #expect(found == after && isLinked)
                break
            }
            let isTold = (try? problems.get())?.isEmpty != true
            if isTold { told += 1 }
            #expect(isTold || found == after && isLinked, "\(failure) failed")
            #expect(try publish(done).isEmpty)
            #expect(try contents() == after && fileSystem.linkTarget(link) != nil, "\(failure) failed")
            try fileSystem.removeTree(directories.latest)
            _ = try publish(failed)
            // A step that shares no factor with the number of calls for one file meets all of them.
            number += 7
        }
        #expect(told > 10)
    }

    @Test func aListThatEndsWithAnError() throws {
        // A folder of a broken disk: its first names are read well.
        var names = ["a", ".", "b"].makeIterator()
        let error = #expect(throws: Errno.self) {
            try SystemCalls.names {
                guard let name = names.next() else {
                    errno = EIO
                    return nil
                }
                return name
            }
        }
        #expect(error == .ioError)
        var whole = ["..", "b", "a"].makeIterator()
        #expect(try SystemCalls.names { whole.next() } == ["b", "a"])
        let files = FileSystem(WatchedCalls { (call, _) throws(Errno) in if call == .names { throw .ioError } })
        let told = dumpError { _ = try files.list(farm.root) }
        #expect(told?.message == "cannot list \(farm.root)" && told?.cause as? Errno == .ioError)
    }
}
