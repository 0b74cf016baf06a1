import CLibrary
internal import SystemPackage

/// A file without a name for what does not fit in memory. It is gone when nobody has it, or when the process ends.
final class SpillFile {
    private let folder: FilePath
    private let file: FileDescriptor
    private var size: Int64 = 0

    /// - Throws: ``BzError`` with code `fileSystem`, naming the folder.
    init(in folder: FilePath) throws(BzError) {
        self.folder = folder.isEmpty ? FilePath(".") : folder
        let path = self.folder.appending(".spill.\(TemporaryNumber.next()).\(getpid()).tmp")
        do {
            file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite])
        } catch {
            throw BzError(.fileSystem, "cannot be written", file: path, cause: error)
        }
        _ = unsafe unlink(path.string)
    }

    deinit { try? file.close() }

    /// Appends bytes.
    /// - Returns: where they begin.
    func append(_ bytes: [UInt8]) throws(BzError) -> Int64 {
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
    func read(at offset: Int64, count: Int) throws(BzError) -> [UInt8] {
        do {
            return try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let rest = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                    let got = try unsafe file.read(fromAbsoluteOffset: offset + Int64(filled), into: rest)
                    guard got > 0 else { throw Errno.ioError }
                    filled += got
                }
            }
        } catch {
            throw BzError(.fileSystem, "temporary data cannot be read", file: folder, cause: error)
        }
    }
}
