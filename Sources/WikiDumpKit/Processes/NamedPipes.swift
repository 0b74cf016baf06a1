import CLibrary
import Dispatch
import Synchronization
import SystemPackage

/// Named pipes through which a program that only writes into files hands over several texts at once.
///
/// Each pipe is kept open for writing by us until the program has ended. So a program that opens it never waits, and one that dies
/// before it opens it leaves nobody waiting. When we are killed, ``OrphanWatch`` ends the program and removes the pipes.
final class NamedPipes: Sendable {
    /// The paths that the program writes to, one for each text.
    let paths: [FilePath]
    private let readers: [FileDescriptor]
    private let state: Mutex<State>
    private static let chunkSize = 1 << 18

    /// What the names of pipes begin with.
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
                // Without a writer, only an opening that does not wait comes back.
                readers.append(try Self.open(path, .readOnly))
                keepers.append(try Self.open(path, .writeOnly))
            }
        } catch {
            for file in readers + keepers { try? file.close() }
            for path in paths { try? FileSystem.remove(path) }
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

    /// The next bytes of any of the texts, and which text they belong to; nil when all have ended. Only one task may ask
    /// at a time.
    /// - Throws: ``DumpError`` with code `fileSystem`.
    func next() async throws(DumpError) -> (text: Int, bytes: [UInt8])? {
        // The program may be silent for long, so the waiting happens outside of the concurrency pool.
        let result = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { () throws(DumpError) in try self.wait() })
            }
        }
        return try result.get()
    }

    /// Says that nobody will write any more: what is in the pipes is the last of it.
    func end() {
        let keepers = state.withLock { state in
            defer { state.keepers = [] }
            return state.keepers
        }
        for keeper in keepers { try? keeper.close() }
    }

    /// Gives the pipes up. Who still writes into them is ended by that.
    func close() {
        end()
        let open = state.withLock { state in
            defer { state.isOpen = state.isOpen.map { _ in false } }
            return state.isOpen
        }
        for (reader, isOpen) in zip(readers, open) where isOpen { try? reader.close() }
        for path in paths { try? FileSystem.remove(path) }
    }

    private func wait() throws(DumpError) -> (text: Int, bytes: [UInt8])? {
        while true {
            let (open, last) = state.withLock { ($0.isOpen, $0.last) }
            // The one after the last comes first, so that no text waits for ever behind a quick one.
            let order = open.indices.map { (last + 1 + $0) % open.count }.filter { open[$0] }
            if order.isEmpty { return nil }
            var polls = order.map { pollfd(fd: readers[$0].rawValue, events: Int16(POLLIN), revents: 0) }
            let count = unsafe poll(&polls, UInt(polls.count), -1)
            if count < 0 {
                if errno == EINTR { continue }
                throw DumpError(Errno(rawValue: errno), "cannot wait for what a command writes")
            }
            for (text, poll) in zip(order, polls) where poll.revents != 0 {
                if let bytes = try read(text) { return (text, bytes) }
            }
        }
    }

    /// What is in a pipe; nil if that is nothing, or the end.
    private func read(_ text: Int) throws(DumpError) -> [UInt8]? {
        let bytes: [UInt8]
        do throws(Errno) { bytes = try FileSystem.readChunk(readers[text], count: Self.chunkSize) } catch {
            if error == .wouldBlock { return nil }
            throw DumpError(error, "cannot read what a command writes")
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
    /// Runs a command that writes into named pipes, and hands over what comes out of them.
    ///
    /// When `body` throws, the command is stopped; if the command failed before that, its failure explains more and is
    /// thrown.
    /// - Parameters:
    ///   - pipes: Given up when this returns.
    ///   - body: Reads the texts.
    /// - Returns: what `body` returns, once the command ended well.
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
            // Of a text that ended too early the command knows more.
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
    /// Whether the command failed by itself, and not because nobody read what it wrote any more. A shell reports the signal
    /// of a broken pipe as 128 + 13.
    fileprivate var isOwn: Bool { kind != .signaled(13) && kind != .exited(141) && kind != .cancelled }
}
