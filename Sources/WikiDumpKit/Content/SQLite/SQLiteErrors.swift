import GRDB
import SystemPackage

extension DumpError {
    /// An SQLite error that names the file and the remedy. A `DumpError` is returned unchanged.
    static func sqlite(_ error: any Error, path: FilePath) -> DumpError {
        if let error = error as? DumpError { return error }
        if error is CancellationError { return DumpError(.cancelled, "reading \(path) was stopped") }
        guard let error = error as? DatabaseError else {
            return DumpError(.source, "cannot read the database \(path)", cause: error)
        }
        return sqlite(code: error.resultCode.rawValue, message: error.message ?? "no message", path: path)
    }

    /// An SQLite error, from its primary code and its message.
    static func sqlite(code: Int32, message: String, path: FilePath) -> DumpError {
        switch ResultCode(rawValue: code & 0xff) {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            DumpError(
                .unavailable, "the database \(path) is locked by a writer: \(message)",
                remedy: "run again when the writer is done, or change the wiki's journal mode to WAL")
        case .SQLITE_CORRUPT:
            DumpError(
                .source, "the database \(path) is damaged: \(message)",
                remedy: "check it with PRAGMA integrity_check and restore it from a backup")
        case .SQLITE_NOTADB:
            DumpError(
                .source, "\(path) is not an SQLite database: \(message)", remedy: "check databasepath in [source]")
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            DumpError(
                .source, "cannot open the database \(path): \(message)",
                remedy:
                    "give the user of this process the right to read it, and to write in its folder if it is in WAL mode"
            )
        case .SQLITE_READONLY:
            DumpError(
                .source, "the database \(path) has an unfinished transaction: \(message)",
                remedy: "open it once with the wiki or with sqlite3, which repairs it")
        case .SQLITE_ERROR where message.hasPrefix("no such "):
            DumpError(
                .schema, "\(path) lacks a table or column: \(message)",
                remedy: "run maintenance/update.php of MediaWiki, or correct tableprefix in [source]")
        case .SQLITE_INTERRUPT:
            DumpError(.cancelled, "reading \(path) was stopped")
        default:
            DumpError(.source, "cannot read the database \(path): \(message) (SQLite error \(code))")
        }
    }
}
