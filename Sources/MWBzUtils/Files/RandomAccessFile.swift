public import SystemPackage

/// A file that is read at any place. Safe to use from many tasks at once.
public final class RandomAccessFile: Sendable {
    private static let largest: Int64 = 1 << 60
    /// Where the file is.
    public let path: FilePath
    private let file: FileDescriptor

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, when it cannot be opened or has no places to read
    ///   at (a folder, a pipe or a terminal).
    public init(_ path: FilePath) throws(BzError) {
        self.path = path
        do {
            // Without waiting for somebody to write, should it be a pipe.
            file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch {
            throw BzError(.fileSystem, "cannot be opened", file: path, cause: error)
        }
        guard let status = try? SystemFile(file).status(), [.regular, .blockDevice].contains(status.kind) else {
            try? file.close()
            let kind = FileKind(of: path).map { " (it is \($0))" } ?? ""
            throw BzError(
                .fileSystem, "cannot be read from the middle\(kind)", remedy: "use a regular file", file: path)
        }
    }

    deinit { try? file.close() }

    /// Bytes in the file now.
    public func size() throws(BzError) -> Int64 {
        let size: Int64
        do { size = try file.seek(offset: 0, from: .end) } catch {
            throw BzError(.fileSystem, "cannot be read", file: path, cause: error)
        }
        // Places in the file are counted in bits.
        guard size < Self.largest else { throw BzError(.fileSystem, "is larger than 1 EiB", file: path) }
        return size
    }

    /// Reads bytes at a place; fewer than `count` only where the file ends.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public func read(at offset: Int64, count: Int) throws(BzError) -> [UInt8] {
        do { return try file.read(at: offset, count: count) } catch {
            throw BzError(.fileSystem, "cannot be read", file: path, cause: error)
        }
    }
}

extension FileDescriptor {
    /// Reads bytes at a place; fewer than `count` only where the file ends.
    package func read(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        do {
            return try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let rest = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                    let got = try unsafe read(fromAbsoluteOffset: offset + Int64(filled), into: rest)
                    if got == 0 { break }
                    filled += got
                }
            }
        } catch {
            throw Errno(from: error)
        }
    }
}
