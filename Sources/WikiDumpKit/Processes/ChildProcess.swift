import CLibrary
import CProcess
import Subprocess
import Synchronization
package import SystemPackage

/// A process that shares our standard output and standard error, and ends when we are asked to end.
///
/// It has its own process group, so that Ctrl-C reaches only us and the process is asked once. A second request
/// would make it end at once.
package struct ChildProcess: Sendable {
    private let program: FilePath
    private let arguments: [String]

    /// Describes a process, without starting it.
    package init(_ program: FilePath, _ arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    /// Runs the process to its end. If the task is cancelled, the process gets SIGTERM, and we still wait for it.
    /// - Throws: ``DumpError`` with code `jobFailed` if it cannot be started.
    package func run() async throws(DumpError) -> CommandStatus {
        let box = StartedProcess()
        // A separate task does not inherit cancellation, so we always learn how the process ended.
        let process = Task { try await start(box) }
        let result = await withTaskCancellationHandler {
            await process.result
        } onCancel: {
            box.stop()
        }
        do { return try result.get() } catch {
            throw DumpError(.jobFailed, "cannot start \(program)", remedy: "check that it is executable", cause: error)
        }
    }

    private func start(_ box: StartedProcess) async throws -> CommandStatus {
        var options = PlatformOptions()
        options.processGroupID = 0
        let result = try await Subprocess.run(
            .path(program), arguments: Arguments(arguments),
            environment: .inherit.updating([
                Environment.Key(stringLiteral: OrphanWatch.variable): OrphanWatch.shared.runMark
            ]), platformOptions: options, input: .none,
            output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
            error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
        ) { execution in
            box.begin(execution.processIdentifier.value)
        }
        box.end()
        return switch result.terminationStatus {
        case .exited(let code): .exited(code)
        case .signaled(let number): .signaled(number)
        }
    }
}

/// The id of a process while it is alive, and whether it was asked to end.
private final class StartedProcess: Sendable {
    private let state = Mutex<(id: Int32?, isStopped: Bool)>((nil, false))

    func begin(_ id: Int32) {
        state.withLock { state in
            state.id = id
            if state.isStopped { _ = kill(id, SIGTERM) }
        }
    }

    func end() { state.withLock { $0.id = nil } }

    func stop() {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            if let id = state.id { _ = kill(id, SIGTERM) }
        }
    }
}

/// The program of this process, located again each time another process of it is started.
///
/// So a version installed in the meantime is used from the next process on.
package struct ChildProgram: Sendable {
    private let name: String
    private let workingDirectory: FilePath

    /// Makes a description of the program.
    /// - Parameters:
    ///   - name: How this process was called: a path, or a name found by `PATH`.
    ///   - workingDirectory: The folder that relative paths start from.
    package init(name: String, workingDirectory: FilePath) {
        self.name = name
        self.workingDirectory = workingDirectory
    }

    /// The current location of the program.
    /// - Throws: ``DumpError`` with code `fileSystem` if it no longer exists.
    package func path() throws(DumpError) -> FilePath {
        if name.contains("/") {
            let path = workingDirectory.pushing(FilePath(name))
            if try FileSystem.real.status(path)?.isFile == true { return path }
        } else {
            for folder in (ProcessEnvironment.value("PATH") ?? "").split(separator: ":") {
                let path = workingDirectory.pushing(FilePath(String(folder))).appending(name)
                if let status = try? FileSystem.real.status(path), status.isFile, status.permissions & 0o111 != 0 {
                    return path
                }
            }
        }
        // A parent may have passed a name that leads nowhere. Then use the file that this process was started from.
        if let path = try? FileSystem.real.linkTarget("/proc/self/exe"),
            try FileSystem.real.status(FilePath(path))?.isFile == true
        {
            return FilePath(path)
        }
        throw DumpError(.fileSystem, "the program \(name) no longer exists", remedy: "install it again")
    }
}

/// Makes sure that no process we started outlives us, even if we are killed.
///
/// Linux can signal a child when its parent dies (`PR_SET_PDEATHSIG`). But that applies to the thread that started the child,
/// does not reach the child's own children, and is not available through `posix_spawn`. So we start a watching process before
/// the first command. It waits for our end and then ends all processes with our mark. The mark is an environment variable,
/// which their own children inherit. Process groups alone would miss a command that was just being started.
struct OrphanWatch: Sendable {
    /// Processes with this mark are killed.
    let commandMark: String
    /// Processes with this mark are asked to end, because they have processes of their own and a lock to release.
    let runMark: String

    /// Tells the watching process which pipes to remove; nil if it could not be started.
    private let life: FileDescriptor?

    /// The environment variable that holds the mark.
    static let variable = "WIKIDUMPKIT_PARENT"

    /// The watch over this process, started at first use.
    static let shared = OrphanWatch()

    private init() {
        let id = String(UInt64.random(in: .min ... .max), radix: 36)
        (commandMark, runMark) = ("command-of-\(id)", "run-of-\(id)")
        // Without the watch, processes still end when they next read from us or write to us.
        let end = unsafe cprocess_watch("\(Self.variable)=\(commandMark)", "\(Self.variable)=\(runMark)")
        life = end < 0 ? nil : FileDescriptor(rawValue: end)
    }

    /// Requests that a named pipe be removed after our death.
    func remove(_ pipe: FilePath) {
        // On failure, the next run removes leftover pipes.
        _ = try? life?.writeAll(Array(pipe.string.utf8) + [0])
    }
}
