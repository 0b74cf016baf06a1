import MWBzUtils
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Standard output for data of any size. Gathers small pieces.
final class BytePrinter {
    /// Somebody read as much as they wanted and went away.
    static let readerLeft = BzError(.cancelled, "the reader of standard output went away")
    private static let size = 1 << 16
    private var held: [UInt8] = []
    /// Whether the reader went away.
    private(set) var isClosed = false

    /// Writes bytes, at the latest with ``flush()``.
    /// - Throws: ``BzError`` with code `fileSystem` if they cannot be written, `cancelled` if the reader went away.
    func write(_ bytes: some Sequence<UInt8>) throws(BzError) {
        held += bytes
        if held.count >= Self.size { try flush() }
    }

    /// Writes what was held back.
    func flush() throws(BzError) {
        defer { held.removeAll(keepingCapacity: true) }
        do {
            _ = try FileDescriptor.standardOutput.writeAll(held)
        } catch {
            if (error as? Errno) == .brokenPipe {
                isClosed = true
                throw Self.readerLeft
            }
            throw BzError(.fileSystem, "cannot be written", file: "standard output", cause: error)
        }
    }
}
