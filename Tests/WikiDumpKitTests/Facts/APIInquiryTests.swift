import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct APIInquiryTests {
    private static let request = SiteInfoRequest(
        properties: ["general", "namespaces"], formatVersion: 1)
    private static let answer = """
        {"query": {"general": {"sitename": "A", "wikiid": "awiki", "base": "http://a/", "generator": "MediaWiki 1.43.9", \
        "case": "first-letter", "lang": "en"}, "namespaces": {"0": {"id": 0, "case": "first-letter", "*": ""}}}}
        """

    private let timer = SkippingTimer()

    /// Asks a shell script in place of curl, which finds a good answer in a file beside it.
    private func ask(_ script: String, retries: Int = 0) async throws -> WikiFacts {
        let farm = try TemporaryFarm()
        let curl = farm.root.appending("curl")
        try fileSystem.write(
            Array("#!/bin/sh\ncd \"${0%/*}\"\n\(script)\n".utf8), to: curl, permissions: 0o755)
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + Self.answer
        try fileSystem.write(Array(answer.utf8), to: farm.root.appending("answer"))
        let api = APISettings(
            address: "https://wiki.example.org/w/api.php", host: "wiki.example.org", curl: curl.string,
            userAgent: "us (https://us.example)")
        return try await APIInquiry(api: api, requests: [Self.request], retries: retries, timer: timer)
            .ask()
    }

    /// A script that prints an answer with a status, fields and a body.
    private func answering(_ status: Int, _ fields: String = "", _ body: String = "{}") -> String {
        "printf 'HTTP/1.1 \(status) x\\r\\n\(fields)\\r\\n'; cat <<'END'\n\(body)\nEND"
    }

    /// Does so for the first tries, and then answers well.
    private func first(_ count: Int, _ script: String) -> String {
        "echo x >>tries\n[ $(wc -l <tries) -gt \(count) ] && { cat answer; exit 0; }\n\(script)"
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
        let address =
            "https://wiki.example.org/w/api.php?action=query&meta=siteinfo&siprop=general%7Cnamespaces"
        let words = [
            "--proto =http,https", "Host: wiki.example.org", "--user-agent us (https://us.example)",
            "--max-time 30",
            "\(address)&format=json&formatversion=1&maxlag=5",
        ]
        let checks = words.map { "case \"$*\" in *'\($0)'*) ;; *) exit 9;; esac" }
        _ = try await ask((checks + ["cat answer"]).joined(separator: "\n"))
    }

    @Test func aRequestThatTellsTheHeaderIsAdded() async throws {
        let only = SiteInfoRequest(properties: ["magicwords"], formatVersion: 2)
        #expect([only].withHeader == [only, .header])
        #expect([Self.request].withHeader == [Self.request])
    }

    @Test(arguments: [429, 503])
    func aServerThatWantsToBeLeftAloneIs(status: Int) async throws {
        _ = try await ask(first(2, answering(status, "Retry-After: 11\\r\\n")), retries: 3)
        #expect(timer.pauses == [.seconds(11), .seconds(11)])
    }

    @Test func aLaggingDatabaseIsWaitedFor() async throws {
        let error = #"{"error": {"code": "maxlag", "info": "6 seconds lagged."}}"#
        let fields = "MediaWiki-API-Error: maxlag\\r\\nRetry-After: 5\\r\\n"
        _ = try await ask(first(1, answering(200, fields, error)), retries: 1)
        #expect(timer.pauses == [.seconds(5)])
        let failure = await #expect(throws: DumpError.self) {
            _ = try await ask(answering(200, fields, error))
        }
        #expect(failure?.message.contains("6 seconds lagged") == true, "\(failure?.message ?? "")")
    }

    @Test func withoutAWordPausesDouble() async throws {
        _ = try await ask(first(3, "echo 'curl: (7) refused' >&2; exit 7"), retries: 3)
        #expect(timer.pauses == [.seconds(1), .seconds(2), .seconds(4)])
    }

    @Test func nobodyWaitsForLongerThanCanBeKnown() async throws {
        let error = await #expect(throws: DumpError.self) {
            _ = try await ask(answering(503, "Retry-After: 3600\\r\\n"), retries: 5)
        }
        #expect(timer.pauses.isEmpty)
        #expect(error?.message.contains("3600") == true, "\(error?.message ?? "")")
        await #expect(throws: DumpError.self) { _ = try await ask("exit 28", retries: 50) }
        #expect(timer.pauses.reduce(.zero, +) <= PoliteRequest.limit)
        #expect(timer.pauses.count > 3)
    }

    @Test func whatDoesNotPassIsNotTriedAgain() async throws {
        for script in [answering(404), answering(403), answering(200, "", "<html>"), "exit 3"] {
            await #expect(throws: DumpError.self) { _ = try await ask(script, retries: 3) }
        }
        #expect(timer.pauses.isEmpty)
    }

    @Test(arguments: [
        (503, "", "Service unavailable", "status 503"), (403, "", "", "useragent"),
        (200, "", "<html>Login</html>", "web page"),
        (200, "", "no rights", "not JSON"),
        (200, "", #"{"error": {"info": "no rights"}}"#, "no rights"),
        (200, "", #"{"query": {"general": {}}}"#, "lacks namespaces"),
        (200, "", #"{"query": {"general": {}, "namespaces": {}}}"#, "query.general.lang"),
        (200, "", #"{"error": {"code": "readapidenied"}}"#, "dir in the section [wiki]"),
    ]) func anErrorIsNoAnswer(status: Int, fields: String, body: String, part: String) async throws {
        let error = await #expect(throws: DumpError.self) {
            _ = try await ask(answering(status, fields, body))
        }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
        #expect(error?.isReadDenial == body.contains("readapidenied"))
    }

    /// The real curl, and a server that first sends on, then wants to be left alone, then answers.
    @Test func theRealCurlDoesWhatItIsTold() async throws {
        let farm = try TemporaryFarm()
        let port = farm.root.appending("port")
        let server = """
            import http.server, os, sys
            answers = [(301, "Location", "/again?x"), (429, "Retry-After", "2"), (301, "Location", "/again?x"), (200, "X", "y")]
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    assert "us (https://us.example)" == self.headers["User-Agent"]
                    status, name, value = answers.pop(0)
                    self.send_response(status)
                    self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(sys.argv[2].encode())
                def log_message(self, *words): pass
            server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
            open(sys.argv[1] + ".new", "w").write(str(server.server_port))
            os.rename(sys.argv[1] + ".new", sys.argv[1])
            while answers: server.handle_request()
            """
        async let served = CommandRunner().run(
            Invocation("server", Command("python3", ["-c", server, port.string, Self.answer])))
        while try fileSystem.status(port) == nil { try await Task.sleep(for: .milliseconds(20)) }
        let number = try #require(try fileSystem.text(port))
        let api = APISettings(
            address: "http://127.0.0.1:\(number)/w/api.php", userAgent: "us (https://us.example)")
        let facts = try await APIInquiry(api: api, requests: [Self.request], retries: 1, timer: timer)
            .ask()
        #expect(facts.siteInfo.siteName == "A")
        #expect(timer.pauses == [.seconds(2)])
        _ = try await served
    }
}
