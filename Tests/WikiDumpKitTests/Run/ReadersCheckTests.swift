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
        #expect(try FileSystem.status(fixture.wiki.directories.publicRoot) == nil)
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
        let check = ReadersCheck(wiki: fixture.wiki)
        func failure(_ error: DumpError) async -> DumpError? {
            await dumpError { try await check.check { () throws(DumpError) in throw error } }
        }
        let denied = await failure(DumpError(.source, "no answer", cause: ReadDenied()))
        #expect(denied?.code == .configuration)
        // What else goes wrong is told by the run.
        #expect(await failure(DumpError(.source, "no answer")) == nil)
        #expect(await failure(DumpError(.cancelled, "stopped"))?.code == .cancelled)
    }
}
