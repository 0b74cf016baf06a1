import MWBzUtils
import SystemPackage

/// Lets only one process at a time do something: `flock` on a file that always stays in place.
///
/// Over NFS, the kernel passes the lock on to other machines. It releases the lock when a process dies.
struct FileGuard: Sendable {
    /// How the name of such a file ends, unless it is that of the locks of a wiki.
    static let suffix = ".guard"

    let path: FilePath
    let fileSystem: FileSystem
    /// Whether the body runs even if the file system has no such locks.
    var isOptional = false

    /// Runs a body while no other process or task runs one under the same file.
    /// - Throws: What the body throws; ``DumpError`` with code `lockHeld` if another process keeps the guard for ten seconds,
    ///   or what opening the file throws.
    func hold<R>(_ body: () throws(DumpError) -> R) throws(DumpError) -> R {
        // A symbolic link in its place would keep everybody out for ever.
        if try fileSystem.linkTarget(path) != nil { try fileSystem.remove(path) }
        let file: any OpenFile
        do throws(Errno) {
            // Unlike writing anew, this leaves its time, so whoever only waits here changes nothing.
            file = try fileSystem.calls.open(path, .append(WikiDirectories.privateFilePermissions))
        } catch {
            throw DumpError(error, "cannot open \(path)")
        }
        // Closing the file releases the guard.
        defer { try? file.close() }
        try enter(file)
        return try body()
    }

    private func enter(_ file: any OpenFile) throws(DumpError) {
        for _ in 0..<2_000 {
            do throws(Errno) { return try file.lock(.exclusive) } catch {
                if error == .wouldBlock {
                    fileSystem.surroundings.block(.milliseconds(5))
                    continue
                }
                if isOptional { return }
                throw DumpError(
                    .fileSystem, "cannot lock \(path): this file system does not support locks",
                    remedy: "put the private tree on one that does", cause: error)
            }
        }
        // A stopped process must not keep everybody out of what is safe without the guard as well.
        if isOptional { return }
        throw DumpError(
            .lockHeld, "another process has kept \(path) locked for ten seconds",
            remedy: "look for a stopped process that has it open")
    }
}
