import GRDBSQLite
import SystemPackage

/// The connection that statements are prepared on.
///
/// Sending it is safe. It is made only in ``SQLiteConnectionGuard/access(_:)``, and only a statement can use it. All work
/// with a statement also happens inside that call, one call at a time on one queue.
@safe struct SQLiteHandle: @unchecked Sendable {
    fileprivate let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }
}

/// A prepared statement that is stepped without making a value for each field.
///
/// This is the only place that calls SQLite's C functions. A statement must be used on the queue of its connection.
@safe final class SQLiteStatement: TableStatement {
    private let handle: OpaquePointer
    private let path: FilePath
    // Stepping a finished statement would start it over.
    private var isDone = false

    init(_ connection: SQLiteHandle, _ sql: String, path: FilePath) throws(DumpError) {
        var handle: OpaquePointer?
        let code = unsafe sqlite3_prepare_v2(connection.pointer, sql, -1, &handle, nil)
        guard code == SQLITE_OK, let handle = unsafe handle else {
            let message = unsafe String(cString: sqlite3_errmsg(connection.pointer))
            throw .sqlite(code: code, message: message, path: path)
        }
        unsafe self.handle = handle
        self.path = path
    }

    deinit { unsafe _ = sqlite3_finalize(handle) }

    func bind(_ values: some Collection<Int64>) {
        unsafe _ = sqlite3_reset(handle)
        isDone = false
        var place: Int32 = 1
        for value in values {
            unsafe _ = sqlite3_bind_int64(handle, place, value)
            place += 1
        }
    }

    func step() throws(DumpError) -> Bool {
        if isDone { return false }
        let code = unsafe sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        isDone = true
        if code == SQLITE_DONE { return false }
        let connection = unsafe sqlite3_db_handle(handle)
        let message = unsafe String(cString: sqlite3_errmsg(connection))
        throw .sqlite(code: code, message: message, path: path)
    }

    func reset() {
        unsafe _ = sqlite3_reset(handle)
        isDone = true
    }

    func int(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    /// Writes a field as SQL text. In SQLite each value has its own type, whatever the column type.
    func write(_ column: Int32, isNumber: Bool, to rows: inout SQLRows) {
        switch unsafe sqlite3_column_type(handle, column) {
        case SQLITE_NULL: rows.null()
        case SQLITE_INTEGER: rows.number("\(int(column))")
        case SQLITE_FLOAT: unsafe rows.number("\(sqlite3_column_double(handle, column))")
        case SQLITE_TEXT: unsafe withBytes(column) { unsafe rows.text($0) }
        default: unsafe withBytes(column) { unsafe rows.bytes($0) }
        }
    }

    func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

    func withBytes<R>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        // Read the pointer first: this converts numbers to text, and the count is that of the converted value.
        let pointer = unsafe sqlite3_column_blob(handle, column)
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe body(UnsafeRawBufferPointer(start: pointer, count: pointer == nil ? 0 : count))
    }
}
