import SystemPackage

/// Somewhere the text of a dump goes.
public protocol DumpOutput: AnyObject {
    /// Takes the next bytes of the text.
    func append(_ text: [UInt8]) async throws(BzError)

    /// Says that the text is complete. Nothing can be appended after that.
    func finish() async throws(BzError)
}

/// The standard output of the process, as it is.
public final class StandardOutput: DumpOutput {
    /// Makes an output; nothing is kept in it.
    public init() {}

    /// Writes the bytes.
    /// - Throws: ``BzError`` with code `fileSystem`, also when the reader of a pipe went away.
    public func append(_ text: [UInt8]) throws(BzError) {
        do { _ = try FileDescriptor.standardOutput.writeAll(text) } catch {
            throw BzError(.fileSystem, "cannot be written", file: "standard output", cause: error)
        }
    }

    /// Does nothing: every byte has been written.
    public func finish() throws(BzError) {}
}
