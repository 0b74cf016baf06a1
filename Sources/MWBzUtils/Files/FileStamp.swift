import CLibrary
import SystemPackage

/// What changes about a file when somebody writes to it or puts another in its place.
struct FileStamp: Hashable {
    let size: Int64
    private let seconds: Int
    private let nanoseconds: Int
    private let node: UInt64

    init(_ path: FilePath) throws(BzError) {
        var record = stat()
        guard unsafe stat(path.string, &record) == 0 else {
            throw BzError(.fileSystem, "cannot be looked at", file: path, cause: Errno(rawValue: errno))
        }
        size = Int64(record.st_size)
        #if canImport(Glibc)
            (seconds, nanoseconds) = (record.st_mtim.tv_sec, record.st_mtim.tv_nsec)
        #else
            (seconds, nanoseconds) = (record.st_mtimespec.tv_sec, record.st_mtimespec.tv_nsec)
        #endif
        node = UInt64(record.st_ino)
    }
}
