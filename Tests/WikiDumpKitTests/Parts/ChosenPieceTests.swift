import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// Runs that are asked for some pieces only.
@Suite struct ChosenPieceTests {
    private func identities(_ fixture: RunFixture, _ job: JobRecord?) throws -> [String: [UInt64]] {
        var found: [String: [UInt64]] = [:]
        for file in job?.files ?? [] { found[file.name] = try fixture.identity(file.name)?.identity }
        return found
    }

    /// One part, one file, the files behind one and a range of pages: only those are written, and the rest of a job that
    /// was done stays.
    @Test(arguments: [
        (RunOptions(part: 2), ["p11p15", "p16p20"]),
        (RunOptions(checkpoint: "testwiki-20261124-pages-articles3.xml-p21p25.bz2"), ["p21p25"]),
        (
            RunOptions(afterCheckpoint: "testwiki-20261124-pages-articles2.xml-p11p15.bz2"),
            ["p16p20", "p21p25", "p26p30"]
        ),
        (RunOptions(pageRange: 6...10), ["p6p10"]),
    ])
    func someFiles(options: RunOptions, wanted: [String]) async throws {
        let (fixture, parts) = try PieceRunTests.splitFixture()
        let selection = JobSelection(names: ["articlesdump"])
        let first = try await fixture.run(PieceRunTests.jobs(parts), selection)
        let before = try identities(fixture, first.job("articlesdump"))
        let record = try await fixture.run(PieceRunTests.jobs(parts), selection, options: options)
        #expect(record.job("articlesdump")?.status == .done)
        #expect(record.job("articlesdump")?.files == first.job("articlesdump")?.files, "the same bytes and hashes")
        let after = try identities(fixture, record.job("articlesdump"))
        let changed = after.keys.filter { after[$0] != before[$0] }.sorted()
        #expect(
            changed.count == wanted.count && zip(changed, wanted).allSatisfy { $0.contains($1 + ".") }, "\(changed)")

