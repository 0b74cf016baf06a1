import SystemPackage

/// The two helper files of a database in WAL mode. Without them the log cannot be read.
struct WALHelpers {
    private let path: FilePath
    private let log: FilePath
    private let index: FilePath

    init(of path: FilePath) {
        self.path = path
        log = FilePath(path.string + "-wal")
        index = FilePath(path.string + "-shm")
    }

    /// What prevents reading the log, and what to grant; nil if there is no log or no obstacle.
    func obstacle() throws(DumpError) -> DumpError? {
        guard let status = try FileSystem.real.status(log), status.size > 0 else { return nil }
        for file in [log, index] where try FileSystem.real.status(file) != nil {
            do throws(Errno) { try FileSystem.real.checkReadable(file) } catch {
                return DumpError(
                    .source, "the newest changes of the database \(path) lie in \(log), and \(file) cannot be read",
                    remedy: "give the user of this process the right to read \(file)", cause: error)
            }
        }
        guard try FileSystem.real.status(index) == nil else { return nil }
        return DumpError(
            .source,
            "the newest changes of the database \(path) lie in \(log), and SQLite cannot make \(index), which it needs to read them",
            remedy: """
                give the user of this process the right to write in \(path.removingLastComponent()), or open the database once \
                as the user of the wiki: sqlite3 \(path) 'PRAGMA wal_checkpoint(TRUNCATE)'
                """)
    }
}
