import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct PipelineRunnerTests {
    private let folder = CommandFolder()

    @Test func dataFlowsThroughAllMembersIntoAFile() async throws {
        let file = folder.path("out.txt")
        let done = try await PipelineRunner().run(
            Pipeline(
                "flow", [Command("printf", ["c\\nb\\na\\n"]), Command("sort"), Command("tr", ["a-z", "A-Z"])],
                output: .file(PipelineFile(file, permissions: 0o640))))
        #expect(try String(decoding: FileSystem.read(file), as: UTF8.self) == "A\nB\nC\n")
        #expect(done.commands.map(\.status) == [.exited(0), .exited(0), .exited(0)])
        #expect(
            done.files == [
                FileRecord(
                    name: "out.txt", size: 6, isComplete: true, hashes: try FileHashes(of: file))
            ])
        #expect(try FileSystem.list(folder.root) == ["out.txt"])
        #expect(try FileSystem.status(file)?.permissions == 0o640)
    }

    @Test func argumentsAreNotLookedAtByAShell() async throws {
        let nasty = "$(id); `id` * > \"x\" 'y' \\ \n|"
        let done = try await PipelineRunner().run(
            Pipeline("words", [Command("printf", ["%s", nasty])], output: .collected(limit: 1000)))
        #expect(String(decoding: done.output, as: UTF8.self) == nasty)
    }

    @Test func theEnvironmentIsTheOneThatWasSaid() async throws {
        let done = try await PipelineRunner().run(
            Pipeline(
                "env",
                [
                    Command(
                        "/usr/bin/env", environment: CommandEnvironment(["A": "1"]).adding(["B": "two words"]),
                        workingDirectory: folder.root)
                ], output: .collected(limit: 1000)))
        // The mark is that by which the process is found when we are dead.
        let mark = "\(OrphanWatch.variable)=\(OrphanWatch.shared.commandMark)"
        #expect(
            String(decoding: done.output, as: UTF8.self).split(separator: "\n").map(String.init).sorted()
                == ["A=1", "B=two words", mark])
    }

    @Test func aMemberInTheMiddleThatFailsIsNamed() async throws {
        let file = folder.path("out.txt")
        let failure = await outcome(
            Pipeline(
                "broken",
                [
                    Command("yes", mayLoseItsReader: true),
                    Command("sh", ["-c", "head -1 >/dev/null; echo 'no such table' >&2; exit 7"]), Command("cat"),
                ], output: .file(PipelineFile(file))))
        #expect(failure?.kind == .exited(7))
        #expect(failure?.description.contains("no such table") == true, "\(failure?.description ?? "")")
        #expect(failure?.commands.count == 3)
        #expect(try FileSystem.list(folder.root).isEmpty, "an incomplete file must not stay")
    }

    @Test func aBrokenPipeIsForgivenOnlyWhereItWasSaid() async throws {
        let few = Command("head", ["-n", "2"])
        let done = try await PipelineRunner().run(
            Pipeline("first", [Command("yes", mayLoseItsReader: true), few], output: .collected(limit: 100)))
        #expect(done.output == Array("y\ny\n".utf8))
        #expect(done.commands[0].status == .signaled(13))
        #expect(await outcome(Pipeline("first", [Command("yes"), few]))?.kind == .signaled(13))
        let deadReader = Command("sh", ["-c", "head -1 >/dev/null; kill -9 $$"])
        #expect(
            await outcome(Pipeline("dead", [Command("yes", mayLoseItsReader: true), deadReader]))?.kind == .signaled(9))
    }

    @Test(arguments: [0, 1, 2]) func aMissingProgramFailsWithoutAHang(position: Int) async throws {
        var commands = [
            Command("cat", ["/dev/zero"], mayLoseItsReader: true), Command("cat", mayLoseItsReader: true),
            Command("cat"),
        ]
        commands[position] = Command("no-such-program-at-all")
        let failure = await outcome(Pipeline("missing", commands), grace: .milliseconds(200))
        #expect(failure?.kind == .notStarted)
        #expect(failure?.description.contains("no-such-program-at-all") == true)
    }

    @Test func everyLineOfStandardErrorArrives() async throws {
        let lines = Lines()
        let script = "i=0; while [ $i -lt 20000 ]; do echo \"line $i é\" >&2; i=$((i+1)); done; printf 'the end' >&2"
        _ = try await PipelineRunner(report: lines.add).run(Pipeline("chatty", [Command("sh", ["-c", script])]))
        let all = lines.all
        #expect(all == (0..<20000).map { "line \($0) é" } + ["the end"])
    }

    /// The first member says more than a channel holds before it writes; the last one closes its standard error.
    @Test(.timeLimit(.minutes(10))) func noChannelOfAnyMemberBlocks() async throws {
        let lines = Lines()
        let file = folder.path("numbers.txt")
        let chatty = Command("sh", ["-c", "seq 1 20000 >&2; seq 1 200000; seq 20001 40000 >&2"])
        let silent = Command("sh", ["-c", "exec 2>&-; exec cat"])
        _ = try await PipelineRunner(report: lines.add).run(
            Pipeline("both", [chatty, silent], output: .file(PipelineFile(file))))
        #expect(lines.all == (1...40000).map(String.init))
        #expect(try FileSystem.text(file) == (1...200_000).map { "\($0)\n" }.joined())
    }

    /// A slow one among many quick ones: none gets the status of another, and none is waited for in vain.
    @Test(.timeLimit(.minutes(10))) func eachOfManyIsWaitedForByItself() async throws {
        let found = try await withThrowingTaskGroup(of: (Int, Int32?, String).self) { group in
            for number in 0...50 {
                group.addTask {
                    let script = number == 0 ? "sleep 1; echo 0" : "echo \(number); exit \(number)"
                    do {
                        let done = try await PipelineRunner().run(
                            Pipeline("p\(number)", [Command("sh", ["-c", script])], output: .collected(limit: 100)))
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
            _ = try await PipelineRunner(report: lines.add).run(
                Pipeline("quick", [Command("sh", ["-c", "seq 1 2000 >&2"])]))
            #expect(lines.all.count == 2000, "round \(round)")
        }
    }

    @Test func aLimitOfTimeStopsTheWholeGroup() async throws {
        let marker = "\(UInt32.random(in: 100_000...999_999))"
        // The shell does not listen to SIGTERM, and its child is in its group.
        let stubborn = Command(
            "sh", ["-c", "trap '' TERM; sleep \(marker) & sleep \(marker); echo"],
            limits: CommandLimits(time: .milliseconds(300)))
        let failure = await outcome(Pipeline("slow", [stubborn]), grace: .milliseconds(300))
        #expect(failure?.kind == .timeLimit)
        #expect(!isRunning(marker), "a process was left behind")
    }

    @Test func silenceIsToldFromWork() async throws {
        // Long enough that who wants to work gets a core within it, however many others want one.
        let limits = CommandLimits(silence: .seconds(2))
        async let silence = outcome(Pipeline("silent", [Command("sleep", ["30"], limits: limits)]))
        let loop = "read t x </proc/uptime; e=$((${t%.*}+4)); while [ ${t%.*} -lt $e ]; do read t x </proc/uptime; done"
        async let work = outcome(Pipeline("busy", [Command("sh", ["-c", loop], limits: limits)]))
        let lines = "for i in 1 2 3 4 5 6 7 8; do sleep 0.5; echo $i >&2; done"
        async let talk = outcome(Pipeline("talking", [Command("sh", ["-c", lines], limits: limits)]))
        #expect(await silence?.kind == .silence)
        #expect(await work == nil)
        #expect(await talk == nil)
    }

    @Test func cancellationLeavesNoProcessAndNoFile() async throws {
        let marker = "\(UInt32.random(in: 100_000...999_999))"
        let file = folder.path("out.txt")
        let pipeline = Pipeline(
            "long",
            [
                Command("sh", ["-c", "trap 'exit 7' TERM; sleep \(marker) & wait"]),
                Command("sh", ["-c", "sleep \(marker); cat"]),
            ], output: .file(PipelineFile(file)))
        let task = Task { await outcome(pipeline, grace: .seconds(2)) }
        while !isRunning(marker) { try await Task.sleep(for: .milliseconds(20)) }
        task.cancel()
        let failure = await task.value
        #expect(failure?.kind == .cancelled)
        #expect(failure?.commands.first?.status == .exited(7), "the process could not clean up")
        #expect(!isRunning(marker), "a process was left behind")
        #expect(try FileSystem.list(folder.root).isEmpty)
    }

    @Test func aChildThatOutlivesItsParentIsStopped() async throws {
        let marker = "\(UInt32.random(in: 100_000...999_999))"
        _ = try await PipelineRunner().run(Pipeline("stray", [Command("sh", ["-c", "sleep \(marker) & exit 0"])]))
        try await Task.sleep(for: .milliseconds(50))
        #expect(!isRunning(marker), "a process was left behind")
    }

    @Test func whatMayBeCollectedHasALimit() async throws {
        let failure = await outcome(Pipeline("much", [Command("cat", ["/dev/zero"])], output: .collected(limit: 1000)))
        #expect(failure?.kind == .tooMuchOutput)
    }

    @Test func aSecretGoesThroughThePipeOnly() async throws {
        let events = Lines()
        let done = try await PipelineRunner(report: events.add).run(
            Pipeline(
                "secret", [Command("cat", ["/dev/stdin"])], input: .secret(Secret("pass=hunter2\n")),
                output: .collected(limit: 1000)))
        #expect(done.output == Array("pass=hunter2\n".utf8))
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!"\(secret) \(String(reflecting: secret)) \(dumped)".contains("hunter2"))
    }

    @Test func aFileThatFailsItsCheckIsWithheld() async throws {
        let file = folder.path("kept.txt")
        try FileSystem.write(Array("old".utf8), to: file)
        let failure = await outcome(
            Pipeline(
                "check", [Command("echo", ["new"])],
                output: .file(
                    PipelineFile(file) { _ throws(DumpError) in throw DumpError(.outputBad, "not whole") })))
        #expect(failure?.kind == .outputBad)
        #expect(try FileSystem.read(file) == Array("old".utf8))
        #expect(try FileSystem.list(folder.root) == ["kept.txt"])
    }

    @Test func filesThatCommandsWriteThemselvesAreTakenOver() async throws {
        let file = PipelineFile(folder.path("own.txt"))
        try FileSystem.write(Array("stale".utf8), to: file.inProgress)
        let write = Command("sh", ["-c", "echo more >> \"$1\"", "sh", file.inProgress.string])
        _ = try await PipelineRunner().run(Pipeline("own", [write], files: [file]))
        #expect(try FileSystem.read(file.path) == Array("more\n".utf8), "a stale file was appended to")
        let forgetful = Pipeline("none", [Command("true")], files: [PipelineFile(folder.path("none.txt"))])
        #expect(await outcome(forgetful)?.kind == .outputBad)
    }

    @Test func noDescriptorStaysOpen() async throws {
        // The first run opens what the package keeps for all.
        func round() async {
            _ = await outcome(Pipeline("ok", [Command("true"), Command("cat")], output: .collected(limit: 10)))
            _ = await outcome(Pipeline("bad", [Command("true"), Command("no-such-program-at-all")]))
        }
        await round()
        // Other tests open pipes meanwhile, and close them again; a leak of one a round would add 200 that stay.
        func pipes() throws -> Int {
            try FileSystem.list("/proc/self/fd").count {
                FileSystem.linkTarget(FilePath("/proc/self/fd/\($0)"))?.hasPrefix("pipe:") == true
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

    private func outcome(_ pipeline: Pipeline, grace: Duration = .seconds(5)) async -> CommandFailure? {
        do throws(CommandFailure) {
            _ = try await PipelineRunner(grace: grace).run(pipeline)
            return nil
        } catch {
            return error
        }
    }

    /// Whether a process has this word among its arguments.
    private func isRunning(_ word: String) -> Bool {
        let names = (try? FileSystem.list("/proc")) ?? []
        return names.filter { Int($0) != nil }.contains { id in
            let line = (try? FileSystem.read(FilePath("/proc/\(id)/cmdline"))) ?? []
            return line.split(separator: 0).contains { $0.elementsEqual(word.utf8) }
        }
    }
}

/// A scratch folder that vanishes with the test.
final class CommandFolder: Sendable {
    let root: FilePath

    init() {
        root = FilePath(FileManager.default.temporaryDirectory.path).appending("commands-\(UUID().uuidString)")
        try? FileSystem.makeDirectory(root)
    }

    deinit { try? FileSystem.removeTree(root) }

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
