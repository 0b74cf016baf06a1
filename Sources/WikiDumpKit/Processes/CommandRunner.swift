import MWBzUtils
import SystemPackage

/// Runs commands, judges how they end, and moves the files they make into place.
struct CommandRunner: Sendable {
    /// The time that a process gets to end after SIGTERM, before it is killed.
    var grace = Duration.seconds(5)
    /// Receives events. It may be called often, from any task.
    var report: @Sendable (CommandEvent) -> Void = { _ in }

    /// Runs a command to its end.
    ///
    /// The command succeeds if it exits with status 0 and all its files pass their checks. In any case, no process is left
    /// behind, and no incomplete file gets its final name.
    /// - Throws: ``CommandFailure``.
    func run(_ invocation: Invocation) async throws(CommandFailure) -> CommandResult {
        try await run(invocation, input: nil, output: nil)
    }

    /// Like ``run(_:)``, but returns failures instead of throwing them, so that the result can be awaited later.
    /// - Parameters:
    ///   - input: What the command reads; nil for nothing. Closed here.
    ///   - output: Replaces the output that the invocation names. Closed here when the command has ended.
    func result(
        of invocation: Invocation, input: FileDescriptor? = nil, output: FileDescriptor? = nil
    ) async -> Result<CommandResult, CommandFailure> {
        do throws(CommandFailure) {
            return .success(try await run(invocation, input: input, output: output))
        } catch {
            return .failure(error)
        }
    }

    private func run(
        _ invocation: Invocation, input: FileDescriptor?, output pipe: FileDescriptor?
    ) async throws(CommandFailure) -> CommandResult {
        let output = try invocation.translating { () throws(DumpError) in
            do throws(DumpError) { return try InvocationOutput(invocation, pipe: pipe) } catch {
                for end in [input, pipe] { try? end?.close() }
                throw error
            }
        }
        defer { output.close() }
        do throws(CommandFailure) {
            let outcome = try await execute(invocation, input, output)
            guard outcome.isSuccess else {
                throw CommandFailure(of: invocation, outcome, output: (try? output.lastLines()) ?? [])
            }
            let collected = try invocation.translating { () throws(DumpError) in try output.collected() }
            var files: [FileRecord] = []
            for file in invocation.allFiles {
                do throws(DumpError) { files.append(try await file.commit()) } catch {
                    throw CommandFailure(of: invocation.name, error, outcome)
                }
            }
            return CommandResult(outcome: outcome, output: collected, files: files)
        } catch {
            for file in invocation.allFiles { try? file.fileSystem.remove(file.inProgress) }
            throw error
        }
    }

    private func execute(
        _ invocation: Invocation, _ input: FileDescriptor?, _ output: InvocationOutput
    ) async throws(CommandFailure) -> CommandOutcome {
        let process = RunningCommand(invocation.command, grace: grace, report: report)
        let (source, target) = try invocation.translating { () throws(DumpError) in
            try Self.ends(input, output)
        }
        do {
            return try await withTaskCancellationHandler {
                try await process.run(input: source, output: target, measure: output.measure)
            } onCancel: {
                process.stop(.cancelled)
            }
        } catch {
            throw CommandFailure(
                kind: .notStarted, name: invocation.name,
                message: "cannot start \(invocation.command.program): \(error)")
        }
    }

    /// The input and output for the process, which closes both.
    private static func ends(
        _ input: FileDescriptor?, _ output: InvocationOutput
    ) throws(DumpError) -> (FileDescriptor, FileDescriptor) {
        let source: FileDescriptor
        if let input {
            source = input
        } else {
            do { source = try FileDescriptor.open(FilePath("/dev/null"), .readOnly, options: [.closeOnExec]) } catch {
                throw DumpError(Errno(from: error), "cannot read /dev/null")
            }
        }
        do throws(DumpError) { return (source, try output.duplicate()) } catch {
            try? source.close()
            throw error
        }
    }
}

extension Invocation {
    /// Runs our own part of the work for the command, and converts errors.
    fileprivate func translating<Value>(_ body: () throws(DumpError) -> Value) throws(CommandFailure) -> Value {
        do throws(DumpError) { return try body() } catch { throw CommandFailure(of: name, error) }
    }
}
