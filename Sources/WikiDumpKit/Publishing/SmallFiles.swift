import Synchronization
import SystemPackage

/// The small files around the dump files that this process has read or written. A file is read again only after it has changed.
final class SmallFiles: Sendable {
    private struct Known {
        let status: FileSystem.Status
        let bytes: [UInt8]
    }

    /// Where they are.
    let fileSystem: FileSystem
    private let known = Mutex<[FilePath: Known]>([:])

    init(_ fileSystem: FileSystem) { self.fileSystem = fileSystem }

    /// The content of a file; nil if there is none.
    func bytes(_ path: FilePath) throws(DumpError) -> [UInt8]? {
        guard let status = try fileSystem.status(path), status.isFile else { return nil }
        if let known = known.withLock({ $0[path] }), known.status == status { return known.bytes }
        let bytes = try fileSystem.read(path)
        known.withLock { $0[path] = Known(status: status, bytes: bytes) }
        return bytes
    }

    /// Remembers what was just written to a file.
    func wrote(_ bytes: [UInt8], to path: FilePath) throws(DumpError) {
        guard let status = try fileSystem.status(path) else { return }
        known.withLock { $0[path] = Known(status: status, bytes: bytes) }
    }
}
