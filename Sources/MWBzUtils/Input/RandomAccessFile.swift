public import SystemPackage

/// A file that is read at any place. Safe to use from many tasks at once.
public final class RandomAccessFile: Sendable {
    /// Where the file is.
    public let path: FilePath
    private let file: FileDescriptor

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, when it cannot be opened or has no places to read
    ///   at (a pipe or a terminal).
    public init(_ path: FilePath) throws(BzError) {
        self.path = path
        do {
            file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch {
            throw BzError(.fileSystem, "cannot be opened", file: path, cause: error)
        }
        do {
            try file.seek(offset: 0, from: .end)
        } catch {
            try? file.close()
            throw BzError(
                .fileSystem, "cannot be read from the middle", remedy: "use a regular file", file: path, cause: error)
        }
    }

    deinit { try? file.close() }

    /// Bytes in the file now.
    public func size() throws(BzError) -> Int64 {
        do {
            return try file.seek(offset: 0, from: .end)
        } catch {
            throw BzError(.fileSystem, "cannot be read", file: path, cause: error)
        }
    }

    /// Reads bytes at a place; fewer than `count` only where the file ends.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public func read(at offset: Int64, count: Int) throws(BzError) -> [UInt8] {
        do {
            return try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let rest = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                    let got = try unsafe file.read(fromAbsoluteOffset: offset + Int64(filled), into: rest)
                    if got == 0 { break }
                    filled += got
                }
            }
        } catch {
            throw BzError(.fileSystem, "cannot be read", file: path, cause: error)
        }
    }
}
