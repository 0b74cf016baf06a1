import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// A wiki that not everybody may read is not published, whatever the lists of private wikis say.
@Suite struct ReadersCheckTests {
    @Test func aWikiThatNotEverybodyMayReadStopsBeforeAnythingIsPublished() async throws {
        let fixture = try RunFixture()
        fixture.wiki.content.facts.everybodyMayRead = false
        let error = await dumpError { try await fixture.run([TestJob(name: "first")]) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("testwiki says that not everybody may read it") == true)
        #expect(error?.remedy.contains("privatelist") == true)
        #expect(try fileSystem.status(fixture.wiki.directories.publicRoot) == nil)
        #expect(fixture.begun == [])
    }

    @Test(arguments: [true, nil]) func whoeverMayBeReadIsDumped(everybody: Bool?) async throws {
        let fixture = try RunFixture()
        fixture.wiki.content.facts.everybodyMayRead = everybody
        #expect(try await fixture.run([TestJob(name: "first")]).failures == 0)
    }

    @Test func aPrivateWikiIsDumpedIntoThePrivateTree() async throws {
        let fixture = try RunFixture(isPrivate: true)
        fixture.wiki.content.facts.everybodyMayRead = false
        #expect(try await fixture.run([TestJob(name: "first")]).failures == 0)
    }

    @Test func aRefusalOfTheAPISaysTheSame() async throws {
        let fixture = try RunFixture()
        let check = ReadersCheck(fixture.wiki)
        func failure(_ error: DumpError) async -> DumpError? {
            await dumpError { try await check.check { () throws(DumpError) in throw error } }
        }
        let denied = await failure(DumpError(.source, "no answer", cause: ReadDenied()))
        #expect(denied?.code == .configuration)
        // What else goes wrong is told by the run.
        #expect(await failure(DumpError(.source, "no answer")) == nil)
        let lost = DumpError(.source, "no answer", remedy: "knock")
        #expect(try await check.check { () throws(DumpError) in throw lost } == .silent("no answer (knock)"))
        var facts = fixture.wiki.content.facts
        facts.everybodyMayRead = nil
        #expect(try await check.check { facts } == .notAsked)
        #expect(await failure(DumpError(.cancelled, "stopped"))?.code == .cancelled)
    }

    /// A worker for awiki, which not everybody may read, and bwiki.
    private func worker(_ fixture: RunFixture) -> Worker {
        var closed = InMemoryContent(pageCount: 1)
        closed.facts.everybodyMayRead = false
        // The note of a refusal has the time of the file system.
        let (farm, clock, table) = (fixture.farm.settings, SystemWallClock(), LockTable())
        let wikis = [("awiki", closed), ("bwiki", InMemoryContent(pageCount: 1))].map {
            InMemoryWiki(name: Sample.wiki($0), folder: fixture.farm.root, content: $1)
        }
        return Worker(
            wikis: wikis,
            makeRun: { wiki, date, request in
                JobRun(
                    wiki: wiki, date: date, jobs: [TestJob(name: "first")], selection: request.jobs,
                    notice: request.notice,
                    publisher: RunPublisher(directories: wiki.directories, farm: farm, renderer: PlainPages()),
                    clock: clock, logger: LogCapture().logger)
            },
            locks: table.factory(),
            clock: clock, logger: LogCapture().logger)
    }

    /// A loop does not come back to it at once, and the others have their turn.
    @Test func aRefusedWikiDoesNotKeepTheOthersWaiting() async throws {
        let fixture = try RunFixture()
        let worker = worker(fixture)
        #expect(await dumpError { _ = try await worker.run(RunRequest(), fixture.events) }?.code == .configuration)
        #expect(try await worker.run(RunRequest(), fixture.events).wiki == Sample.wiki("bwiki"))
        #expect(await dumpError { _ = try await worker.run(RunRequest(), fixture.events) }?.code == .nothingToDo)
        #expect(worker.failedWikis(RunRequest()) == [Sample.wiki("awiki")] && worker.nextRetry(RunRequest()) == nil)
    }

    @Test func aDryRunRefusesAsTheRunDoes() async throws {
        let fixture = try RunFixture()
        let worker = worker(fixture)
        let names = try fileSystem.list(fixture.farm.root)
        let error = await dumpError { _ = try await worker.plan(RunRequest(wiki: Sample.wiki("awiki"))) }
        #expect(error?.code == .configuration && error?.message.contains("not everybody may read it") == true)
        #expect(try await worker.plan(RunRequest(wiki: Sample.wiki("bwiki"))).jobs.count == 1)
        #expect(try fileSystem.list(fixture.farm.root) == names)
    }

    /// Nothing is made in the public tree for it, whatever is asked for.
    @Test func neitherANoticeNorAFolderIsMadeForARefusedWiki() async throws {
        let fixture = try RunFixture()
        let worker = worker(fixture)
        let requests = [
            RunRequest(wiki: Sample.wiki("awiki"), notice: .text("Late")),
            RunRequest(wiki: Sample.wiki("awiki"), jobs: JobSelection(names: ["createdirs"])),
        ]
        for request in requests {
            #expect(await dumpError { _ = try await worker.run(request, fixture.events) }?.code == .configuration)
        }
        let tree = fixture.wiki.directories.publicRoot.removingLastComponent()
        #expect(try fileSystem.status(tree.appending("awiki")) == nil)
        let record = try await worker.run(
            RunRequest(wiki: Sample.wiki("bwiki"), notice: .text("Late")), fixture.events)
        let folder = tree.appending("bwiki").appending(record.date.description)
        #expect(try fileSystem.text(folder.appending("notice.txt")) == "Late\n")
    }
}
