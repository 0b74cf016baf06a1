import CLibrary
import MWBzUtils
import Synchronization
import SystemPackage

/// A database in WAL mode that nobody has open, in a folder that we may not write to. SQLite cannot create its two helper
/// files there. So it reads the file without locks, and a new writer would not notice us.
///
/// Two measures make that safe. First, we hold the lock that SQLite's own readers hold, so a writer that closes the database
/// leaves its log in place instead of merging it into the file. Second, we check after each read that the file is unchanged,
/// because a long log is merged all the same. If it changed, the read is discarded.
final class IdleDatabase: Sendable {
    private let path: FilePath
    private let file: FileDescriptor
    private let stamp: Stamp

    /// Metadata that changes with every change of a file.
    private struct Stamp: Equatable {
        let size: Int64
        let times: [Int]

        init(_ file: FileDescriptor) throws(Errno) {
            var record = stat()
            guard unsafe fstat(file.rawValue, &record) == 0 else { throw Errno(rawValue: errno) }
            size = Int64(record.st_size)
            times = [
                Int(record.st_mtim.tv_sec), Int(record.st_mtim.tv_nsec), Int(record.st_ctim.tv_sec),
                Int(record.st_ctim.tv_nsec),
            ]
        }

        /// Whether the last change is older than this.
        func isOlder(than seconds: Int) -> Bool { time(nil) - max(times[0], times[2]) > seconds }
    }

    /// The files are never closed. Closing one would release the locks of all other connections of this process to that file.
    private static let files = Mutex<[[UInt64]: FileDescriptor]>([:])

    /// Takes a reader's lock.
    /// - Parameter seconds: How long the file must have been unchanged. This ensures that the next change gets another time,
    ///   even on a file system with a resolution of two seconds.
    /// - Returns: nil if somebody has the database open or changed it just now, or if it is not in WAL mode.
    init?(_ path: FilePath, restingFor seconds: Int = 2) throws(DumpError) {
        self.path = path
        guard let status = try FileSystem.real.status(path) else { return nil }
        do throws(Errno) {
            file = try Self.files.withLock { (files) throws(Errno) in
                if let known = files[status.identity] { return known }
                let file = try SystemFile(path, .read).descriptor
                files[status.identity] = file
                return file
            }
            guard Self.lock(file) else { return nil }
            stamp = try Stamp(file)
            // In the header of a file in WAL mode, both version bytes are 2.
            let header = try SystemFile(file).read(at: 0, count: 20)
            guard header.count == 20 else { throw .ioError }
            guard header[18] == 2, stamp.isOlder(than: seconds) else { return nil }
        } catch {
            throw DumpError(error, "cannot read \(path)")
        }
        // Every writer has a log. An empty log holds nothing.
        if let log = try FileSystem.real.status(FilePath(path.string + "-wal")), log.size > 0 { return nil }
        guard isUnchanged else { return nil }
    }

    var isUnchanged: Bool { (try? Stamp(file)) == stamp }

    /// Checks that the last read saw the file as it was at the beginning.
    /// - Throws: ``DumpError`` with code `unavailable` if the file changed.
    func check() throws(DumpError) {
        if isUnchanged { return }
        throw DumpError(
            .unavailable, "the database \(path) was changed while it was read, because SQLite could not lock it",
            remedy: "give the user of this process the right to write in \(path.removingLastComponent())")
    }

    /// Takes the lock of SQLite's readers. The lock belongs to the open file, not to the process.
    /// - Returns: false if a writer locks out readers. A file system without locks never does.
    private static func lock(_ file: FileDescriptor) -> Bool {
        var range = flock()
        range.l_type = Int16(F_RDLCK)
        range.l_whence = Int16(SEEK_SET)
        // SHARED_FIRST and SHARED_SIZE in SQLite's os.h.
        range.l_start = 0x4000_0002
        range.l_len = 510
        #if os(Linux)
            // F_OFD_SETLK in fcntl.h.
            let command: Int32 = 37
        #else
            let command = F_SETLK
        #endif
        return unsafe fcntl(file.rawValue, command, &range) == 0 || (errno != EAGAIN && errno != EACCES)
    }
}
