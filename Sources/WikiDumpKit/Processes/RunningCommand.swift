import CLibrary
import Subprocess
import Synchronization
import SystemPackage

/// The process of a command. It is started in its own process group, watched, and stopped with all its children if necessary.
final class RunningCommand: Sendable {
    let command: Command
    private let grace: Duration
    private let report: @Sendable (CommandEvent) -> Void
    private let state = Mutex(State())

    private struct State {
        var processID: Int32?
        var stop: CommandStop?
        var stoppedAt: ContinuousClock.Instant?
        var lineCount = 0
        var lastLines: [String] = []
    }

    init(_ command: Command, grace: Duration, report: @escaping @Sendable (CommandEvent) -> Void) {
        self.command = command
        self.grace = grace
        self.report = report
    }

    /// Runs the command to its end.
    ///
    /// The tasks that watch the process do not inherit cancellation. So a cancelled caller can stop the process with
    /// ``stop(_:)`` and still learns how it ended.
    /// - Parameters:
    ///   - input: The standard input; closed here.
    ///   - output: The standard output; closed here.
    ///   - measure: The number of output bytes so far, and whether it is too large.
    func run(
        input: FileDescriptor, output: FileDescriptor, measure: @escaping @Sendable () -> (size: Int64, isTooMuch: Bool)
    ) async throws -> CommandOutcome {
        let start = ContinuousClock.now
        let process = Task { try await self.process(input, output) }
        let watch = Task { await self.watch(since: start, measure) }
        let result = await process.result
        state.withLock { $0.processID = nil }
        watch.cancel()
        await watch.value
        let status = try result.get()
        let outcome = state.withLock { state in
            CommandOutcome(
                command: command, status: status, stop: state.stop, duration: ContinuousClock.now - start,
                lastLines: state.lastLines)
        }
        report(.ended(outcome))
        return outcome
    }

    /// Asks the process and its children to end, and kills them after the grace time. Only the first reason counts.
    func stop(_ reason: CommandStop) {
        state.withLock { state in
            guard state.stop == nil else { return }
            state.stop = reason
            state.stoppedAt = .now
            if let id = state.processID { signal(SIGTERM, group: id) }
        }
    }

    private func process(_ input: FileDescriptor, _ output: FileDescriptor) async throws -> CommandStatus {
        var options = PlatformOptions()
        options.processGroupID = 0
        let program: Executable =
            command.program.contains("/") ? .path(FilePath(command.program)) : .name(command.program)
        let environment = command.environment.adding([OrphanWatch.variable: OrphanWatch.shared.commandMark])
        let variables = environment.variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        let result = try await Subprocess.run(
            program, arguments: Arguments(command.arguments),
            environment: .custom(Dictionary(variables) { $1 }), workingDirectory: command.workingDirectory,
            platformOptions: options, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            output: .fileDescriptor(output, closeAfterSpawningProcess: true), error: .sequence
        ) { execution in
            self.begin(execution.processIdentifier.value)
            var lines = LineSplitter()
            for try await buffer in execution.standardError {
                let bytes = unsafe buffer.withUnsafeBytes { unsafe [UInt8]($0) }
                for line in lines.add(bytes) { self.note(line) }
            }
            if let line = lines.finish() { self.note(line) }
        }
        await endGroup(result.processIdentifier.value)
        return switch result.terminationStatus {
        case .exited(let code): .exited(code)
        case .signaled(let number): .signaled(number)
        }
    }

