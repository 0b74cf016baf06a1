import CMWBz
package import SystemPackage

/// A file without a name for data that does not fit in memory. It is gone when nothing refers to it, or the process ends.
package final class SpillFile {
    private let folder: FilePath
    private let file: FileDescriptor
    private var size: Int64 = 0

    /// - Throws: ``BzError`` with code `fileSystem`, naming the folder.
    package init(in folder: FilePath) throws(BzError) {
        self.folder = folder.isEmpty ? FilePath(".") : folder
        do throws(Errno) { file = try UnnamedFile.open(in: self.folder) } catch {
            throw BzError(.fileSystem, "takes no temporary file", file: self.folder, cause: error)
        }
    }

    deinit { try? file.close() }

    /// Appends bytes.
    /// - Returns: where they begin.
    package func append(_ bytes: [UInt8]) throws(BzError) -> Int64 {
        do {
            try file.writeAll(toAbsoluteOffset: size, bytes)
        } catch {
            throw BzError(
                .fileSystem, "takes no more temporary data", remedy: "free some space", file: folder, cause: error)
        }
        defer { size += Int64(bytes.count) }
        return size
    }

    /// Reads bytes that were appended.
    package func read(at offset: Int64, count: Int) throws(BzError) -> [UInt8] {
        do {
            let bytes = try file.read(at: offset, count: count)
            guard bytes.count == count else { throw Errno.ioError }
            return bytes
        } catch {
            throw BzError(.fileSystem, "temporary data cannot be read", file: folder, cause: error)
        }
    }
}

/// Opens new files without a name.
package enum UnnamedFile {
    /// Opens one that only this user may read and write.
    package static func open(in folder: FilePath) throws(Errno) -> FileDescriptor {
        if let file = nameable(in: folder, 0o600) { return file }
        // Where the file system has no such files, one loses its name as soon as it is open.
        let path = TemporaryName.beside(folder.appending("unnamed"))
        do {
            let file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite])
            // A name that stays is a leftover; the file serves all the same.
            try? SystemCalls().unlink(path)
            return file
        } catch {
            throw Errno(from: error)
        }
    }

    /// Opens one that can get a name later (open(2), O_TMPFILE); nil where the file system has no such files.
    static func nameable(in folder: FilePath, _ permissions: UInt16) -> FileDescriptor? {
        let descriptor = unsafe cmwbz_open_unnamed(folder.string, UInt32(permissions))
        return descriptor < 0 ? nil : FileDescriptor(rawValue: descriptor)
    }
}
