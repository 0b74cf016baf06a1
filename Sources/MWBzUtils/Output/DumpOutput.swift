import SystemPackage

/// Somewhere the text of a dump goes.
public protocol DumpOutput: AnyObject {
    /// Takes the next bytes of the text.
    func append(_ text: [UInt8]) async throws(BzError)

    /// Says that the text is complete. Nothing can be appended after that.
    func finish() async throws(BzError)
}

/// The standard output of the process. Gathers small pieces.
public final class StandardOutput: DumpOutput {
    private static let size = 1 << 16
    private var held: [UInt8] = []
    /// Whether the reader of a pipe went away.
    public private(set) var isClosed = false

    /// Makes an output.
    public init() {}

    /// Writes the bytes, at the latest with ``finish()``.
    /// - Throws: ``BzError`` with code `fileSystem`; with code `cancelled` if the reader of a pipe went away.
    public func append(_ text: [UInt8]) throws(BzError) {
        held += text
        if held.count >= Self.size { try finish() }
    }

    /// Writes what was held back.
    /// - Throws: ``BzError`` as ``append(_:)``.
    public func finish() throws(BzError) {
        defer { held.removeAll(keepingCapacity: true) }
        do { _ = try FileDescriptor.standardOutput.writeAll(held) } catch {
            let name: FilePath = "standard output"
            guard (error as? Errno) == .brokenPipe else {
                throw BzError(.fileSystem, "cannot be written", file: name, cause: error)
            }
            isClosed = true
            throw BzError(.cancelled, "its reader went away", file: name)
        }
    }
}
