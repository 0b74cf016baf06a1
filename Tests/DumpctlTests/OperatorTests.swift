import Foundation
import Testing

/// Words that are misspelt, and where a configuration is found.
@Suite(.timeLimit(.minutes(10)))
struct OperatorTests {
    @Test func nobodyGetsMail() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let mail = try await farm.run("mail", "--test")
        #expect(mail.status == 10 && mail.error.contains("nobody gets mail"))
    }

    @Test(arguments: [
        ("rnu", "there is no command “dumpctl rnu” (did you mean run?)"),
        ("help statsu", "there is no command “dumpctl statsu” (did you mean status?)"),
        ("compat instal", "there is no command “dumpctl compat instal” (did you mean install?)"),
        ("nonsense", "there is no command “dumpctl nonsense” (`dumpctl --help` lists them)"),
        ("locate-page --titel x", "there is no option --titel for “dumpctl locate-page” (did you mean --title?)"),
        ("run --nosuchthing=3", "there is no option --nosuchthing for “dumpctl run” (`dumpctl run --help` lists them)"),
    ]) func misspeltWords(words: String, message: String) async throws {
        let folder = FileManager.default.temporaryDirectory
        let outcome = try await Dumpctl.run(words.split(separator: " ").map(String.init), in: folder)
        #expect(outcome.status == 2 && outcome.error == "dumpctl: \(message)\n", "\(outcome.error)")
    }

    @Test func whereAConfigurationIsFound() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let near = try await Dumpctl.run(["status", "--json"], in: farm.folder)
        #expect(near.status == 0, "\(near.error)")
        let file = farm.url("wikidump.conf").path
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
        let open = try await Dumpctl.run(["status", "--json"], in: farm.folder)
        #expect(open.status == 2 && open.error.contains("could be changed by others"), "\(open.error)")
        #expect(try await farm.run("status", "--json").status == 0, "it was named")
        let empty = farm.url("empty")
        try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
        let none = try await Dumpctl.run(["status"], in: empty)
        #expect(none.status == 2 && none.error.contains("/etc/wikidump.conf"), "\(none.error)")
        #expect(none.error.contains("\(empty.lastPathComponent)/wikidump.conf"), "\(none.error)")
        let named = try await Dumpctl.run(["status", "--json"], in: empty, environment: ["DUMPCTL_CONFIG": file])
        #expect(named.status == 0, "\(named.error)")
    }
}