        // Where nothing was before, the job is not done with some of its files.
        let (fresh, _) = try PieceRunTests.splitFixture()
        let partial = try await fresh.run(PieceRunTests.jobs(parts), selection, options: options)
        #expect(partial.job("articlesdump")?.status == .waiting)
        #expect(try fresh.dumpFiles().count == wanted.count)
        let rest = try await fresh.run(PieceRunTests.jobs(parts), selection)
        #expect(rest.job("articlesdump")?.files == first.job("articlesdump")?.files)
    }

    @Test(arguments: [
        (RunOptions(part: 4), "choose from 1 to 3"),
        (RunOptions(checkpoint: "testwiki-20261124-pages-none1.xml-p1p5.bz2"), "name of a file"),
        (RunOptions(checkpoint: "testwiki-20261124-pages-articles1.xml-p1p15.bz2"), "1 to 10"),
    ])
    func whatCannotBe(options: RunOptions, remedy: String) async throws {
        let (fixture, parts) = try PieceRunTests.splitFixture()
        let selection = JobSelection(names: ["articlesdump"])
        var error = await dumpError { try await fixture.run(PieceRunTests.jobs(parts), selection, options: options) }
        #expect(error?.code == .usage && error?.remedy.contains(remedy) == true, "\(error as Any)")
        #expect(try fixture.dumpFiles().isEmpty)
        // A job that was done stays so.
        try await fixture.run(PieceRunTests.jobs(parts), selection)
        let before = (try fixture.text("dumpruninfo.txt"), try fixture.text("dumpstatus.json"))
        error = await dumpError { try await fixture.run(PieceRunTests.jobs(parts), selection, options: options) }
        #expect(error?.code == .usage)
        #expect(try (fixture.text("dumpruninfo.txt"), fixture.text("dumpstatus.json")) == before)
        #expect(before.0.contains("name:articlesdump; status:done"))
    }

    /// A part of the log and of the 7z files: the others stay if they are there, and else are missed.
    @Test(arguments: ["xmlpagelogsdump", "metahistory7zdump"])
    func onePartOfTheLogAndOfTheArchives(name: String) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed: \(seed)")
        var random = SeededRandom(state: seed)
        let content = PieceRunTests.content(pages: 40, gaps: 1...2, &random)
        func fixture() async throws -> (RunFixture, [any Job]) {
            let fixture = try RunFixture(content)
            var parts = PartSettings()
            parts.isEnabled = true
            parts.pages = .list([10, 20, 10])
            parts.logEntries = .list([10, 20, 10])
            var settings = fixture.wiki.settings
            settings.parts = parts
            settings.tools.sevenZip = "/usr/bin/7za"
            fixture.wiki.settings = settings
            let jobs = JobList.standard(for: settings)
            if name.hasPrefix("meta") {
                try await fixture.run(jobs, JobSelection(names: ["metahistorybz2dump"]))
            }
            return (fixture, jobs)
        }
        let selection = JobSelection(names: [name])
        let (whole, allJobs) = try await fixture()
        let first = try #require(try await whole.run(allJobs, selection).job(name))
        #expect(first.status == .done && first.files.count == 3, "\(first)")
        let before = try identities(whole, first)
        let again = try await whole.run(allJobs, selection, options: RunOptions(part: 2)).job(name)
        #expect(again?.status == .done && again?.files == first.files)
        let after = try identities(whole, again)
        let changed = after.keys.filter { after[$0] != before[$0] }
        #expect(changed == [first.files[1].name])

        let (fresh, jobs) = try await fixture()
        let partial = try #require(try await fresh.run(jobs, selection, options: RunOptions(part: 2)).job(name))
        #expect(partial.status == .waiting && partial.files.filter(\.isComplete).map(\.name) == changed)
        let made = try identities(fresh, partial)
        let rest = try #require(try await fresh.run(jobs, selection).job(name))
        #expect(rest.status == .done && rest.files == first.files, "seed \(seed)")
        #expect(try identities(fresh, rest)[first.files[1].name] == made[first.files[1].name], "it was not made again")
        for file in rest.files {
            #expect(try FileCertificate.read(of: file.name, in: fresh.folder(), SmallFiles(fileSystem)) != nil)
        }

        let error = await dumpError { try await fresh.run(jobs, selection, options: RunOptions(part: 4)) }
        #expect(error?.code == .usage && error?.remedy == "choose from 1 to 3", "\(error as Any)")
    }

    /// What is removed before is what is asked for, and nothing else.
    @Test(arguments: [
        (RunOptions(part: 2, cleanup: true), ["2.xml-p11p15", "2.xml-p16p20"]),
        (
            RunOptions(checkpoint: "testwiki-20261124-pages-articles3.xml-p21p25.bz2", cleanup: true),
            ["3.xml-p21p25"]
        ),
        (
            RunOptions(afterCheckpoint: "testwiki-20261124-pages-articles3.xml-p21p25.bz2", cleanup: true),
            ["3.xml-p26p30"]
        ),
        (RunOptions(pageRange: 5...17, cleanup: true), ["1.xml-p6p10", "2.xml-p11p15"]),
    ])
    func cleaningUpAPiece(options: RunOptions, removed: [String]) async throws {
        let (fixture, parts) = try PieceRunTests.splitFixture()
        let jobs = PieceRunTests.jobs(parts)
        let selection = JobSelection(names: ["articlesdump"])
        let first = try await fixture.run(jobs, selection)
        let wanted = removed.map { "testwiki-20261124-pages-articles\($0).bz2" }
        let plan = try fixture.jobRun(jobs, selection, options: options).plan().first { $0.name == "articlesdump" }
        #expect(plan?.removedFiles == wanted)
        if options.pageRange == nil { #expect(plan?.files == wanted) }
        let before = try identities(fixture, first.job("articlesdump"))
        try await fixture.run(jobs, selection, options: options)
        let names = try fixture.dumpFiles()
        for (name, identity) in before where !wanted.contains(name) {
            #expect(names.contains(name), "\(name)")
            #expect(try fixture.identity(name)?.identity == identity, "\(name)")
        }
    }

    /// What a range of its own may cross: it is written in one file for each part.
    @Test func aRangeOverTheEndOfAPart() async throws {
        let (fixture, parts) = try PieceRunTests.splitFixture()
        try await fixture.run(
            PieceRunTests.jobs(parts), JobSelection(names: ["metacurrentdump"]), options: RunOptions(pageRange: 9...12))
        #expect(
            try fixture.dumpFiles().map { $0.dropFirst("testwiki-20261124-".count) } == [
                "pages-meta-current1.xml-p9p10.bz2", "pages-meta-current2.xml-p11p12.bz2",
            ])
    }

    /// A range that was asked for before anything was planned takes the place of planned ones.
    @Test func aRangeOfItsOwnIsJoined() async throws {
        let (fixture, parts) = try PieceRunTests.splitFixture()
        let jobs = PieceRunTests.jobs(parts)
        let job = JobSelection(names: ["metacurrentdump"])
        let first = try await fixture.run(jobs, job, options: RunOptions(pageRange: 8...13))
        #expect(first.job("metacurrentdump")?.status == .waiting)
        let record = try await fixture.run(jobs, JobSelection(names: ["metacurrentdump", "metacurrentdumprecombine"]))
        #expect(record.job("metacurrentdumprecombine")?.status == .done, "\(record.jobs.compactMap(\.privateMessage))")
        let pieces = try #require(record.job("metacurrentdump")).files.map(\.name)
        for ending in ["1.xml-p8p10.bz2", "2.xml-p11p13.bz2"] {
            #expect(pieces.contains { $0.hasSuffix(ending) }, "\(pieces)")
        }
        let whole = try RunFixture(InMemoryContent(pageCount: 30, revisionsPerPage: 2))
        try await whole.run(PieceRunTests.jobs(PartSettings()), job)
        let name = "testwiki-20261124-pages-meta-current.xml.bz2"
        #expect(
            try PieceRunTests.text(fixture.folder().appending(name)).text
                == PieceRunTests.text(whole.folder().appending(name)).text)
    }
}
