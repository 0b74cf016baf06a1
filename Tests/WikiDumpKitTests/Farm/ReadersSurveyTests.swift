import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// The check of a configuration asks the wikis that would be public who may read them.
@Suite struct ReadersSurveyTests {
    /// Says what the name of the wiki tells.
    private struct Spoken: WikiInquiry {
        let wiki: WikiName

        func ask() throws(DumpError) -> WikiFacts {
            var facts = InMemoryContent().facts
            switch wiki.description {
            case "deniedwiki": throw DumpError(.source, "you may not", cause: ReadDenied())
            case "lostwiki", "awaywiki": throw DumpError(.source, "no server")
            default: facts.everybodyMayRead = wiki.description == "openwiki"
            }
            return facts
        }
    }

    private func problems(_ wikis: [String]) async throws -> [String] {
        let fixture = try FarmFixture()
        try fixture.write("private.dblist", "boardwiki\n")
        let configuration = try fixture.inspect(
            "privatelist=private.dblist\napiaddress=https://{wiki}.example.org/api.php\n[quietwiki]\napiaddress=\n",
            wikis: wikis.map { $0 + "\n" }.joined())
        var survey = ReadersSurvey(configuration)
        survey.inquiry = { Spoken(wiki: $1) }
        return try await survey.problems().map {
            "\($0.severity.rawValue) \($0.line.map(String.init) ?? ""): \($0.message)"
        }
    }

    @Test func whoMayReadEachWiki() async throws {
        #expect(try await problems(["openwiki", "boardwiki"]) == [])
        let found = try await problems([
            "awaywiki", "boardwiki", "closedwiki", "deniedwiki", "lostwiki", "openwiki", "quietwiki",
        ])
        let text = "says that not everybody may read it, but the configuration makes it public"
        #expect(
            found == [
                "error 3: the wiki closedwiki \(text)", "error 3: the wiki deniedwiki \(text)",
                "note : awaywiki and 1 more did not say whether everybody may read it: no server",
                "note : cannot check whether everybody may read quietwiki",
            ])
    }
}
