import Foundation
import Testing

/// The manual page and the completions of the shells.
@Suite(.timeLimit(.minutes(10)))
struct ManualTests {
    static let project = DemoFarm.original.deletingLastPathComponent().deletingLastPathComponent()

    /// Has `make` install everything but the program into a folder, and removes it afterwards.
    func withInstallation(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("install-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try await Tool.runAside(
            [
                "make", "-s", "-C", Self.project.path, "install-docs", "DESTDIR=\(folder.path)", "PREFIX=/usr",
                "DUMPCTL=\(Dumpctl.binary.path)",
            ])
        #expect(outcome.status == 0, "\(outcome.text)")
        try await body(folder.appendingPathComponent("usr/share"))
    }

    @Test func everythingIsInstalledWhereItIsLookedFor() async throws {
        try await withInstallation { share in
            for (path, part) in [
                ("man/man1/dumpctl.1", ".TH DUMPCTL 1"), ("bash-completion/completions/dumpctl", "complete"),
                ("zsh/site-functions/_dumpctl", "#compdef dumpctl"),
                ("fish/vendor_completions.d/dumpctl.fish", "complete"),
            ] {
                let text = try String(contentsOf: share.appendingPathComponent(path), encoding: .utf8)
                #expect(text.contains(part), "\(path)")
                #expect(text.contains("restartfrom") || text.contains("restart\\-from"), "\(path)")
            }
            for (shell, file) in [
                ("bash", "bash-completion/completions/dumpctl"), ("zsh", "zsh/site-functions/_dumpctl"),
                ("fish", "fish/vendor_completions.d/dumpctl.fish"),
            ] where try Tool.run(["sh", "-c", "command -v \(shell)"]).status == 0 {
                let outcome = try Tool.run([shell, "-n", share.appendingPathComponent(file).path])
                #expect(outcome.status == 0 && outcome.text == "", "\(shell): \(outcome.text)")
            }
        }
    }

    /// What the help of a command offers is in the page, option by option.
    @Test func theManualNamesEveryOption() async throws {
        let page = try await Dumpctl.run(["manual"], in: UsageTests.temporary).output.replacing("\\-", with: "-")
        for command in [["run"], ["monitor"], ["config", "show"], ["check-truncation"], ["recompress"]] {
            #expect(page.contains(".SS \"dumpctl \(command.joined(separator: " "))\""))
            let help = try await Dumpctl.run(command + ["--help"], in: UsageTests.temporary).output
            let words = help.split { " ,/.:;[]()\n".contains($0) }.filter { $0.hasPrefix("--") && $0.count > 2 }
            #expect(!words.isEmpty)
            for word in Set(words) where !["--help", "--version"].contains(word) {
                #expect(page.contains("\\fB\(word)\\fR"), "\(word)")
            }
        }
    }

    static let hasFormatter = (try? Tool.run(["groff", "--version"]).status) == 0

    @Test(.enabled(if: hasFormatter)) func theFormatterHasNoComplaint() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("man-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let page = try await Dumpctl.run(["manual"], in: folder)
        #expect(page.status == 0)
        let file = folder.appendingPathComponent("dumpctl.1")
        try page.output.write(to: file, atomically: true, encoding: .utf8)
        let outcome = try Tool.run(["groff", "-man", "-Tutf8", "-ww", "-z", file.path])
        #expect(outcome.status == 0 && outcome.text == "", "\(outcome.text)")
    }
}
