import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct WikiListTests {
    @Test func listMinusSkipLists() throws {
        let fixture = try FarmFixture()
        try fixture.write("skip1", "bwiki\n")
        try fixture.write("skip2", "# none\n dwiki \n")
        let configuration = try fixture.inspect(
            "skipdblist=skip1, skip2\n", wikis: "cwiki\n\n# x\n  be-x-old_1 \nbwiki\nawiki\ndwiki\n")
        #expect(configuration.wikis.map(\.description) == ["awiki", "be-x-old_1", "cwiki"])
        #expect(configuration.wikisInListOrder.map(\.description) == ["cwiki", "be-x-old_1", "awiki"])
        #expect(configuration.errors.isEmpty)
    }

    @Test func repeatedNamesCountOnce() throws {
        let configuration = try FarmFixture().inspect("", wikis: "a\nb\na\n")
        #expect(configuration.wikis.count == 2)
        #expect(configuration.problems.contains { $0.severity == .note && $0.line == 3 })
    }

    @Test func privateAndClosed() throws {
        let fixture = try FarmFixture()
        try fixture.write("p", "enwiki\n")
        try fixture.write("c", "dewiki\n")
        let configuration = try fixture.inspect("privatelist=p\nclosedlist=c\n")
        let (en, de) = (try #require(WikiName("enwiki")), try #require(WikiName("dewiki")))
        #expect(configuration.isPrivate(en) && !configuration.isPrivate(de))
        #expect(configuration.isClosed(de) && !configuration.isClosed(en))
        #expect(configuration.errors.isEmpty)
    }

    @Test(arguments: [
        "privatelist=absent\n", "privatelist=p\n", "privatelist=.\n", "privatelist=%(x)s\n", "privatelist=q\n",
    ]) func aDoubtAboutPrivacyStopsEverything(line: String) throws {
        let fixture = try FarmFixture()
        try fixture.write("p", "enwiki # staff only\n")
        try fixture.write("q", "EnWiki\n")
        let configuration = try fixture.inspect(line)
        #expect(configuration.errors.count == 1, "\(configuration.errors)")
        let all = configuration.wikis
        #expect(all.allSatisfy { configuration.isPrivate($0) })
        #expect(dumpError { _ = try fixture.loader.load("my.conf") }?.code == .configuration)
    }

    @Test(arguments: [("dblist=absent", true), ("skipdblist=absent", true), ("closedlist=absent", false)])
    func missingLists(line: String, isError: Bool) throws {
        let configuration = try FarmFixture().inspect(line + "\n")
        let found = configuration.problems.filter { $0.message.contains("absent") }
        #expect(found.map(\.severity) == [isError ? .error : .warning])
    }

    @Test(arguments: ["../etc", "a b", "x/y", "wiki#1"]) func namesThatAreNone(name: String) throws {
        let fixture = try FarmFixture()
        let configuration = try fixture.inspect("", wikis: "good\n\(name)\n")
        #expect(configuration.errors.first?.hasPrefix("\(fixture.path)/all.dblist:2: ") == true)
        #expect(configuration.wikis.map(\.description) == ["good"])
    }

    @Test func aPrivateWikiReadFromTheDatabaseOfAPublicOne() throws {
        let fixture = try FarmFixture()
        try fixture.write("p", "enwiki\n")
        for name in ["one", "enwiki", "dewiki"] { try fixture.write("\(name).sqlite", "") }
        try fixture.writeSiteInfo("s.json")
        let source = "[source]\ndatabasepath=one.sqlite\nsiteinfo=s.json\n"
        #expect(try fixture.inspect("privatelist=p\n" + source).errors.count == 1)
        #expect(try fixture.inspect(source).errors == [])
        #expect(try fixture.inspect(source).warnings.count == 1)
        #expect(try fixture.inspect("privatelist=p\n" + source.replacing("one", with: "{wiki}")).problems == [])
    }
}
