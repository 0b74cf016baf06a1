import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct SiteInfoJobTests {
    private static let file = FilePath(Fixtures.root.string + "/Examples/demo/wikis/demowiki.siteinfo.json")

    private func job(version: Int = 2, properties: [String] = ["general", "namespaces"]) -> SiteInfoJob {
        SiteInfoJob(
            APIJobDefinition(job: "info", description: "Info", properties: properties, formatVersion: version))
    }

    private func fixture(_ facts: WikiFacts) throws -> RunFixture {
        var content = InMemoryContent(pageCount: 1)
        content.facts = facts
        return try RunFixture(content)
    }

    private func text(_ fixture: RunFixture, _ name: String) async throws -> String {
        try await Fixtures.unpacked(fixture.folder().appending("testwiki-20261124-\(name)"))
    }

    @Test func aSavedAnswerIsToldInTheFormatWanted() async throws {
        let fixture = try fixture(try SiteInfoFile(Self.file).ask())
        try await fixture.run([job(version: 1, properties: ["namespaces"])])
        let written = try JSONValue(parsing: Array(try await text(fixture, "siteinfo-info.json.gz").utf8))
        #expect(written["batchcomplete"]?.string == "")
        #expect(written["query"]?.members?.map(\.key) == ["namespaces"])
        #expect(written["query"]?["namespaces"]?["1"]?["*"]?.string == "Talk")
    }

    @Test func whatNobodyToldIsNotPublished() async throws {
        let fixture = try fixture(try SiteInfoFile(Self.file).ask())
        let record = try await fixture.run([job(properties: ["skins"]), TestJob(name: "last")])
        #expect(record.statuses == ["info": .failed, "last": .done])
        #expect(record.job("info")?.privateMessage?.contains("lacks skins") == true)
        #expect(try fixture.dumpFiles() == ["testwiki-20261124-last.txt"])
    }

    @Test func theAnswerOfTheWikiIsWrittenAsItCame() async throws {
        var facts = InMemoryContent().facts
        let answer = #"{"batchcomplete":true,"query":{"general":{},"namespaces":{"x":"\/"}}}"#
        facts.answers[job().definition.request] = Array(answer.utf8)
        let fixture = try fixture(facts)
        try await fixture.run([job()])
        #expect(try await text(fixture, "siteinfo2-info.json.gz") == answer)
    }

    /// Where the wiki cannot be asked the saved answer is published, and the certificate tells how old it is.
    @Test func anAnswerThatStandsInIsPublishedWithItsAge() async throws {
        var facts = try SiteInfoFile(Self.file).ask()
        facts.refusals = ["the server is on fire"]
        let fixture = try fixture(facts)
        let record = try await fixture.run([job()])
        #expect(record.statuses == ["info": .done])
        let written = try JSONValue(parsing: Array(try await text(fixture, "siteinfo2-info.json.gz").utf8))
        #expect(written["query"]?["namespaces"] != nil)
        let name = "testwiki-20261124-siteinfo2-info.json.gz"
        let certificate = try #require(try FileCertificate.read(of: name, in: fixture.folder(), SmallFiles(fileSystem)))
        #expect(certificate.evidence.siteInfoTime == facts.savedAt && facts.savedAt != nil)
        #expect(try FileCertificate(parsing: certificate.bytes) == certificate)
    }
}