    /// Kills the remaining processes of a group whose leader has ended. Otherwise they would continue to write into files
    /// that are no longer ours.
    ///
    /// On a busy machine, a killed process runs on for a moment, so this waits until all are dead. They need not be reaped:
    /// in some containers, the first process reaps late or never.
    private func endGroup(_ id: Int32) async {
        let limit = ContinuousClock.now + grace
        while kill(-id, SIGKILL) == 0, ProcessTable.isAlive(group: id), .now < limit {
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    private func begin(_ id: Int32) {
        state.withLock { state in
            state.processID = id
            if state.stop != nil { signal(SIGTERM, group: id) }
        }
        report(.started(command, processID: id))
    }

    private func note(_ line: String) {
        state.withLock { state in
            state.lineCount += 1
            // A PHP error may be followed by more than 20 lines of stack trace.
            if state.lastLines.count == 20 {
                state.lastLines.remove(at: state.lastLines.firstIndex { !Complaint.isTelling($0) } ?? 0)
            }
            state.lastLines.append(line)
        }
        report(.line(command, line))
    }

    private func watch(
        since start: ContinuousClock.Instant, _ measure: @Sendable () -> (size: Int64, isTooMuch: Bool)
    ) async {
        var signs = SignsOfLife()
        var silence = Silence(since: start)
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(100))
            let output = measure()
            if output.isTooMuch { stop(.tooMuchOutput) }
            if let limit = command.limits.time, .now - start > limit { stop(.timeLimit) }
            let (process, lineCount) = state.withLock { ($0.processID, $0.lineCount) }
            guard let id = process else { continue }
            if let limit = command.limits.silence {
                let isAlive = signs.change(processID: id, outputSize: output.size, lineCount: lineCount)
                silence.look(isAlive: isAlive, at: .now)
                if silence.duration > limit { stop(.silence) }
            }
            state.withLock { state in
                if let stopped = state.stoppedAt, .now - stopped > grace, let id = state.processID {
                    signal(SIGKILL, group: id)
                }
            }
        }
    }

    private func signal(_ number: Int32, group: Int32) { _ = kill(-group, number) }
}

/// Distinguishes a working process from a hanging one.
struct SignsOfLife {
    private var last: [String] = []

    /// Whether the process did something since the last call: used CPU time, read or wrote bytes, wrote a line to standard
    /// error, or increased its output.
    ///
    /// On a system without `/proc`, only the lines and the output count.
    mutating func change(processID: Int32, outputSize: Int64, lineCount: Int) -> Bool {
        let now = Self.look(processID) + ["\(outputSize)", "\(lineCount)"]
        defer { last = now }
        return now != last
    }

    private static func look(_ processID: Int32) -> [String] {
        let io = (try? FileSystem.real.read(FilePath("/proc/\(processID)/io"))) ?? []
        let times = ProcessTable.fields(of: processID)?[11...12].map(String.init) ?? []
        return times + [String(decoding: io, as: UTF8.self)]
    }
}

/// How long a process has given no sign of life.
struct Silence {
    private(set) var duration = Duration.zero
    private var lastLook: ContinuousClock.Instant
    /// The most that counts between two looks. After a machine slept, or was too busy for a look, nobody knows what the
    /// process would have done in that time.
    static let longestGap = Duration.seconds(1)

    init(since start: ContinuousClock.Instant) { lastLook = start }

    /// Notes whether there was a sign of life since the last look.
    mutating func look(isAlive: Bool, at now: ContinuousClock.Instant) {
        duration = isAlive ? .zero : duration + min(now - lastLook, Self.longestGap)
        lastLook = now
    }
}

/// Splits bytes that arrive in pieces into lines. A piece may end within a character. Lines longer than 8 KiB are split.
struct LineSplitter {
    private var rest: [UInt8] = []
    private static let longest = 8192

    /// The lines at the end of a text.
    static func lastLines(of bytes: [UInt8]) -> [String] {
        var splitter = LineSplitter()
        return splitter.add(bytes.suffix(1 << 16)) + [splitter.finish()].compactMap { $0 }
    }

    /// Adds bytes, and returns the lines that are now complete.
    mutating func add(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            // Programs draw progress over an old line with a lone carriage return.
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if !rest.isEmpty { lines.append(take()) }
            } else {
                rest.append(byte)
                if rest.count >= Self.longest, byte < 0x80 || rest.count >= Self.longest + 4 { lines.append(take()) }
            }
        }
        return lines
    }

    /// The last line, if it has no line break.
    mutating func finish() -> String? { rest.isEmpty ? nil : take() }

    private mutating func take() -> String {
        defer { rest.removeAll(keepingCapacity: true) }
        return String(decoding: rest, as: UTF8.self)
    }
}
