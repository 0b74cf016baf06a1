import CLibrary
internal import SystemPackage

/// A file that is mapped into memory, read-only. Bytes are copied out, and only if the file still has them.
///
/// Sendable although it holds a pointer: nothing writes through it, and it is unmapped when nothing refers to it.
@safe final class MappedFile: @unchecked Sendable {
    let path: FilePath
    let size: Int
    private let file: FileDescriptor
    private let start: UnsafeMutableRawPointer?

    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    init(_ path: FilePath) throws(BzError) {
        self.path = path
        do {
            // Without waiting for somebody to write, should it be a pipe.
            file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch {
            throw BzError(.fileSystem, "cannot be opened", file: path, cause: error)
        }
        guard let size = Self.size(file) else {
            try? file.close()
            throw BzError(.fileSystem, "cannot be mapped", remedy: "use a regular file", file: path)
        }
        self.size = size
        guard size > 0 else {
            unsafe start = nil
            return
        }
        let mapped = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, file.rawValue, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
            let cause = Errno(rawValue: errno)
            try? file.close()
            throw BzError(.fileSystem, "cannot be mapped", file: path, cause: cause)
        }
        unsafe start = mapped
    }

    deinit {
        if let start = unsafe start { unsafe _ = munmap(start, size) }
        try? file.close()
    }

    /// Bytes of a regular file now; nil if it is something else.
    private static func size(_ file: FileDescriptor) -> Int? {
        guard let status = try? SystemFile(file).status(), status.isFile else { return nil }
        return Int(status.size)
    }

    /// Copies bytes.
    /// - Throws: ``BzError`` with code `damaged` if the file does not have them.
    func bytes(at offset: Int64, count: Int) throws(BzError) -> [UInt8] {
        guard offset >= 0, count >= 0, count <= size, offset <= Int64(size - count) else { throw .damagedIndex(path) }
        // What was cut off meanwhile cannot be touched.
        guard let now = Self.size(file), now >= Int(offset) + count else { throw .damagedIndex(path) }
        return unsafe start.map {
            unsafe [UInt8](UnsafeRawBufferPointer(start: $0 + Int(offset), count: count))
        } ?? []
    }
}
