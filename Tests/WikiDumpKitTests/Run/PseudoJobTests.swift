import SystemPackage
import Testing
import WikiDumpKit
import WikiDumpKitTesting

@Suite struct PseudoJobTests {
    private let jobs: [any Job] = [TestJob(name: "first"), TestJob(name: "hidden", isPrivate: true)]

    @Test func noopPublishesAgainWhatIsThere() async throws {
        let fixture = try RunFixture()
        try await fixture.run(jobs)
        let before = try fixture.text("dumpstatus.json")
        for name in [
            "dumpstatus.json", "index.html", "md5sums-testwiki-20261124-first.txt.txt",
            "testwiki-20261124-sha1sums.txt",
        ] {
            try fileSystem.remove(fixture.folder().appending(name))
        }
        let link = fixture.wiki.directories.latest.appending("testwiki-latest-first.txt")
        try fileSystem.remove(link)
        let record = try await fixture.run(jobs, JobSelection(names: ["noop"]))
        #expect(record.statuses == ["first": .done, "hidden": .done])
        #expect(fixture.begun == ["first", "hidden"], "no job is done again")
        #expect(try fixture.text("dumpstatus.json") == before)
        #expect(
            try fixture.text("md5sums-testwiki-20261124-first.txt.txt").hasSuffix("  testwiki-20261124-first.txt\n"))
        #expect(try fileSystem.linkTarget(link) == "../20261124/testwiki-20261124-first.txt")
        #expect(try fixture.traces(of: "hidden") == [])
    }

    @Test func noopDoesNotEndARunThatWasCutOff() async throws {
        let fixture = try RunFixture()
        let stopped = TestJob(name: "first", failure: DumpError(.cancelled, "stopped"))
        _ = await dumpError { try await fixture.run([stopped]) }
        #expect(try fixture.text("status.html").contains("dump aborted"))
        try await fixture.run([stopped], JobSelection(names: ["noop"]))
        #expect(try fixture.text("status.html").contains("dump aborted"))
    }

    @Test func aWrongRequestDoesNotEndARunThatWasCutOff() async throws {
        let fixture = try RunFixture()
        let stopped = TestJob(name: "first", failure: DumpError(.cancelled, "stopped"))
        let refused = TestJob(name: "second", failure: DumpError(.usage, "there is no such part"))
        _ = await dumpError { try await fixture.run([stopped, refused]) }
        let before = (try fixture.text("dumpruninfo.txt"), try fixture.text("status.html"))
        #expect(before.1.contains("dump aborted"))
        let error = await dumpError { try await fixture.run([stopped, refused], JobSelection(names: ["second"])) }
        #expect(error?.code == .usage)
        #expect(try fixture.text("dumpruninfo.txt") == before.0)
        #expect(try fixture.text("status.html") == before.1)
    }

    @Test func latestlinksSetsLinksAndNothingElse() async throws {
        let fixture = try RunFixture()
        try await fixture.run(jobs)
        let link = fixture.wiki.directories.latest.appending("testwiki-latest-first.txt")
        try fileSystem.remove(link)
        try fileSystem.remove(fixture.folder().appending("status.html"))
        try await fixture.run(jobs, JobSelection(names: ["latestlinks"]))
        #expect(try fileSystem.linkTarget(link) == "../20261124/testwiki-20261124-first.txt")
        #expect(try fixture.text("status.html").isEmpty)
    }

    @Test func latestlinksOfARunThatIsNotComplete() async throws {
        let fixture = try RunFixture()
        try await fixture.run(jobs, JobSelection(names: ["hidden"]))
        let before = try fileSystem.list(fixture.wiki.directories.latest)
        let error = await dumpError { try await fixture.run(self.jobs, JobSelection(names: ["latestlinks"])) }
        #expect(error?.code == .nothingToDo && error?.message.contains("is not complete") == true)
        #expect(try fileSystem.list(fixture.wiki.directories.latest) == before)
    }

    @Test func createdirsMakesTheFoldersOfARun() async throws {
        let fixture = try RunFixture()
        let record = try await fixture.run(jobs, JobSelection(names: ["createdirs"]))
        #expect(record.statuses == ["first": .waiting, "hidden": .waiting])
        #expect(try fixture.text("dumpruninfo.txt") == "name:first; status:waiting; updated:\n")
        #expect(try fixture.text("status.html").contains("Partial dump"))
        #expect(try fileSystem.status(fixture.wiki.directories.privateRun(record.date))?.isDirectory == true)
        #expect(fixture.begun == [])
    }

    @Test(arguments: ["noop", "latestlinks"]) func withoutARunThereIsNothingToDo(name: String) async throws {
        let fixture = try RunFixture()
        let error = await dumpError { try await fixture.run(self.jobs, JobSelection(names: [name])) }
        #expect(error?.code == .nothingToDo)
        #expect(try fileSystem.status(fixture.folder()) == nil)
    }

    @Test func theyStandAlone() async throws {
        let fixture = try RunFixture()
        let error = await dumpError { try await fixture.run(self.jobs, JobSelection(names: ["noop", "first"])) }
        #expect(error?.code == .usage)
    }
}
