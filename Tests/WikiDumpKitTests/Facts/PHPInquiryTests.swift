import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct PHPInquiryTests {
    private static let request = SiteInfoRequest(properties: ["general", "it's"], formatVersion: 2)

    /// What the code makes MediaWiki 1.43 write, shortened.
    private static let answer = """
        {"sitename":"W","dbname":"w143","base":"http:\\/\\/w\\/Main_Page","generator":"MediaWiki 1.43.9",\
        "capitalized":true,"lang":"sr-Cyrl","arabic":false,"malayalam":true,"namespaces":[[-2,"Media",true],[0,"",true],[2300,"Gadget",false]],\
        "logRestrictions":["suppress","oath"],"everybodyMayRead":false,"legacyEncoding":"windows-1252",\
        "answers":["{\\"query\\":1}"]}
        """

    /// Asks a shell script in place of PHP, in a folder with an `eval.php`.
    private func ask(_ script: String, hasScript: Bool = true, multiversion: Bool = false) async throws -> WikiFacts {
        let farm = try TemporaryFarm()
        let php = farm.root.appending("php")
        try fileSystem.write(Array("#!/bin/sh\n\(script)\n".utf8), to: php, permissions: 0o755)
        try fileSystem.makeDirectory(farm.root.appending("maintenance"))
        if hasScript { try fileSystem.write([], to: farm.root.appending("maintenance/eval.php")) }
        try fileSystem.write([], to: farm.root.appending("MWScript.php"))
        let scripts = MediaWikiScripts(
            php: php, directory: farm.root, multiversion: multiversion ? farm.root : nil, wiki: Sample.wiki())
        return try await PHPInquiry(scripts: scripts, requests: [Self.request]).ask()
    }

    /// Prints an answer between marks, as the code asks PHP to.
    private func printing(_ answer: String) -> String {
        "cat >/dev/null\ncat <<'END'\n<<<WikiFacts \(answer) WikiFacts>>>\nEND"
    }

    @Test func everythingIsKnown() async throws {
        let noise = "echo 'PHP Notice:  Undefined <<<'; echo 'Warning: x' >&2"
        let facts = try await ask(noise + "\n" + printing(Self.answer) + "\necho 'Deprecated: y'")
        #expect(facts.siteInfo.databaseName == "w143" && facts.siteInfo.language == "sr-Cyrl")
        #expect(
            facts.siteInfo.capitalization == "first-letter" && facts.siteInfo.textFixes == .malayalam)
        #expect(facts.siteInfo.namespaces.last?.capitalization == "case-sensitive")
        #expect(facts.logRestrictions == ["suppress", "oath"])
        #expect(facts.everybodyMayRead == false)
        #expect(facts.legacyEncoding == "windows-1252")
        #expect(try facts.answer(to: Self.request) == Array(#"{"query":1}"#.utf8))
        #expect(facts.savedAt == nil)
    }

    @Test func theWikiIsNamedAndTheCodeComesThroughThePipe() async throws {
        let checks =
            "case \"$*\" in *maintenance/eval.php' '--wiki=testwiki) ;; *) exit 9;; esac\ngrep -q hex2bin || exit 8"
        _ = try await ask(checks + "\n" + printing(Self.answer))
        let other = "case \"$*\" in *MWScript.php' 'eval.php' '--wiki=testwiki) ;; *) exit 9;; esac"
        _ = try await ask(other + "\n" + printing(Self.answer), multiversion: true)
    }

    /// `eval.php` reads 1023 bytes at a time.
    @Test func noLineIsTooLong() {
        let lines = PHPQuestion.code(for: APIJobDefinition.builtIn.map(\.request)).split(separator: UInt8(ascii: "\n"))
        #expect(lines.count > 10)
        #expect(lines.allSatisfy { $0.count < 1_000 })
    }

    @Test(arguments: [
        ("cat >/dev/null", "it said nothing"),
        (
            "cat >/dev/null; printf 'Caught exception X: no table\\n#0 {main}\\n' >&2",
            "about the wiki: Caught exception X: no table"
        ),
        (
            "printf 'PHP Fatal error:  Uncaught X: no rights\\nStack trace:\\n' >&2; "
                + "seq 1 40 | sed 's/^/#/; s/$/ f()/' >&2; echo '  thrown in /w/f.php on line 3' >&2; exit 255",
            ": PHP Fatal error:  Uncaught X: no rights"
        ),
        (
            "printf '[0123456789abcdef] [no req]   Wikimedia\\\\Rdbms\\\\DBConnectionError: no server\\nBacktrace:\\n"
                + "from /w/a.php(12)\\n#0 /w/b.php(3): f()\\n#1 {main}\\n' >&2; exit 1",
            "[no req]   Wikimedia\\Rdbms\\DBConnectionError: no server"
        ),
        (
            "echo 'Error from line 3 of /w/a.php: no class' >&2; printf '\\nBacktrace:\\n#0 {main}\\n' >&2; exit 1",
            "no class"
        ),
        ("echo 'there is no wiki x'; exit 1", "exit status 1: there is no wiki x"),
        ("cat >/dev/null; echo 'there is no wiki x'", "about the wiki: there is no wiki x"),
        ("cat >/dev/null; echo 'no such wiki' >&2; exit 1", "no such wiki"),
        ("cat >/dev/null; echo '<<<WikiFacts {} WikiFacts>>>'", "did not give the facts about the wiki"),
        ("cat >/dev/null; echo '<<<WikiFacts {\"sitename\": '", "did not give the facts about the wiki"),
    ]) func noAnswerIsAnError(script: String, part: String) async {
        let error = await #expect(throws: DumpError.self) { try await ask(script) }
        #expect(error?.code == .source)
        #expect(error?.message.contains(part) == true, "\(error?.description ?? "")")
        #expect(error?.remedy.contains("dir") == true)
    }

    @Test func aFolderWithoutMediaWikiIsNamed() async {
        let error = await #expect(throws: DumpError.self) { try await ask("exit 0", hasScript: false) }
        #expect(error?.message.contains("maintenance/eval.php") == true)
    }
}
