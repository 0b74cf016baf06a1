import Foundation
import Testing

/// Systems that lack something.
@Suite(.timeLimit(.minutes(5)))
struct SurroundingsTests {
    private func run(_ script: String, in farm: DemoFarm) async throws -> Tool.Outcome {
        try await Tool.runAside(
            ["unshare", "-m", "sh", "-c", script, Dumpctl.binary.path], in: farm.folder,
            environment: ["HOME": farm.folder.path])
    }

    /// The address sanitizer cannot work without `/proc` itself.
    private static let canUnmount =
        (try? Tool.run(["unshare", "-m", "umount", "-l", "/proc"]).status) == 0
        && ProcessInfo.processInfo.environment["ASAN_OPTIONS"] == nil

    /// In a chroot without `/proc`, arguments come from the loader. What needs the thread pool says that it cannot work there,
    /// before it begins.
    @Test(.enabled(if: canUnmount)) func withoutProc() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let version = try await run("umount -l /proc; exec $0 --version", in: farm)
        #expect(version.status == 0 && version.text.split(separator: "\n").count == 1, "\(version.text)")
        let page = try await run("umount -l /proc; exec $0 manual", in: farm)
        #expect(page.status == 0 && page.text.contains("dumpctl"))
        for words in ["run nordwiki --configfile wikidump.conf", "run nowiki"] {
            let outcome = try await run("umount -l /proc; exec $0 \(words)", in: farm)
            #expect(
                outcome.status == 1 && outcome.text.contains("there is no /proc here"),
                "\(outcome.status) \(outcome.text)")
        }
        #expect(!FileManager.default.fileExists(atPath: farm.folder.path + "/public/nordwiki"))
    }

    /// A full table of descriptors is told at once, or is survived.
    @Test(arguments: [4, 5, 6, 8, 10, 12, 16, 20, 24, 32]) func withFewDescriptors(limit: Int) async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let outcome = try await Tool.runAside(
            [
                "sh", "-c", "ulimit -n \(limit); exec $0 run nordwiki --date 20260102 --configfile wikidump.conf",
                Dumpctl.binary.path,
            ], in: farm.folder, environment: ["HOME": farm.folder.path])
        #expect([0, 1].contains(outcome.status), "\(outcome.status) \(outcome.text)")
        if outcome.status == 1 { #expect(outcome.text.contains("ulimit -n"), "\(outcome.text)") }
        // Nothing is in the way of the next run.
        let next = try await farm.run("run", "nordwiki", "--date", "20260102")
        #expect([0, 10].contains(next.status), "\(next.error)")
        #expect(try farm.text("public/nordwiki/20260102/status.html").contains("Dump complete"))
    }

    /// A name that is too long for the files of a wiki is refused before anything begins.
    @Test func aNameThatIsTooLong() async throws {
        let farm = try DemoFarm(copies: [String(repeating: "w", count: 180)])
        defer { farm.remove() }
        let outcome = try await farm.run("run", "--date", "20260102")
        #expect(outcome.status == 2 && outcome.error.contains("give the wiki a shorter name"), "\(outcome.error)")
        #expect(farm.names("public") == [])
    }
}
