import SystemPackage
import Testing

@testable import WikiDumpKit

/// Programs that are not there, or not where the configuration says.
@Suite struct ToolCheckTests {
    private let wiki = Sample.wiki("enwiki")

    @Test(arguments: ["curl", "php", "sevenzip"]) func aWrongPathIsTold(name: String) throws {
        let fixture = try FarmFixture()
        try fixture.write("no-program", "text")
        for path in ["/nowhere/\(name)", "no-program", "."] {
            let found = try fixture.inspect("[tools]\n\(name)=\(path)\n").notices.filter {
                $0.message.contains("[tools] \(name): there is no program")
            }
            #expect(found.map(\.severity) == [.warning])
            #expect(found.first?.file != nil && found.first?.line == 4)
        }
    }

    @Test func aPathThatIsRightIsNot() throws {
        let configuration = try FarmFixture().inspect("[tools]\ncurl=/bin/sh\nsevenzip=/bin/sh\nphp=/bin/sh\n")
        #expect(!configuration.problems.contains { $0.message.contains("[tools]") })
        #expect(configuration.settings(for: wiki).tools.sevenZip == "/bin/sh")
        #expect(configuration.settings(for: wiki).source.mediaWiki.php == "/bin/sh")
    }

    @Test func withoutSevenZipThereAreNoJobsOfIt() throws {
        func jobs(_ text: String) throws -> [String] {
            let configuration = try FarmFixture().inspect(text)
            return JobList.standard(for: configuration.settings(for: wiki)).map(\.name).filter { $0.contains("7z") }
        }
        #expect(try jobs("[tools]\nsevenzip=\n") == [])
        #expect(try jobs("[tools]\nsevenzip=/bin/sh\n") == ["metahistory7zdump"])
        #expect(try jobs("[tools]\nsevenzip=/nowhere/7z\n") == ["metahistory7zdump"], "who names it wants it")
        let isThere = ToolPaths.places["sevenzip"]?.contains(where: fileSystem.isProgram) == true
        #expect(try jobs("") == (isThere ? ["metahistory7zdump"] : []))
    }

    @Test func whatIsMissingIsToldWhereItIsNeeded() throws {
        // No program is there, whatever this machine has.
        func told(_ text: String) throws -> [String] {
            let fixture = try FarmFixture()
            let configuration = try fixture.inspect(text)
            let file = fixture.path.appending("my.conf")
            let document = try INIDocument(parsing: try fileSystem.read(file), file: file)
            let lookup = OptionLookup(document: document, overrideSection: nil, workingDirectory: fixture.path)
            var check = ToolCheck(lookup: lookup, lists: WikiLists(lookup, on: fileSystem), farm: configuration.farm)
            check.isThere = { _ in false }
            return check.problems().map { "\($0.severity): \($0.message)" }
        }
        let dblist = "[reporting]\nadminmail=nomail\n"
        #expect(try told(dblist).map { $0.prefix(16) } == ["note: there is n"], "7z alone")
        #expect(try told("").map { $0.prefix(16) } == ["note: there is n"], "nobody gets mail")
        let mail = "[reporting]\nadminmail=ops@example.org\n"
        #expect(try told(mail).count { $0.hasPrefix("note: there is no curl, so mail") } == 1)
        #expect(try told("[enwiki]\nproducer=mediawiki\n").contains { $0.hasPrefix("warning: there is no PHP") })
        #expect(try told("apiaddress=http://x/\n").contains { $0.hasPrefix("warning: there is no curl, so the API") })
        #expect(
            try told(mail + "smtpserver=/usr/sbin/nothing\n").contains {
                $0.hasPrefix("warning: [reporting] smtpserver: there is no program")
            })
    }
}
