import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct FarmTests {
    private func farm(_ fixture: FarmFixture, _ text: String = "") throws -> WikiFarm {
        WikiFarm(try fixture.inspect(text)) { settings, name throws(DumpError) in
            throw DumpError(.source, "\(name) \(settings.databasePath) \(settings.siteInfoPath)")
        }
    }

    @Test func aWikiHasItsFolders() throws {
        let fixture = try FarmFixture()
        try fixture.write("p", "dewiki\n")
        let farm = try farm(fixture, "privatelist=p\n[output]\npublic=pub\nprivate=priv\ntemp=t\n")
        let open = try farm.wiki("enwiki").directories
        #expect(open.publicRoot == fixture.path.pushing("pub/enwiki"))
        #expect(open.privateRoot == fixture.path.pushing("priv/enwiki"))
        #expect(open.temporary == fixture.path.pushing("t/e/enwiki"))
        let secret = try farm.wiki("dewiki")
        #expect(secret.isPrivate)
        #expect(secret.directories.publicRoot == fixture.path.pushing("priv/dewiki"))
    }

    @Test func aWikiThatIsNotListed() throws {
        let farm = try farm(try FarmFixture())
        let error = dumpError { _ = try farm.wiki("enwikki") }
        #expect(error?.code == .unknownWiki)
        #expect(error?.remedy == "did you mean enwiki?")
        #expect(dumpError { _ = try farm.wiki("../etc") }?.code == .unknownWiki)
    }

    @Test func contentComesFromTheFactory() throws {
        let fixture = try FarmFixture()
        let without = try farm(fixture).wiki("enwiki")
        let error = dumpError { _ = try without.contentSource() }
        #expect(error?.code == .configuration)
        #expect(error?.remedy.contains("databasepath and siteinfo") == true)
        let with = try farm(fixture, "[source]\ndatabasepath=d/{wiki}.db\nsiteinfo={wiki}/{other}.json\n").wiki(
            "enwiki")
        #expect(
            dumpError { _ = try with.contentSource() }?.message
                == "enwiki \(fixture.path)/d/enwiki.db \(fixture.path)/enwiki/{other}.json")
    }

    @Test func orderOfTheList() throws {
        let fixture = try FarmFixture()
        try fixture.write("all.dblist", "b\nc\na\n")
        try fixture.write("o.conf", "[wiki]\ndblist=all.dblist\n[misc]\nfixeddumporder=1\n")
        let configuration = try fixture.loader.load("o.conf")
        let farm = WikiFarm(configuration) { _, _ throws(DumpError) in throw DumpError(.source, "none") }
        #expect(farm.wikis.map(\.name.description) == ["b", "c", "a"])
    }

    @Test func runDates() throws {
        let fixture = try FarmFixture()
        for name in ["20261101", "20261031", "20269999", "latest", "2026110", "20261102x"] {
            try fileSystem.makeDirectory(fixture.path.appending(name))
        }
        try fixture.write("20261231", "a file")
        let runs = RunDirectories(root: fixture.path, on: fileSystem)
        #expect(try runs.dates().map(\.description) == ["20261031", "20261101"])
        #expect(try runs.latest()?.description == "20261101")
        #expect(try runs.latest(notAfter: DumpDate("20261031"))?.description == "20261031")
        #expect(try runs.latest(notAfter: DumpDate("20200101")) == nil)
        #expect(try RunDirectories(root: fixture.path.appending("absent"), on: fileSystem).dates().isEmpty)
    }

    @Test(arguments: [
        (nil, RunState.interrupted), ("", .interrupted), ("\n", .interrupted), ("no idea", .interrupted),
        ("<li>2026-01-01 00:00:00 x: <span class='done'>Dump complete</span></li>\n", .complete),
        ("<span class='done failed'>Dump complete, 1 item failed</span>", .failed),
        ("<span class='partial-dump failed'>Partial dump, 2 items failed</span>", .failed),
        ("<span class='partial-dump'>Partial dump</span>", .partial),
        ("<span class='in-progress'>Dump in progress</span>", .interrupted),
        ("<span class='in-progress failed'>Dump in progress, 1 item failed</span>", .interrupted),
        ("<span class=\"failed\">dump aborted</span>", .interrupted),
    ]) func runStates(line: String?, state: RunState) {
        #expect(RunState(statusLine: line) == state)
    }
}
