import SystemPackage

/// A destination for the text of a dump.
public protocol DumpOutput: AnyObject {
    /// Takes the next bytes of the text.
    func append(_ text: [UInt8]) async throws(BzError)

    /// Ends the text. Nothing can be appended after that.
    func finish() async throws(BzError)
}

/// The standard output of the process, buffered.
public final class StandardOutput: DumpOutput {
    private static let size = 1 << 16
    private var held: [UInt8] = []
    /// Whether the reader of the pipe closed it. Nothing more can be written then, but nothing is wrong.
    public private(set) var isClosed = false

    /// Makes an output.
    public init() {}

    /// Writes bytes. They may be held back until ``flush()``.
    /// - Throws: ``BzError`` with code `fileSystem`; with code `readerLeft` if the reader of a pipe went away.
    public func write(_ bytes: some Sequence<UInt8>) throws(BzError) {
        held += bytes
        if held.count >= Self.size { try flush() }
    }

    /// Writes what was held back.
    /// - Throws: ``BzError`` as ``write(_:)``.
    public func flush() throws(BzError) {
        defer { held.removeAll(keepingCapacity: true) }
        do { _ = try FileDescriptor.standardOutput.writeAll(held) } catch {
            let name: FilePath = "standard output"
            guard (error as? Errno) == .brokenPipe else {
                throw BzError(.fileSystem, "cannot be written", file: name, cause: error)
            }
            isClosed = true
            throw BzError(.readerLeft, "its reader went away", file: name)
        }
    }

    /// The same as ``write(_:)``.
    public func append(_ text: [UInt8]) throws(BzError) { try write(text) }

    /// The same as ``flush()``.
    public func finish() throws(BzError) { try flush() }
}
