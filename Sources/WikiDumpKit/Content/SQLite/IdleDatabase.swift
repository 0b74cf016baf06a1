import CLibrary
import MWBzUtils
import Synchronization
import SystemPackage

/// A database in WAL mode that nobody has open and whose folder we may not write: SQLite cannot make its two helper files,
/// so it reads the file without locks, and a writer that comes would not see us.
///
/// Two things make that safe. We hold the lock that SQLite's own readers hold: a writer that ends then leaves its log where it
/// is, and does not write it into the file. And after each reading the file has to be what it was: a long log is written into
/// it all the same, and then what was read counts for nothing.
final class IdleDatabase: Sendable {
    private let path: FilePath
    private let file: FileDescriptor
    private let stamp: Stamp

    /// What changes with every change of a file.
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

        /// Whether the last change lies so far back.
        func isOlder(than seconds: Int) -> Bool { time(nil) - max(times[0], times[2]) > seconds }
    }

    /// Files are never closed: with that, the locks of all other connections of this process to the file would go.
    private static let files = Mutex<[[UInt64]: FileDescriptor]>([:])

    /// Takes the lock of a reader.
    /// - Parameter seconds: How long nobody must have changed it, so that the next change gets another time, also where a
    ///   file system counts in steps of two seconds.
    /// - Returns: nil if somebody has the database open, or changed it a moment ago, or if it is not in WAL mode.
    init?(_ path: FilePath, restingFor seconds: Int = 2) throws(DumpError) {
        self.path = path
        guard let status = try FileSystem.status(path) else { return nil }
        do throws(Errno) {
            file = try Self.files.withLock { (files) throws(Errno) in
                if let known = files[status.identity] { return known }
                let file = try FileSystem.open(path, .readOnly)
                files[status.identity] = file
                return file
            }
            guard Self.lock(file) else { return nil }
            stamp = try Stamp(file)
            // The version bytes in the header of a file in WAL mode are 2.
            let header = try file.read(at: 0, count: 20)
            guard header.count == 20 else { throw .ioError }
            guard header[18] == 2, stamp.isOlder(than: seconds) else { return nil }
        } catch {
            throw DumpError(error, "cannot read \(path)")
        }
        // Whoever writes has a log. An empty one holds nothing.
        if let log = try FileSystem.status(FilePath(path.string + "-wal")), log.size > 0 { return nil }
        guard isUnchanged else { return nil }
    }

    /// Whether the file is what it was.
    var isUnchanged: Bool { (try? Stamp(file)) == stamp }

    /// Makes sure that what was read just now was read from the file as it was at the beginning.
    /// - Throws: ``DumpError`` with code `unavailable` if it was changed.
    func check() throws(DumpError) {
        if isUnchanged { return }
        throw DumpError(
            .unavailable, "the database \(path) was changed while it was read, as SQLite could take no lock",
            remedy: "give the user of this process the right to write in \(path.removingLastComponent())")
    }

    /// Takes the lock of SQLite's readers, in the way that belongs to the open file and not to the process.
    /// - Returns: false if a writer keeps everybody out. A file system without locks keeps out nobody.
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
