import CLibrary
import Dispatch
import Synchronization
import SystemPackage

/// What the first command of a pipeline reads, written by us while it runs. ``PipelineRunner/write(_:_:)`` makes one.
public final class CommandInput: Sendable {
    private let socket: FileDescriptor
    private let broken = Mutex(false)
    private let closed = Mutex(false)

    /// A pipe would end this process by a signal when the command dies; a socket gives an error.
    init() throws(DumpError) {
        var ends: [Int32] = [-1, -1]
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw DumpError(Errno(rawValue: errno), "cannot make a pair of sockets")
        }
        socket = FileDescriptor(rawValue: ends[0])
        commandEnd = FileDescriptor(rawValue: ends[1])
    }

    /// The end that the command reads from.
    let commandEnd: FileDescriptor

    /// Writes bytes, as fast as the command reads.
    /// - Throws: ``DumpError`` with code `jobFailed` when the command reads no more.
    public func write(_ bytes: [UInt8]) async throws(DumpError) {
        let failure = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [socket] in
                var sent = 0
                while sent < bytes.count {
                    let count = unsafe bytes.withUnsafeBytes { buffer in
                        unsafe send(
                            socket.rawValue, buffer.baseAddress.map { unsafe $0 + sent }, bytes.count - sent,
                            Int32(MSG_NOSIGNAL))
                    }
                    if count < 0, errno != EINTR {
                        return continuation.resume(returning: Errno?.some(Errno(rawValue: errno)))
                    }
                    sent += max(0, count)
                }
                continuation.resume(returning: nil)
            }
        }
        guard let failure else { return }
        broken.withLock { $0 = true }
        throw DumpError(.jobFailed, "a command did not read its whole input", cause: failure)
    }

    /// Whether the command stopped reading.
    var isBroken: Bool { broken.withLock { $0 } }

    /// Ends the input. Only the first call does: the number of a closed descriptor may be another's by then.
    func close() {
        let isFirst = closed.withLock { closed in
            defer { closed = true }
            return !closed
        }
        if isFirst { try? socket.close() }
    }
}

extension PipelineRunner {
    /// Runs a pipeline and lets us write what its first command reads.
    ///
    /// The input ends when `body` returns. When it throws the commands are stopped before they could take what they got
    /// for the whole; if the pipeline failed before that, its failure explains more and is thrown.
    /// - Parameters:
    ///   - pipeline: The commands; where their input comes from is decided here.
    ///   - body: Writes the input.
    /// - Returns: what became of the pipeline.
    /// - Throws: ``DumpError`` made of a ``CommandFailure``, or what `body` throws.
    public func write(
        _ pipeline: Pipeline, _ body: (CommandInput) async throws(DumpError) -> Void
    ) async throws(DumpError) -> PipelineOutcome {
        let input = try CommandInput()
        var pipeline = pipeline
        pipeline.input = .descriptor(input.commandEnd)
        do throws(DumpError) { return try await run(pipeline, input, body) } catch {
            // Only now: an input that ends looks whole to a command that is still alive.
            input.close()
            throw error
        }
    }

    private func run(
        _ pipeline: Pipeline, _ input: CommandInput, _ body: (CommandInput) async throws(DumpError) -> Void
    ) async throws(DumpError) -> PipelineOutcome {
        async let outcome = result(of: pipeline)
        do throws(DumpError) { try await body(input) } catch {
            if input.isBroken, case .failure(let failure) = await outcome { throw DumpError(failure) }
            throw error
        }
        input.close()
        switch await outcome {
        case .success(let outcome): return outcome
        case .failure(let failure): throw DumpError(failure)
        }
    }

    func result(of pipeline: Pipeline) async -> Result<PipelineOutcome, CommandFailure> {
        do throws(CommandFailure) { return .success(try await run(pipeline)) } catch { return .failure(error) }
    }
}
