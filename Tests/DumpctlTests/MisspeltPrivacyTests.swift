import Foundation
import Testing

/// A slip by which a private wiki would be published stops every command, before anything is.
@Suite(.timeLimit(.minutes(10)))
struct MisspeltPrivacyTests {
    static let commands = [
        "run", "run boardwiki", "run --dryrun", "run --loop --onepass", "run boardwiki --job tables", "monitor --once",
        "monitor --interval 600", "config", "config check",
    ]

    @Test(arguments: commands, ["option", "name"]) func everyCommandStops(command: String, slip: String) async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        if slip == "option" {
            let text = try farm.text("wikidump.conf").replacing("privatelist=", with: "privatlist=")
            try Data(text.utf8).write(to: farm.url("wikidump.conf"))
        } else {
            try Data("board_wiki\n".utf8).write(to: farm.url("private.dblist"))
        }
        let outcome = try await farm.run(command.split(separator: " ").map(String.init))
        #expect(outcome.status == 2, "\(outcome.error)")
        let words = slip == "option" ? "unknown option “privatlist”" : "board_wiki is not in the list of wikis"
        let told = (outcome.error + outcome.output).components(separatedBy: words).count - 1
        #expect(told == 1, "\(outcome.error)\(outcome.output)")
        #expect(farm.names("public") == [] && farm.names("private") == [])
    }

    @Test func whatIsNotUnderstoodIsToldOnce() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        try farm.addOption("kep=1", to: "misc")
        try Data("boardwiki\nlabswiki\n".utf8).write(to: farm.url("private.dblist"))
        for command in [
            "run --loop --onepass --job pagetitlesdump --skipdone", "run nordwiki --dryrun", "monitor --once",
            "config nordwiki",
        ] {
            let outcome = try await farm.run(command.split(separator: " ").map(String.init))
            #expect(outcome.status == 0, "\(outcome.error)")
            for words in ["unknown option “kep” in [misc]", "the private wiki labswiki is not in the list"] {
                let told = outcome.error.components(separatedBy: words).count - 1
                #expect(told == 1, "\(command): \(outcome.error)")
            }
        }
    }
}
