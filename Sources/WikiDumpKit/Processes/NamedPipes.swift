import CLibrary
import MWBzUtils
import Synchronization
import SystemPackage

/// Named pipes for a program that can only write to files. Several texts can be passed through them at once.
///
/// We keep each pipe open for writing until the program has ended. So a program that opens a pipe never blocks, and one that
/// dies before it opens a pipe leaves nobody waiting. If we are killed, ``OrphanWatch`` ends the program and removes the
/// pipes.
final class NamedPipes: Sendable {
    /// The paths that the program writes to, one for each text.
    let paths: [FilePath]
    private let readers: [FileDescriptor]
    private let state: Mutex<State>
    private static let chunkSize = 1 << 18

    static let prefix = ".wikidump-"

    private struct State {
        var keepers: [FileDescriptor]
        var isOpen: [Bool]
        var last = 0
    }

    /// Makes pipes that only this user can open.
    /// - Throws: ``DumpError`` with code `fileSystem` or `permission`.
    init(count: Int, in folder: FilePath) throws(DumpError) {
        var random = SystemRandomNumberGenerator()
        let name = Self.prefix + String(random.next(), radix: 36)
        var (paths, readers, keepers): ([FilePath], [FileDescriptor], [FileDescriptor]) = ([], [], [])
        do throws(DumpError) {
            for number in 0..<count {
                let path = folder.appending("\(name)-\(number).pipe")
                OrphanWatch.shared.remove(path)
                guard unsafe path.withPlatformString({ unsafe mkfifo($0, 0o600) }) == 0 else {
                    throw DumpError(Errno(rawValue: errno), "cannot make the named pipe \(path)")
                }
                paths.append(path)
                // Without a writer, only a non-blocking open returns.
                readers.append(try Self.open(path, .readOnly))
                keepers.append(try Self.open(path, .writeOnly))
            }
        } catch {
            for file in readers + keepers { try? file.close() }
            for path in paths { try? FileSystem.real.remove(path) }
            throw error
        }
        self.paths = paths
        self.readers = readers
        state = Mutex(State(keepers: keepers, isOpen: Array(repeating: true, count: count)))
    }

    private static func open(
        _ path: FilePath, _ mode: FileDescriptor.AccessMode
    ) throws(DumpError) -> FileDescriptor {
        do { return try FileDescriptor.open(path, mode, options: [.nonBlocking, .closeOnExec]) } catch {
            throw DumpError(Errno(from: error), "cannot open the named pipe \(path)")
        }
    }

    /// The next bytes of any text, and the index of that text; nil when all texts have ended. Only one task may call this at
    /// a time.
    /// - Throws: ``DumpError`` with code `fileSystem`.
    func next() async throws(DumpError) -> (text: Int, bytes: [UInt8])? {
        // The program may be silent for a long time.
        try await outsidePool { () throws(DumpError) in try self.wait() }
    }

    /// Closes our writing ends. What is still in the pipes is the end of the texts.
    func end() {
        let keepers = state.withLock { state in
            defer { state.keepers = [] }
            return state.keepers
        }
        for keeper in keepers { try? keeper.close() }
    }

    /// Closes and removes the pipes. A program that still writes to them is ended by that.
    func close() {
        end()
        let open = state.withLock { state in
            defer { state.isOpen = state.isOpen.map { _ in false } }
            return state.isOpen
        }
        for (reader, isOpen) in zip(readers, open) where isOpen { try? reader.close() }
        for path in paths { try? FileSystem.real.remove(path) }
    }

    private func wait() throws(DumpError) -> (text: Int, bytes: [UInt8])? {
        while true {
            let (open, last) = state.withLock { ($0.isOpen, $0.last) }
            // Start after the last text, so that no text waits forever for a faster one.
            let order = open.indices.map { (last + 1 + $0) % open.count }.filter { open[$0] }
            if order.isEmpty { return nil }
            var polls = order.map { pollfd(fd: readers[$0].rawValue, events: Int16(POLLIN), revents: 0) }
            let count = unsafe poll(&polls, UInt(polls.count), -1)
            if count < 0 {
                if errno == EINTR { continue }
                throw DumpError(Errno(rawValue: errno), "cannot wait for the output of a command")
            }
            for (text, poll) in zip(order, polls) where poll.revents != 0 {
                if let bytes = try read(text) { return (text, bytes) }
            }
        }
    }

    /// The bytes in a pipe; nil if there are none, or at its end.
    private func read(_ text: Int) throws(DumpError) -> [UInt8]? {
        let bytes: [UInt8]
        do throws(Errno) { bytes = try SystemFile(readers[text]).read(count: Self.chunkSize) } catch {
            if error == .wouldBlock { return nil }
            throw DumpError(error, "cannot read the output of a command")
        }
        state.withLock { state in
            state.last = text
            if bytes.isEmpty { state.isOpen[text] = false }
        }
        if bytes.isEmpty { try? readers[text].close() }
        return bytes.isEmpty ? nil : bytes
    }
}

extension CommandRunner {
    /// Runs a command that writes into named pipes, and passes the pipes to `body`.
    ///
    /// If `body` throws, the command is stopped. If the command has already failed, its failure is thrown instead, because it
    /// explains more.
    /// - Parameters:
    ///   - pipes: The pipes. They are closed when this returns.
    ///   - body: Reads the texts.
    /// - Returns: The result of `body`, once the command has ended successfully.
    func run<Value>(
        _ invocation: Invocation, into pipes: NamedPipes, _ body: (NamedPipes) async throws(DumpError) -> Value
    ) async throws(CommandFailure) -> Value {
        defer { pipes.close() }
        async let result = ended(invocation, pipes)
        let value: Result<Value, DumpError>
        do throws(DumpError) { value = .success(try await body(pipes)) } catch { value = .failure(error) }
        switch value {
        case .success(let value):
            if case .failure(let failure) = await result { throw failure }
            return value
        case .failure(let error):
            // If a text ended too early, the command knows why.
            if error.code == .outputBad {
                pipes.close()
                if case .failure(let failure) = await result, failure.isOwn { throw failure }
            }
            throw CommandFailure(of: invocation.name, error)
        }
    }

    private func ended(_ invocation: Invocation, _ pipes: NamedPipes) async -> Result<CommandResult, CommandFailure> {
        let result = await result(of: invocation)
        pipes.end()
        return result
    }
}

extension CommandFailure {
    /// Whether the command failed on its own, and not because its output was no longer read. A shell reports the broken pipe
    /// signal as 128 + 13.
    fileprivate var isOwn: Bool { kind != .signaled(13) && kind != .exited(141) && kind != .cancelled }
}
