import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct CommandRunnerTests {
    private let folder = CommandFolder()

    @Test func whatACommandWritesGoesIntoAFile() async throws {
        let file = folder.path("out.txt")
        let done = try await CommandRunner().run(
            Invocation(
                "flow", Command("printf", ["a\\nb\\n"]), output: .file(CommandFile(file, permissions: 0o640))))
        #expect(try String(decoding: fileSystem.read(file), as: UTF8.self) == "a\nb\n")
        #expect(done.outcome.status == .exited(0))
        #expect(
            done.files == [
                FileRecord(
                    name: "out.txt", size: 4, isComplete: true, hashes: try FileHashes(of: file))
            ])
        #expect(try fileSystem.list(folder.root) == ["out.txt"])
        #expect(try fileSystem.status(file)?.permissions == 0o640)
    }

    @Test func argumentsAreNotLookedAtByAShell() async throws {
        let nasty = "$(id); `id` * > \"x\" 'y' \\ \n|"
        let done = try await CommandRunner().run(
            Invocation("words", Command("printf", ["%s", nasty]), output: .collected(limit: 1000)))
        #expect(String(decoding: done.output, as: UTF8.self) == nasty)
    }

    @Test func theEnvironmentIsTheOneThatWasSaid() async throws {
        let done = try await CommandRunner().run(
            Invocation(
                "env",
                Command(
                    "/usr/bin/env", environment: Command.Environment(["A": "1"]).adding(["B": "two words"]),
                    workingDirectory: folder.root), output: .collected(limit: 1000)))
        // The mark is that by which the process is found when we are dead.
        let mark = "\(OrphanWatch.variable)=\(OrphanWatch.shared.commandMark)"
        #expect(
            String(decoding: done.output, as: UTF8.self).split(separator: "\n").map(String.init).sorted()
                == ["A=1", "B=two words", mark])
    }

    @Test func aFailedCommandIsNamedAndLeavesNoFile() async throws {
        let file = folder.path("out.txt")
        let failure = await outcome(
            Invocation(
                "broken", Command("sh", ["-c", "echo half; echo 'no such table' >&2; exit 7"]),
                output: .file(CommandFile(file))))
        #expect(failure?.kind == .exited(7))
        #expect(failure?.description.contains("no such table") == true, "\(failure?.description ?? "")")
        #expect(failure?.outcome?.lastLines == ["no such table"])
        #expect(try fileSystem.list(folder.root).isEmpty, "an incomplete file must not stay")
    }

    @Test func aMissingProgramFailsWithoutAHang() async throws {
        let failure = await outcome(
            Invocation("missing", Command("no-such-program-at-all")), grace: .milliseconds(200))
        #expect(failure?.kind == .notStarted)
        #expect(failure?.description.contains("no-such-program-at-all") == true)
    }

    @Test func everyLineOfStandardErrorArrives() async throws {
        let lines = Lines()
        let script = "i=0; while [ $i -lt 20000 ]; do echo \"line $i é\" >&2; i=$((i+1)); done; printf 'the end' >&2"
        _ = try await CommandRunner(report: lines.add).run(Invocation("chatty", Command("sh", ["-c", script])))
        let all = lines.all
        #expect(all == (0..<20000).map { "line \($0) é" } + ["the end"])
    }

    /// It says more than a channel holds before it writes, and goes on when its standard error is closed.
    @Test(.timeLimit(.minutes(10))) func noChannelBlocks() async throws {
        let lines = Lines()
        let file = folder.path("numbers.txt")
        let chatty = Command("sh", ["-c", "seq 1 20000 >&2; seq 1 200000; seq 20001 40000 >&2; exec 2>&-; echo end"])
        _ = try await CommandRunner(report: lines.add).run(
            Invocation("both", chatty, output: .file(CommandFile(file))))
        #expect(lines.all == (1...40000).map(String.init))
        #expect(try fileSystem.text(file) == (1...200_000).map { "\($0)\n" }.joined() + "end\n")
    }

    /// A slow one among many quick ones: none gets the status of another, and none is waited for in vain.
    @Test(.timeLimit(.minutes(10))) func eachOfManyIsWaitedForByItself() async throws {
        let found = try await withThrowingTaskGroup(of: (Int, Int32?, String).self) { group in
            for number in 0...50 {
                group.addTask {
                    let script = number == 0 ? "sleep 1; echo 0" : "echo \(number); exit \(number)"
                    do {
                        let done = try await CommandRunner().run(
                            Invocation("p\(number)", Command("sh", ["-c", script]), output: .collected(limit: 100)))
                        return (number, 0, String(decoding: done.output, as: UTF8.self))
                    } catch let failure as CommandFailure {
                        guard case .exited(let status) = failure.kind else { return (number, nil, "\(failure)") }
                        return (number, status, "")
                    }
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = ($1.1, $1.2) }
        }
        #expect(found.count == 51)
        #expect(found[0]?.0 == 0 && found[0]?.1 == "0\n")
        for number in 1...50 { #expect(found[number]?.0 == Int32(number), "\(found[number]?.1 ?? "none")") }
    }

    @Test func linesOfAProcessThatEndsAtOnceArrive() async throws {
        for round in 0..<30 {
            let lines = Lines()
            _ = try await CommandRunner(report: lines.add).run(
                Invocation("quick", Command("sh", ["-c", "seq 1 2000 >&2"])))
            #expect(lines.all.count == 2000, "round \(round)")
        }
    }

    @Test func aLimitOfTimeStopsTheWholeGroup() async throws {
        let marker = "\(UInt32.random(in: 100_000...999_999))"
        // The shell does not listen to SIGTERM, and its child is in its group.
        let stubborn = Command(
            "sh", ["-c", "trap '' TERM; sleep \(marker) & sleep \(marker); echo"],
            limits: Command.Limits(time: .milliseconds(300)))
        let failure = await outcome(Invocation("slow", stubborn), grace: .milliseconds(300))
        #expect(failure?.kind == .timeLimit)
        #expect(!isRunning(marker), "a process was left behind")
    }

    @Test func aSilentCommandIsStopped() async throws {
        let silent = Command("sleep", ["1000"], limits: Command.Limits(silence: .milliseconds(300)))
        #expect(await outcome(Invocation("silent", silent))?.kind == .silence)
    }

    @Test(arguments: ["while :; do :; done", "while :; do read t </proc/uptime; done"])
    func workIsASignOfLife(script: String) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script]
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        var signs = SignsOfLife()
        for _ in 0..<3 {
            while !signs.change(processID: process.processIdentifier, outputSize: 0, lineCount: 0) {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    @Test func sleepIsNoSignOfLife() async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sleep")
        process.arguments = ["1000"]
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        var signs = SignsOfLife()
        func change(outputSize: Int64 = 0, lineCount: Int = 0) -> Bool {
            signs.change(processID: process.processIdentifier, outputSize: outputSize, lineCount: lineCount)
        }
        // It still begins; then it sleeps.
        while change() { try await Task.sleep(for: .milliseconds(20)) }
        #expect(change(lineCount: 1))
        #expect(!change(lineCount: 1))
        #expect(change(outputSize: 1, lineCount: 1))
        #expect(!change(outputSize: 1, lineCount: 1))
    }

    @Test func onlyTimeInWhichSomebodyLookedIsSilence() {
        let start = ContinuousClock.now
        var silence = Silence(since: start)
        for look in 1...20 { silence.look(isAlive: false, at: start + .milliseconds(100) * look) }
        #expect(silence.duration == .seconds(2))
        // The machine slept for an hour.
        silence.look(isAlive: false, at: start + .seconds(3600))
        #expect(silence.duration == .seconds(2) + Silence.longestGap)
        silence.look(isAlive: true, at: start + .seconds(3601))
        #expect(silence.duration == .zero)
        silence.look(isAlive: false, at: start + .seconds(3601.5))
        #expect(silence.duration == .seconds(0.5))
    }

    @Test func cancellationLeavesNoProcessAndNoFile() async throws {
        let marker = "\(UInt32.random(in: 100_000...999_999))"
        let file = folder.path("out.txt")
        let invocation = Invocation(
            "long", Command("sh", ["-c", "trap 'exit 7' TERM; sleep \(marker) & wait"]),
            output: .file(CommandFile(file)))
        let task = Task { await outcome(invocation, grace: .seconds(2)) }
        while !isRunning(marker) { try await Task.sleep(for: .milliseconds(20)) }
        task.cancel()
        let failure = await task.value
        #expect(failure?.kind == .cancelled)
        #expect(failure?.outcome?.status == .exited(7), "the process could not clean up")
        #expect(!isRunning(marker), "a process was left behind")
        #expect(try fileSystem.list(folder.root).isEmpty)
    }

    @Test func aChildThatOutlivesItsParentIsStopped() async throws {
        let marker = "\(UInt32.random(in: 100_000...999_999))"
        _ = try await CommandRunner().run(Invocation("stray", Command("sh", ["-c", "sleep \(marker) & exit 0"])))
        try await Task.sleep(for: .milliseconds(50))
        #expect(!isRunning(marker), "a process was left behind")
    }

    @Test func whatMayBeCollectedHasALimit() async throws {
        let failure = await outcome(Invocation("much", Command("cat", ["/dev/zero"]), output: .collected(limit: 1000)))
        #expect(failure?.kind == .tooMuchOutput)
    }

    @Test func aFileThatFailsItsCheckIsWithheld() async throws {
        let file = folder.path("kept.txt")
        try fileSystem.write(Array("old".utf8), to: file)
        let failure = await outcome(
            Invocation(
                "check", Command("echo", ["new"]),
                output: .file(
                    CommandFile(file) { _ throws(DumpError) in throw DumpError(.outputBad, "not whole") })))
        #expect(failure?.kind == .outputBad)
        #expect(try fileSystem.read(file) == Array("old".utf8))
        #expect(try fileSystem.list(folder.root) == ["kept.txt"])
    }

    @Test func filesThatCommandsWriteThemselvesAreTakenOver() async throws {
        let file = CommandFile(folder.path("own.txt"))
        try fileSystem.write(Array("stale".utf8), to: file.inProgress)
        let write = Command("sh", ["-c", "echo more >> \"$1\"", "sh", file.inProgress.string])
        _ = try await CommandRunner().run(Invocation("own", write, files: [file]))
        #expect(try fileSystem.read(file.path) == Array("more\n".utf8), "a stale file was appended to")
        let forgetful = Invocation("none", Command("true"), files: [CommandFile(folder.path("none.txt"))])
        #expect(await outcome(forgetful)?.kind == .outputBad)
    }

    @Test func noDescriptorStaysOpen() async throws {
        // The first run opens what the package keeps for all.
        func round() async {
            _ = await outcome(Invocation("ok", Command("true"), output: .collected(limit: 10)))
            _ = await outcome(Invocation("bad", Command("no-such-program-at-all")))
        }
        await round()
        // Other tests open pipes meanwhile, and close them again; a leak of one a round would add 200 that stay.
        func pipes() throws -> Int {
            try fileSystem.list("/proc/self/fd").count {
                (try? fileSystem.linkTarget(FilePath("/proc/self/fd/\($0)")))?.hasPrefix("pipe:") == true
            }
        }
        let before = try pipes()
        for _ in 0..<200 { await round() }
        var after = try pipes()
        for _ in 0..<300 where after >= before + 150 {
            try await Task.sleep(for: .milliseconds(100))
            after = try pipes()
        }
        #expect(after < before + 150)
    }

    private func outcome(_ invocation: Invocation, grace: Duration = .seconds(5)) async -> CommandFailure? {
        do throws(CommandFailure) {
            _ = try await CommandRunner(grace: grace).run(invocation)
            return nil
        } catch {
            return error
        }
    }

    /// Whether a process has this word among its arguments.
    private func isRunning(_ word: String) -> Bool {
        let names = (try? fileSystem.list("/proc")) ?? []
        return names.filter { Int($0) != nil }.contains { id in
            let line = (try? fileSystem.read(FilePath("/proc/\(id)/cmdline"))) ?? []
            return line.split(separator: 0).contains { $0.elementsEqual(word.utf8) }
        }
    }
}

/// A scratch folder that vanishes with the test.
final class CommandFolder: Sendable {
    let root: FilePath

    init() {
        root = FilePath(FileManager.default.temporaryDirectory.path).appending("commands-\(UUID().uuidString)")
        try? fileSystem.makeDirectory(root)
    }

    deinit { try? fileSystem.removeTree(root) }

    func path(_ name: String) -> FilePath { root.appending(name) }
}

/// Keeps the lines of standard error.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    @Sendable func add(_ event: CommandEvent) {
        if case .line(_, let line) = event { lines.withLock { $0.append(line) } }
    }

    var all: [String] { lines.withLock { $0 } }
}
