import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct SiteInfoJobTests {
    private static let answer = #"{"batchcomplete": true, "query": {"general": {"a": 1}, "namespaces": {}}}"#

    private func job(version: Int = 2, properties: [String] = ["general", "namespaces"]) -> SiteInfoJob {
        SiteInfoJob(
            APIJobDefinition(job: "info", description: "Info", properties: properties, formatVersion: version))
    }

    private func text(_ fixture: RunFixture, _ name: String) async throws -> String {
        let path = fixture.folder().appending("testwiki-20261124-\(name)")
        let done = try await PipelineRunner().run(
            Pipeline("gzip", [Command("gzip", ["-dc", path.string])], output: .collected(limit: 1 << 20)))
        return String(decoding: done.output, as: UTF8.self)
    }

    @Test func theSavedAnswerIsUsedWithoutAnAddress() async throws {
        let fixture = try RunFixture()
        let path = fixture.farm.root.appending("info.json")
        try FileSystem.write(Array(Self.answer.utf8), to: path)
        fixture.wiki.settings.source.siteInfoPath = path
        try await fixture.run([job(properties: ["namespaces"])])
        #expect(
            try await text(fixture, "siteinfo2-info.json.gz")
                == #"{"batchcomplete": true, "query": {"namespaces": {}}}"#)

        let record = try await fixture.run([job(version: 1, properties: ["magicwords"])])
        #expect(record.job("info")?.status == .failed)
        #expect(record.job("info")?.privateMessage?.contains("lacks magicwords") == true)
        #expect(!(try fixture.dumpFiles().contains { $0.contains("siteinfo-") }))
    }

    /// A farm that asks a shell script in place of curl.
    private func fixture(asking script: String) throws -> RunFixture {
        let fixture = try RunFixture()
        let curl = fixture.farm.root.appending("curl")
        try FileSystem.write(Array("#!/bin/sh\n\(script)\n".utf8), to: curl, permissions: 0o755)
        fixture.wiki.settings.tools.curl = curl.string
        fixture.wiki.settings.api = APISettings(address: "https://wiki.example.org/w/api.php", host: "wiki.example.org")
        fixture.wiki.settings.maximumRetries = 0
        return fixture
    }

    @Test func theWikiIsAsked() async throws {
        let fixture = try fixture(asking: "echo '{\"query\": {\"general\": \"'$*'\", \"namespaces\": 1}}'")
        let record = try await fixture.run([job(version: 1)])
        #expect(record.failures == 0, "\(record.jobs.compactMap(\.privateMessage))")
        let words = try await text(fixture, "siteinfo-info.json.gz")
        #expect(words.contains("--fail ") && words.contains("--max-time 120") && words.contains("--proto =http,https"))
        #expect(words.contains("--header Host: wiki.example.org "))
        let address = "https://wiki.example.org/w/api.php?action=query&meta=siteinfo&siprop=general%7Cnamespaces"
        #expect(words.contains("--url \(address)&format=json&formatversion=1\""), "\(words)")
    }

    @Test(arguments: [
        ("echo '<html>Service unavailable</html>'", "not JSON"), ("echo 'curl: (22) 503' >&2; exit 22", "(22) 503"),
        ("echo '{\"error\": {\"info\": \"no rights\"}}'", "no rights"), ("exit 0", "not JSON"),
        ("echo '{\"query\": {\"general\": {}}}'", "lacks namespaces"),
    ]) func anErrorIsNeverPublished(script: String, part: String) async throws {
        let fixture = try fixture(asking: script)
        let record = try await fixture.run([job(), TestJob(name: "last")])
        #expect(record.statuses == ["info": .failed, "last": .done])
        #expect(
            record.job("info")?.privateMessage?.contains(part) == true, "\(record.job("info")?.privateMessage ?? "")")
        #expect(try fixture.dumpFiles() == ["testwiki-20261124-last.txt"])
    }

    @Test func itIsTriedAgain() async throws {
        let fixture = try fixture(asking: "cd \"${0%/*}\"; [ -e again ] || { touch again; exit 7; }; cat answer")
        try FileSystem.write(Array(Self.answer.utf8), to: fixture.farm.root.appending("answer"))
        fixture.wiki.settings.maximumRetries = 1
        let record = try await fixture.run([job()])
        #expect(record.failures == 0)
        #expect(try await text(fixture, "siteinfo2-info.json.gz") == Self.answer)
    }

    /// The real curl, and a server that only says 503.
    @Test func anHTTPErrorIsAFailureForTheRealCurl() async throws {
        let fixture = try RunFixture()
        let port = fixture.farm.root.appending("port")
        let server = """
            import http.server, os, sys
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(503)
                    self.end_headers()
                    self.wfile.write(b'{"query": {"general": {}, "namespaces": {}}}')
                def log_message(self, *words): pass
            server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
            open(sys.argv[1] + ".new", "w").write(str(server.server_port))
            os.rename(sys.argv[1] + ".new", sys.argv[1])
            server.handle_request()
            """
        async let served = PipelineRunner().run(
            Pipeline("server", [Command("python3", ["-c", server, port.string])]))
        while try FileSystem.status(port) == nil { try await Task.sleep(for: .milliseconds(20)) }
        let number = try #require(try FileSystem.text(port))
        fixture.wiki.settings.api = APISettings(address: "http://127.0.0.1:\(number)/w/api.php")
        fixture.wiki.settings.maximumRetries = 0
        let record = try await fixture.run([job()])
        #expect(record.job("info")?.status == .failed)
        #expect(record.job("info")?.privateMessage?.contains("503") == true)
        _ = try await served
    }
}
