import CLibrary
import SystemPackage

/// Lets only one process at a time do something: `flock` on a file that always stays in place.
///
/// Over NFS, the kernel passes the lock on to other machines. It releases the lock when a process dies.
struct FileGuard: Sendable {
    let path: FilePath
    /// Whether the body runs even if the file system has no such locks.
    var isOptional = false

    /// Runs a body while no other process or task runs one under the same file.
    /// - Throws: What the body throws; ``DumpError`` with code `lockHeld` if another process keeps the guard for ten seconds,
    ///   or what opening the file throws.
    func hold<R>(_ body: () throws(DumpError) -> R) throws(DumpError) -> R {
        let descriptor: FileDescriptor
        do throws(Errno) {
            descriptor = try FileSystem.create(path, permissions: WikiDirectories.privateFilePermissions)
        } catch {
            throw DumpError(error, "cannot open \(path)")
        }
        // Closing the file releases the guard.
        defer { try? descriptor.close() }
        var attempts = 0
        while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
            let error = errno
            if error == EINTR { continue }
            guard error == EWOULDBLOCK else {
                if isOptional { break }
                throw DumpError(
                    .fileSystem, "cannot lock \(path): this file system does not support locks",
                    remedy: "put the private tree on one that does", cause: Errno(rawValue: error))
            }
            attempts += 1
            guard attempts < 2_000 else {
                throw DumpError(
                    .lockHeld, "another process has kept \(path) locked for ten seconds",
                    remedy: "look for a stopped process that has it open")
            }
            usleep(5_000)
        }
        return try body()
    }
}
