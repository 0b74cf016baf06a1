import CLibrary
import CMWBz
package import SystemPackage

/// The calls of the real system.
package struct SystemCalls: FileCalls {
    /// Creates a value without any state.
    package init() {}

    package func open(_ path: FilePath, _ opening: FileOpening) throws(Errno) -> SystemFile {
        try SystemFile(path, opening)
    }

    package func openUnnamed(in folder: FilePath, permissions: UInt16) throws(Errno) -> SystemFile {
        let descriptor = unsafe cmwbz_open_unnamed(folder.string, UInt32(permissions))
        guard descriptor >= 0 else { throw .notSupported }
        let file = SystemFile(FileDescriptor(rawValue: descriptor))
        // The file gets its name through /proc, which may be missing.
        guard unsafe access(file.handle, F_OK) == 0 else {
            try file.close()
            throw .notSupported
        }
        return file
    }

    package func status(of path: FilePath, followsLink: Bool) throws(Errno) -> FileStatus {
        var record = stat()
        let name = path.string
        try answer { followsLink ? unsafe stat(name, &record) : unsafe lstat(name, &record) }
        return FileStatus(record)
    }

    package func mayExecute(_ path: FilePath) -> Bool { unsafe access(path.string, X_OK) == 0 }

    package func names(in folder: FilePath) throws(Errno) -> [String] {
        guard let stream = unsafe opendir(folder.string) else { throw Errno(rawValue: errno) }
        defer { unsafe _ = closedir(stream) }
        return try Self.names {
            guard let entry = unsafe readdir(stream) else { return nil }
            return unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
        }
    }

    /// Collects the names that a folder returns one by one. Only `errno` tells the end of the folder from an error.
    static func names(_ next: () -> String?) throws(Errno) -> [String] {
        var names: [String] = []
        while true {
            errno = 0
            guard let name = next() else { break }
            if name != "." && name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw Errno(rawValue: errno) }
        return names
    }

    package func rename(_ path: FilePath, to other: FilePath) throws(Errno) {
        try answer { unsafe CLibrary.rename(path.string, other.string) }
    }

    package func exchange(_ path: FilePath, with other: FilePath) throws(Errno) {
        try answer { unsafe cmwbz_exchange(path.string, other.string) }
    }

    package func link(_ path: FilePath, as other: FilePath) throws(Errno) {
        try answer { unsafe CLibrary.link(path.string, other.string) }
    }

    package func makeSymbolicLink(_ path: FilePath, to target: String) throws(Errno) {
        try answer { unsafe symlink(target, path.string) }
    }

    package func target(ofLink path: FilePath) throws(Errno) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(path.string, &buffer, buffer.count)
        guard count >= 0 else { throw Errno(rawValue: errno) }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package func unlink(_ path: FilePath) throws(Errno) {
        try answer { unsafe CLibrary.unlink(path.string) }
    }

    package func makeFolder(_ path: FilePath, permissions: UInt16) throws(Errno) {
        try answer { unsafe mkdir(path.string, mode_t(permissions)) }
    }

    package func removeFolder(_ path: FilePath) throws(Errno) {
        try answer { unsafe rmdir(path.string) }
    }

    package func setPermissions(of path: FilePath, to permissions: UInt16) throws(Errno) {
        try answer { unsafe chmod(path.string, mode_t(permissions)) }
    }

    package func synchronizeFileSystem(of folder: FilePath) throws(Errno) {
        let file = try SystemFile(folder.isEmpty ? "." : folder, .read)
        defer { try? file.close() }
        let handle = file.descriptor.rawValue
        try answer { cmwbz_sync_file_system(handle) }
    }

    package func touch(_ path: FilePath) throws(Errno) {
        try answer { unsafe utimensat(AT_FDCWD, path.string, nil, 0) }
    }

    package func setTime(of path: FilePath, to seconds: Int64) throws(Errno) {
        let time = timespec(tv_sec: Int(seconds), tv_nsec: 0)
        try answer { unsafe utimensat(AT_FDCWD, path.string, [time, time], 0) }
    }
}

