import Dispatch
import SystemPackage

/// What a pipeline writes, read by us while it runs. ``PipelineRunner/read(_:_:)`` makes one.
public final class CommandOutput: Sendable {
    private let file: FileDescriptor
    private static let chunkSize = 1 << 18

    init(_ file: FileDescriptor) { self.file = file }

    /// The next bytes, or nil at the end. Only one task may ask at a time. The end says nothing about how the commands
    /// ended; the runner does that.
    /// - Throws: ``DumpError`` with code `fileSystem`.
    public func next() async throws(DumpError) -> [UInt8]? {
        // The commands may be silent for long, so the waiting happens outside of the concurrency pool.
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

extension PipelineRunner {
    /// Runs a pipeline and hands over what its last command writes.
    ///
    /// Once `body` has returned, the rest of the output is not read, and the commands have to end by themselves. When it
    /// throws they are stopped; if the pipeline failed before that, its failure explains more and is thrown.
    /// - Parameters:
    ///   - pipeline: The commands; where their output goes is decided here.
    ///   - body: Reads the output.
    /// - Returns: what `body` returns, once every command ended well.
    /// - Throws: ``DumpError`` made of a ``CommandFailure``, or what `body` throws.
    public func read<Value>(
        _ pipeline: Pipeline, _ body: (CommandOutput) async throws(DumpError) -> Value
    ) async throws(DumpError) -> Value {
        let (value, failure) = try await reading(pipeline, body)
        if let failure { throw DumpError(failure) }
        return value
    }

    /// The same, with the failure of the commands for the caller to judge; what `body` got from them may be wrong then.
    func reading<Value>(
        _ pipeline: Pipeline, _ body: (CommandOutput) async throws(DumpError) -> Value
    ) async throws(DumpError) -> (value: Value, failure: CommandFailure?) {
        let (readEnd, writeEnd) = try PipelineEnds.pipe()
        var pipeline = pipeline
        pipeline.output = .descriptor(writeEnd)
        let output = CommandOutput(readEnd)
        async let outcome = result(of: pipeline)
        let value: Result<Value, DumpError>
        do throws(DumpError) { value = .success(try await body(output)) } catch { value = .failure(error) }
        output.close()
        switch value {
        case .success(let value):
            if case .failure(let failure) = await outcome { return (value, failure) }
            return (value, nil)
        case .failure(let error):
            // Of an output that ended too early the command knows more. What goes on lost its reader and ends soon.
            if error.code == .outputBad, case .failure(let failure) = await outcome { throw DumpError(failure) }
            throw error
        }
    }
}
