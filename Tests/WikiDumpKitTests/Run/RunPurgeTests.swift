import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct RunPurgeTests {
    /// Dates from old to new; those of broken runs have a mark.
    func purge(_ runs: [String], keep: Int, beside current: String) async throws -> [String] {
        let fixture = try RunFixture()
        for run in runs {
            let isBroken = run.hasSuffix("!")
            let failure = isBroken ? DumpError(.jobFailed, "broken on purpose") : nil
            try await fixture.run([TestJob(name: "only", failure: failure)], date: String(run.prefix(8)))
        }
        let purge = RunPurge(wiki: fixture.wiki, keep: keep)
        let planned = try purge.candidates(beside: Sample.date(current))
        #expect(try purge.run(beside: Sample.date(current)) == planned)
        let left = try RunDirectories(fixture.wiki).dates().map(\.description)
        for date in planned {
            #expect(try fileSystem.status(fixture.wiki.directories.privateRun(date)) == nil)
            #expect(!left.contains(date.description))
        }
        #expect(left.count + planned.count == runs.count)
        return left
    }

    @Test func asManyAsAskedForAreKept() async throws {
        let runs = ["20260101", "20260102", "20260103", "20260104", "20260105"]
        #expect(try await purge(runs, keep: 0, beside: "20260105") == ["20260105"])
        #expect(try await purge(runs, keep: 1, beside: "20260105") == ["20260104", "20260105"])
        #expect(try await purge(runs, keep: 3, beside: "20260105") == Array(runs.dropFirst()))
        #expect(try await purge(runs, keep: 9, beside: "20260105") == runs)
    }

    @Test func brokenRunsDoNotCount() async throws {
        let runs = ["20260101", "20260102", "20260103!", "20260104!", "20260105!", "20260106"]
        let left = try await purge(runs, keep: 1, beside: "20260106")
        #expect(left == ["20260102", "20260103", "20260104", "20260105", "20260106"])
    }

    @Test func brokenRunsOlderThanThoseKeptGo() async throws {
        let left = try await purge(["20260101!", "20260102", "20260103"], keep: 1, beside: "20260103")
        #expect(left == ["20260102", "20260103"])
    }

    @Test func newerRunsAlwaysStay() async throws {
        let left = try await purge(["20260101", "20260102", "20260103"], keep: 0, beside: "20260102")
        #expect(left == ["20260102", "20260103"])
    }

    /// A run that could not be removed completely is removed by the next purge, with both of its folders.
    @Test(arguments: [true, false]) func whatFailedIsRemovedLater(failsInPublic: Bool) async throws {
        let fixture = try RunFixture()
        for date in ["20260101", "20260102"] { try await fixture.run([TestJob(name: "only")], date: date) }
        let (wiki, old) = (fixture.wiki, Sample.date("20260101"))
        let hidden = wiki.directories.privateRun(old)
        try fileSystem.write([1], to: hidden.appending("file"))
        let failing = failsInPublic ? wiki.directories.run(old) : hidden
        var broken = wiki
        broken.fileSystem = FileSystem(
            WatchedCalls { (call, path) throws(Errno) in
                if call == .unlink, path.starts(with: failing) { throw .ioError }
            })
        let current = Sample.date("20260102")
        #expect(dumpError { _ = try RunPurge(wiki: broken, keep: 0).run(beside: current) }?.cause as? Errno == .ioError)
        #expect(try RunPurge(wiki: wiki, keep: 0).run(beside: current) == [old])
        #expect(try fileSystem.status(hidden) == nil && fileSystem.status(wiki.directories.run(old)) == nil)
    }
}