/// An open file of the real system.
package final class SystemFile: OpenFile {
    /// The descriptor.
    package let descriptor: FileDescriptor

    /// Takes over an open descriptor.
    package init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

    package init(_ path: FilePath, _ opening: FileOpening) throws(Errno) {
        do {
            descriptor =
                switch opening {
                case .read: try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
                case .readAnywhere: try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
                case .create(let permissions):
                    try FileDescriptor.open(
                        path, .readWrite, options: [.create, .truncate, .closeOnExec, .noFollow],
                        permissions: FilePermissions(rawValue: CModeT(permissions)))
                case .append(let permissions):
                    try FileDescriptor.open(
                        path, .writeOnly, options: [.create, .append, .closeOnExec, .noFollow],
                        permissions: FilePermissions(rawValue: CModeT(permissions)))
                case .createNew(let permissions):
                    try FileDescriptor.open(
                        path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
                        permissions: FilePermissions(rawValue: CModeT(permissions)))
                }
        } catch { throw Errno(from: error) }
    }

    package func read(count: Int) throws(Errno) -> [UInt8] {
        do {
            return try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = unsafe try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        } catch { throw Errno(from: error) }
    }

    package func read(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        do {
            return try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let rest = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                    let got = try unsafe descriptor.read(fromAbsoluteOffset: offset + Int64(filled), into: rest)
                    if got == 0 { break }
                    filled += got
                }
            }
        } catch { throw Errno(from: error) }
    }

    package func write(_ bytes: [UInt8]) throws(Errno) {
        do { _ = try descriptor.writeAll(bytes) } catch { throw Errno(from: error) }
    }

    package func synchronize() throws(Errno) {
        try answer { fsync(descriptor.rawValue) }
    }

    package func flush() throws(Errno) {
        // NFS sends the bytes, and reports errors, when any descriptor of the file is closed.
        let copy: SystemFile
        do throws(Errno) { copy = try duplicate() } catch {
            // The process has no free descriptor, but the file is fine. Synchronizing sends the bytes too, only more slowly.
            guard error == .tooManyOpenFiles else { throw error }
            return try synchronize()
        }
        try copy.close()
    }

    /// Another descriptor of the same open file, which no child process inherits.
    package func duplicate() throws(Errno) -> SystemFile {
        let copy = fcntl(descriptor.rawValue, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw Errno(rawValue: errno) }
        return SystemFile(FileDescriptor(rawValue: copy))
    }

    package func status() throws(Errno) -> FileStatus {
        var record = stat()
        try answer { unsafe fstat(descriptor.rawValue, &record) }
        var status = FileStatus(record)
        if status.kind == .blockDevice { status.size = try deviceSize() }
        return status
    }

    /// The size of a device, which its status does not tell.
    private func deviceSize() throws(Errno) -> Int64 {
        do {
            let place = try descriptor.seek(offset: 0, from: .current)
            let size = try descriptor.seek(offset: 0, from: .end)
            try descriptor.seek(offset: place, from: .start)
            return size
        } catch { throw Errno(from: error) }
    }

    package func setPermissions(_ permissions: UInt16) throws(Errno) {
        try answer { fchmod(descriptor.rawValue, mode_t(permissions)) }
    }

    package func setOwner(user: UInt32, group: UInt32) throws(Errno) {
        try answer { fchown(descriptor.rawValue, user, group) }
    }

    package func lock(_ lock: FileLocking) throws(Errno) {
        try answer { flock(descriptor.rawValue, (lock == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) }
    }

    package func link(as path: FilePath) throws(Errno) {
        try answer { unsafe linkat(AT_FDCWD, handle, AT_FDCWD, path.string, AT_SYMLINK_FOLLOW) }
    }

    /// The name by which the kernel shows an open file: see O_TMPFILE in open(2).
    fileprivate var handle: String { "/proc/self/fd/\(descriptor.rawValue)" }

    package func close() throws(Errno) {
        do { try descriptor.close() } catch { throw Errno(from: error) }
    }
}

/// Makes a call, again if a signal interrupts it, and throws the error that the system reports.
private func answer(_ call: () -> CInt) throws(Errno) {
    while call() != 0 {
        let error = Errno(rawValue: errno)
        guard error == .interrupted else { throw error }
    }
}

extension Errno {
    /// SystemPackage declares untyped throws and only ever throws an `Errno`.
    package init(from error: any Error) { self = error as? Errno ?? .ioError }
}

extension FileStatus {
    fileprivate init(_ record: stat) {
        #if canImport(Glibc)
            let time = record.st_mtim
        #else
            let time = record.st_mtimespec
        #endif
        let kind: Kind =
            switch record.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            case S_IFLNK: .link
            case S_IFIFO: .pipe
            case S_IFBLK: .blockDevice
            default: .other
            }
        self.init(
            kind: kind, size: Int64(record.st_size), seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec),
            device: UInt64(record.st_dev), number: UInt64(record.st_ino), linkCount: UInt64(record.st_nlink),
            permissions: UInt16(record.st_mode & 0o7777), user: record.st_uid, group: record.st_gid)
    }
}
