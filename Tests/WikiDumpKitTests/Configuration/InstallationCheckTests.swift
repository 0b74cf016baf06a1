import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct InstallationCheckTests {
    private let fixture: FarmFixture
    private let source = "[source]\ndatabasepath={wiki}.sqlite\nsiteinfo={wiki}.json\n"

    init() throws {
        fixture = try FarmFixture()
        for wiki in ["enwiki", "dewiki"] {
            try fixture.write("\(wiki).sqlite", "")
            try fixture.writeSiteInfo("\(wiki).json")
        }
    }

    private func errors(_ text: String = "", wikis: String = "dewiki\nenwiki\n") throws -> [String] {
        try fixture.inspect(text + source, wikis: wikis).errors
    }

    @Test func aSoundFarm() throws { #expect(try errors() == []) }

    @Test(arguments: ["enwiki.sqlite", "enwiki.json"], [true, false])
    func whatIsNotThere(name: String, isFolder: Bool) throws {
        let path = fixture.path.appending(name)
        try fileSystem.remove(path)
        if isFolder { try fileSystem.makeDirectory(path) }
        let found = try errors()
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("\(fixture.path)/my.conf:") == true, "\(found)")
        #expect(found.first?.contains("\(path)") == true, "\(found)")
        #expect(found.first?.contains("of enwiki: ") == true, "\(found)")
        #expect(found.first?.hasSuffix(")") == true, "there is a remedy: \(found)")
        // One wiki keeps the others from nothing.
        #expect(try fixture.loader.load("my.conf").wikis.count == 2)
    }

    @Test func aDamagedSiteInfo() throws {
        try fixture.write("enwiki.json", "{")
        #expect(try errors().first?.contains("enwiki.json is not JSON") == true)
    }

    /// Who asks the wiki can do without the file.
    @Test func aMissingFileIsNoErrorWhereTheWikiIsAsked() throws {
        try fileSystem.remove(fixture.path.appending("enwiki.json"))
        let found = try fixture.inspect(source + "[enwiki]\napiaddress=http://wiki.example/api.php\n").problems
        #expect(found.filter { $0.message.contains("enwiki.json") }.map(\.severity) == [.warning], "\(found)")
    }

    @Test func runsOfAPrivateWikiInThePublicTree() throws {
        try fixture.write("private.dblist", "enwiki\n")
        let text = "privatelist=private.dblist\n[output]\npublic=pub\nprivate=priv\n"
        try fileSystem.makeDirectory(fixture.path.pushing("pub/enwiki/latest"))
        #expect(try errors(text) == [])
        try fileSystem.makeDirectory(fixture.path.pushing("pub/enwiki/20260101"))
        let found = try errors(text)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains("in \(fixture.path)/pub/enwiki (move") == true, "\(found)")
        #expect(found.first?.contains("\(fixture.path)/priv/enwiki") == true, "\(found)")
    }

    @Test(arguments: ["home.html", "home-bydb.html", "index.json", "maintenance.txt"])
    func aWikiWithTheNameOfAFile(name: String) throws {
        for ending in ["sqlite", "json"] {
            try fileSystem.link(fixture.path.appending("\(name).\(ending)"), to: "enwiki.\(ending)")
        }
        let found = try errors("[output]\nindex=home.html\n", wikis: "enwiki\n\(name)\n")
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains("\(name) is both a wiki and a file") == true, "\(found)")
        #expect(dumpError { _ = try fixture.loader.load("my.conf") }?.code == .configuration)
    }
}
