import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct APIInquiryTests {
    private static let request = SiteInfoRequest(properties: ["general", "namespaces"], formatVersion: 1)
    private static let answer = """
        {"query": {"general": {"sitename": "A", "wikiid": "awiki", "base": "http://a/", "generator": "MediaWiki 1.43.9", \
        "case": "first-letter", "lang": "en"}, "namespaces": {"0": {"id": 0, "case": "first-letter", "*": ""}}}}
        """

    /// Asks a shell script in place of curl, which finds the answer in a file beside it.
    private func ask(_ script: String, retries: Int = 0) async throws -> WikiFacts {
        let farm = try TemporaryFarm()
        let curl = farm.root.appending("curl")
        try FileSystem.write(
            Array("#!/bin/sh\ncd \"${0%/*}\"\n\(script)\n".utf8), to: curl, permissions: 0o755)
        try FileSystem.write(Array(Self.answer.utf8), to: farm.root.appending("answer"))
        let api = APISettings(
            address: "https://wiki.example.org/w/api.php", host: "wiki.example.org", curl: curl.string)
        return try await APIInquiry(api: api, requests: [Self.request], retries: retries).ask()
    }

    @Test func theAnswerIsKeptAsItCame() async throws {
        let facts = try await ask("cat answer")
        #expect(facts.origin == .api("https://wiki.example.org/w/api.php"))
        #expect(facts.siteInfo.databaseName == "awiki")
        #expect(facts.everybodyMayRead == true)
        #expect(facts.logRestrictions == nil && facts.legacyEncoding == nil)
        #expect(try facts.answer(to: Self.request) == Array(Self.answer.utf8))
    }

    @Test func theRequestIsOfTheJob() async throws {
        let address = "https://wiki.example.org/w/api.php?action=query&meta=siteinfo&siprop=general%7Cnamespaces"
        let words = ["--proto =http,https", "Host: wiki.example.org", "\(address)&format=json&formatversion=1"]
        let checks = words.map { "case \"$*\" in *'\($0)'*) ;; *) exit 9;; esac" }
        _ = try await ask((checks + ["cat answer"]).joined(separator: "\n"))
    }

    @Test func aRequestThatTellsTheHeaderIsAdded() async throws {
        let only = SiteInfoRequest(properties: ["magicwords"], formatVersion: 2)
        #expect([only].withHeader == [only, .header])
        #expect([Self.request].withHeader == [Self.request])
    }

    @Test(arguments: [
        ("echo '<html>Service unavailable</html>'", "not JSON"), ("echo 'curl: (22) 503' >&2; exit 22", "(22) 503"),
        ("echo '{\"error\": {\"info\": \"no rights\"}}'", "no rights"), ("exit 0", "not JSON"),
        ("echo '{\"query\": {\"general\": {}}}'", "lacks namespaces"),
    ]) func anErrorIsNoAnswer(script: String, part: String) async throws {
        let error = await #expect(throws: DumpError.self) { _ = try await ask(script) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test func itIsTriedAgain() async throws {
        _ = try await ask("[ -e again ] || { touch again; exit 7; }; cat answer", retries: 1)
    }
}
