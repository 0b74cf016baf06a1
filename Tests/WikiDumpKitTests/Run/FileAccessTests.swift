import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// How often a run looks at its own folder: over a network each look costs, and there may be thousands of files.
@Suite struct FileAccessTests {
    private func worker(_ fixture: RunFixture, _ jobs: [any Job]) throws -> Worker {
        let (locks, clock, settings) = (LockTable(), fixture.clock, fixture.farm.settings)
        return Worker(
            wikis: [fixture.wiki],
            makeRun: { wiki, date, request in
                JobRun(
                    wiki: wiki, date: date, jobs: jobs, selection: request.jobs, options: request.options,
                    publisher: RunPublisher(
                        directories: wiki.directories, farm: settings, renderer: PlainPages(),
                        on: wiki.fileSystem),
                    clock: clock, logger: LogCapture().logger, width: 2)
            },
            locks: locks.factory(),
            clock: clock, logger: LogCapture().logger)
    }

    @Test(arguments: [
        ("xmlpagelogsdump", false), ("articlesmultistreamdump", false), ("articlesdump", true),
        ("articlesdumprecombine", true),
    ])
    func redoingOneJobOfALargeRun(name: String, isSplit: Bool) async throws {
        let fixture = try RunFixture(InMemoryContent(pageCount: 60, revisionsPerPage: 2))
        var parts = PartSettings()
        (parts.isEnabled, parts.usesRanges) = (isSplit, isSplit)
        (parts.pages, parts.revisionsPerRange) = (.list([20, 20, 20]), 10)
        fixture.wiki.settings.parts = parts
        let jobs = PieceRunTests.jobs(parts) + (1...26).map { TestJob(name: "small\($0)") as any Job }
        let first = try await worker(fixture, jobs).run(RunRequest(wiki: fixture.wiki.name), fixture.events)
        #expect(first.isComplete && first.jobs.flatMap(\.files).count >= 33)

        let log = CallLog()
        fixture.wiki.fileSystem = FileSystem(WatchedCalls { call, path in _ = log.add(call, path) })
        let begin = ContinuousClock.now
        let request = RunRequest(wiki: fixture.wiki.name, date: .last, jobs: JobSelection(names: [name]))
        let again = try await worker(fixture, jobs).run(request, fixture.events)
        #expect(again.isComplete && again.job(name)?.wasRunNow == true)
        // Every five seconds the sizes of growing files are shown.
        let shown = Int((ContinuousClock.now - begin) / .seconds(5))
        let lists = log.counts(.names)[fixture.folder()] ?? 0
        #expect(1...(3 + shown) ~= lists, "\(lists) lists")
        let opens = log.counts(.open).filter { $0.key.string.contains("sums-testwiki-20261124-") }
        #expect(opens.count > 90, "those of the jobs that were done are read")
        let often = opens.filter { $0.value > 1 }
        #expect(often.isEmpty, "\(often)")
    }
}
