import CLibrary
import Synchronization
import SystemPackage

/// The standard input of a command, which we write while it runs. ``CommandRunner/write(_:_:)`` makes one.
final class CommandInput: Sendable {
    private let socket: FileDescriptor
    private let broken = Mutex(false)
    private let closed = Mutex(false)

    /// Makes a pair of sockets. If the command dies, writing to a pipe would end this process by a signal; writing to a
    /// socket returns an error.
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

    /// Writes bytes as fast as the command reads them.
    /// - Throws: ``DumpError`` with code `jobFailed` if the command stopped reading.
    func write(_ bytes: [UInt8]) async throws(DumpError) {
        try await outsidePool { [self] () throws(DumpError) in
            var sent = 0
            while sent < bytes.count {
                let count = unsafe bytes.withUnsafeBytes { buffer in
                    unsafe send(
                        socket.rawValue, buffer.baseAddress.map { unsafe $0 + sent }, bytes.count - sent,
                        Int32(MSG_NOSIGNAL))
                }
                if count < 0, errno != EINTR {
                    let failure = Errno(rawValue: errno)
                    broken.withLock { $0 = true }
                    throw DumpError(.jobFailed, "a command did not read its whole input", cause: failure)
                }
                sent += max(0, count)
            }
        }
    }

    var isBroken: Bool { broken.withLock { $0 } }

    /// Ends the input. Only the first call has an effect, because the number of a closed descriptor may be in use again.
    func close() {
        let isFirst = closed.withLock { closed in
            defer { closed = true }
            return !closed
        }
        if isFirst { try? socket.close() }
    }
}

extension CommandRunner {
    /// Runs a command while we write its standard input.
    ///
    /// The input ends when `body` returns. If `body` throws, the command is stopped before it could take the incomplete input
    /// for the whole. If the command has already failed, its failure is thrown instead, because it explains more.
    /// - Parameters:
    ///   - invocation: The command.
    ///   - body: Writes the input.
    /// - Returns: The result of the command.
    /// - Throws: ``DumpError`` made from a ``CommandFailure``, or the error of `body`.
    func write(
        _ invocation: Invocation, _ body: (CommandInput) async throws(DumpError) -> Void
    ) async throws(DumpError) -> CommandResult {
        let input = try CommandInput()
        do throws(DumpError) { return try await run(invocation, input, body) } catch {
            // Not earlier: a living command would take the end of its input as the end of complete input.
            input.close()
            throw error
        }
    }

    private func run(
        _ invocation: Invocation, _ input: CommandInput, _ body: (CommandInput) async throws(DumpError) -> Void
    ) async throws(DumpError) -> CommandResult {
        async let result = result(of: invocation, input: input.commandEnd)
        do throws(DumpError) { try await body(input) } catch {
            if input.isBroken, case .failure(let failure) = await result { throw DumpError(failure) }
            throw error
        }
        input.close()
        switch await result {
        case .success(let result): return result
        case .failure(let failure): throw DumpError(failure)
        }
    }
}
