import Dispatch
import MWBzUtils
import SystemPackage

/// The standard output of a command, which we read while it runs. ``CommandRunner/read(_:retries:_:)`` makes one.
final class CommandOutput: Sendable {
    private let file: FileDescriptor
    private static let chunkSize = 1 << 18

    init(_ file: FileDescriptor) { self.file = file }

    /// The next bytes, or nil at the end. Only one task may call this at a time. The end says nothing about how the command
    /// ended; the runner reports that.
    /// - Throws: ``DumpError`` with code `fileSystem`.
    func next() async throws(DumpError) -> [UInt8]? {
        // The command may be silent for a long time.
        let bytes = try await outsidePool { [file] () throws(DumpError) in
            try attempt("read the output of a command") { () throws(Errno) in
                try SystemFile(file).read(count: Self.chunkSize)
            }
        }
        return bytes.isEmpty ? nil : bytes
    }

    func close() { try? file.close() }
}

/// Runs work that may wait for a long time, on a thread outside the concurrency pool.
func outsidePool<Value: Sendable>(
    _ work: @escaping @Sendable () throws(DumpError) -> Value
) async throws(DumpError) -> Value {
    let result = await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: Result(catching: work)) }
    }
    return try result.get()
}

extension CommandRunner {
    /// Runs a command and passes its standard output to `body`.
    ///
    /// After `body` has returned, the rest of the output is not read, and the command must end on its own. If `body` throws,
    /// the command is stopped. If the command has already failed, its failure is thrown instead, because it explains more.
    /// - Parameters:
    ///   - invocation: The command. Its standard output always goes to `body`, whatever the invocation says.
    ///   - retries: Which failures are retried. `body` starts again each time.
    ///   - body: Reads the output.
    /// - Returns: The result of `body`, once the command has ended successfully.
    /// - Throws: ``DumpError`` made from a ``CommandFailure``, or the error of `body`.
    func read<Value>(
        _ invocation: Invocation, retries: RetryPolicy = .never,
        _ body: (CommandOutput) async throws(DumpError) -> Value
    ) async throws(DumpError) -> Value {
        do throws(CommandFailure) {
            return try await retries.run(report) { () async throws(CommandFailure) in
                switch await attempt(invocation, body) {
                case (.success(let value), .success): return value
                case (_, .failure(let failure)): throw failure
                case (.failure(let error), .success): throw CommandFailure(of: invocation.name, error)
                }
            }
        } catch {
            throw error.cause ?? DumpError(error)
        }
    }

    /// Like ``read(_:retries:_:)``, but returns the failure of the command for the caller to judge. In that case the result
    /// of `body` may be wrong.
    func reading<Value>(
        _ invocation: Invocation, _ body: (CommandOutput) async throws(DumpError) -> Value
    ) async throws(DumpError) -> (value: Value, failure: CommandFailure?) {
        switch await attempt(invocation, body) {
        case (.success(let value), .success): return (value, nil)
        case (.success(let value), .failure(let failure)): return (value, failure)
        case (.failure, .failure(let failure)): throw DumpError(failure)
        case (.failure(let error), .success): throw error
        }
    }

    /// Runs a command once.
    /// - Returns: The result or error of `body`, and the failure of the command. The failure is included only if it explains
    ///   the error, or if `body` succeeded.
    private func attempt<Value>(
        _ invocation: Invocation, _ body: (CommandOutput) async throws(DumpError) -> Value
    ) async -> (Result<Value, DumpError>, Result<Void, CommandFailure>) {
        let (readEnd, writeEnd): (FileDescriptor, FileDescriptor)
        do { (readEnd, writeEnd) = try FileDescriptor.pipe() } catch {
            return (.failure(DumpError(Errno(from: error), "cannot make a pipe")), .success(()))
        }
        let output = CommandOutput(readEnd)
        async let result = result(of: invocation, output: writeEnd)
        let value: Result<Value, DumpError>
        do throws(DumpError) { value = .success(try await body(output)) } catch { value = .failure(error) }
        output.close()
        // If the output ended too early, the command knows why. It has lost its reader, so it ends soon. After any other
        // error the command is stopped, because nobody waits for it here.
        if case .failure(let error) = value, error.code != .outputBad { return (value, .success(())) }
        return (value, await result.map { _ in })
    }
}
