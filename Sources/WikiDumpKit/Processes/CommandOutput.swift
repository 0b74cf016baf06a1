import Dispatch
import SystemPackage

/// What a command writes, read by us while it runs. ``CommandRunner/read(_:retries:_:)`` makes one.
final class CommandOutput: Sendable {
    private let file: FileDescriptor
    private static let chunkSize = 1 << 18

    init(_ file: FileDescriptor) { self.file = file }

    /// The next bytes, or nil at the end. Only one task may ask at a time. The end says nothing about how the command
    /// ended; the runner does that.
    /// - Throws: ``DumpError`` with code `fileSystem`.
    func next() async throws(DumpError) -> [UInt8]? {
        // The command may be silent for long, so the waiting happens outside of the concurrency pool.
        let result = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [file] in
                continuation.resume(
                    returning: Result { () throws(DumpError) in
                        do throws(Errno) { return try FileSystem.readChunk(file, count: Self.chunkSize) } catch {
                            throw DumpError(error, "cannot read what a command writes")
                        }
                    })
            }
        }
        let bytes = try result.get()
        return bytes.isEmpty ? nil : bytes
    }

    func close() { try? file.close() }
}

extension CommandRunner {
    /// Runs a command and hands over what it writes to its standard output.
    ///
    /// Once `body` has returned, the rest of the output is not read, and the command has to end by itself. When it throws
    /// the command is stopped; if the command failed before that, its failure explains more and is thrown.
    /// - Parameters:
    ///   - invocation: The command; its standard output goes to `body`, wherever else it was to go.
    ///   - retries: Which failures are worth another try. `body` begins anew each time.
    ///   - body: Reads the output.
    /// - Returns: what `body` returns, once the command ended well.
    /// - Throws: ``DumpError`` made of a ``CommandFailure``, or what `body` throws.
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

    /// The same, with the failure of the command for the caller to judge; what `body` got from it may be wrong then.
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
    /// - Returns: what `body` returned or threw; and the failure of the command, if it explains that, or if `body` did well.
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
        // Of an output that ended too early the command knows more: what goes on lost its reader and ends soon. After any
        // other failure the command is stopped, as nobody waits for it here.
        if case .failure(let error) = value, error.code != .outputBad { return (value, .success(())) }
        return (value, await result.map { _ in })
    }
}
