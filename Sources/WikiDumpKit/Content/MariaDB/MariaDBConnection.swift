import CMariaDB
import SystemPackage

/// A connection to a MariaDB server.
///
/// Sending it is safe. Only ``MariaDBAccess`` sends it, from the thread that made it to its queue. All work with the
/// connection and its statements happens on that queue, one call at a time. Queued work keeps the connection alive. So the
/// last reference is released, and the connection closed, when nothing uses it any more.
@safe final class MariaDBConnection: @unchecked Sendable {
    let address: MariaDBAddress
    private let handle: UnsafeMutableRawPointer
    /// The statement whose rows have not all been fetched. There is at most one.
    private weak var active: MariaDBStatement?

    /// Seconds until an unresponsive server counts as unreachable.
    private static let connectTimeout: UInt32 = 20

    /// Connects, and fixes the instant that all reads show.
    /// - Parameters:
    ///   - lockLimit: How many seconds a statement waits for a table lock.
    ///   - isSnapshot: Whether to fix an instant. If not, no transaction is held open.
    /// - Throws: ``DumpError`` with code `source`, `unavailable` or `configuration`.
    init(_ address: MariaDBAddress, lockLimit: Int = 1800, isSnapshot: Bool = true) throws(DumpError) {
        self.address = address
        unsafe handle = try Self.connect(address)
        try prepare(lockLimit: lockLimit)
        if isSnapshot { try run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY") }
    }

    /// Connects only to ask the server about itself.
    init(asking address: MariaDBAddress) throws(DumpError) {
        self.address = address
        unsafe handle = try Self.connect(address)
    }

    /// The cipher of the connection; nil if it is not encrypted.
    var cipher: String? { unsafe cmariadb_cipher(handle).map { unsafe String(cString: $0) } }

    deinit { unsafe cmariadb_close(handle) }

    private static func connect(_ address: MariaDBAddress) throws(DumpError) -> UnsafeMutableRawPointer {
        var message = [CChar](repeating: 0, count: 512)
        var code: UInt32 = 0
        func text() -> String {
            String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        guard unsafe cmariadb_load(&message, message.count) == 0 else {
            throw DumpError(
                .configuration, "the client library of MariaDB cannot be loaded: \(text())",
                remedy: "install it (libmariadb3 on Debian), or set contentsource=sqlite in [source]")
        }
        // The library would treat an unreadable file as empty.
        let refusesTLS = try address.optionFile.map(MariaDBOptionFile.init)?.refusesTLS ?? false
        func handle(needsTLS: Bool) -> UnsafeMutableRawPointer? {
            unsafe withStrings(
                [
                    address.optionFile?.string, address.host.isEmpty ? nil : address.host, address.socket?.string,
                    address.database,
                ], []
            ) { pointers in
                var options = unsafe cmariadb_options()
                unsafe options.option_file = pointers[0]
                unsafe options.host = pointers[1]
                unsafe options.socket = pointers[2]
                unsafe options.database = pointers[3]
                unsafe options.port = UInt32(clamping: address.port)
                unsafe options.connect_timeout = connectTimeout
                unsafe options.needs_tls = needsTLS ? 1 : 0
                unsafe options.refuses_tls = refusesTLS ? 1 : 0
                return unsafe cmariadb_connect(&options, &message, message.count, &code)
            }
        }
        if let handle = unsafe handle(needsTLS: false) { return unsafe handle }
        let refusal = DumpError.mariadb(code: code, message: text(), address: address)
        guard code == 1045, !refusesTLS else { throw refusal }
        // The server rejects an account that must use TLS with the same words as a wrong password.
        if let other = unsafe handle(needsTLS: true) { unsafe cmariadb_close(other) }
        throw code == 2026 && text().contains("does not support") ? refusal.withoutTLS(address) : refusal
    }

    /// Passes strings to C, in the given order.
    private static func withStrings<R>(
        _ texts: [String?], _ pointers: [UnsafePointer<CChar>?], _ body: ([UnsafePointer<CChar>?]) -> R
    ) -> R {
        guard unsafe pointers.count < texts.count else { return unsafe body(pointers) }
        guard let text = unsafe texts[pointers.count] else { return unsafe withStrings(texts, pointers + [nil], body) }
        return unsafe text.withCString { pointer in unsafe withStrings(texts, pointers + [pointer], body) }
    }

    private func prepare(lockLimit: Int) throws(DumpError) {
        // Schema changes make us wait. By default, the server would wait a day.
        try run("SET SESSION lock_wait_timeout = \(max(1, min(lockLimit, 31_536_000)))")
        try run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        // The connection may idle for hours between two jobs, and a slow disk may delay our reading.
        try run("SET SESSION wait_timeout = 604800, net_write_timeout = 86400, net_read_timeout = 86400, sql_mode = ''")
        // The SQL text of tables promises this time zone. Wikis without timestamp columns are not affected.
        try run("SET SESSION time_zone = '+00:00'")
        // Reading a table may take any time. MariaDB and MySQL name the limit differently.
        do throws(DumpError) { try run("SET SESSION max_statement_time = 0") } catch {
            try run("SET SESSION max_execution_time = 0")
        }
        // All rows of a revision must arrive one after the other; a join buffer would mix them.
        do throws(DumpError) { try run("SET SESSION join_cache_level = 0") } catch {
            try run("SET SESSION optimizer_switch = 'block_nested_loop=off,batched_key_access=off'")
        }
    }

    private func run(_ sql: String) throws(DumpError) {
        let statement = MariaDBStatement(self, sql)
        statement.bind(EmptyCollection())
        while try statement.step() {}
    }

    /// Sends a statement to the server.
    /// - Returns: The rows, which are fetched one by one; nil if the statement returns none.
    func start(_ statement: MariaDBStatement, _ sql: String) throws(DumpError) -> UnsafeMutableRawPointer? {
        if let active, active !== statement { active.takeRest() }
        active = nil
        guard unsafe cmariadb_query(handle, sql, sql.utf8.count) == 0 else { throw failure() }
        guard let rows = unsafe cmariadb_rows(handle) else {
            if unsafe cmariadb_error_code(handle) != 0 { throw failure() }
            return nil
        }
        active = statement
        return unsafe rows
    }

    /// Fetches the next row, and returns whether there is one.
    func next(
        _ rows: UnsafeMutableRawPointer, _ fields: inout UnsafePointer<UnsafePointer<CChar>?>?,
        _ lengths: inout UnsafePointer<UInt>?
    ) throws(DumpError) -> Bool {
        switch unsafe cmariadb_next(handle, rows, &fields, &lengths) {
        case 1: return true
        case 0: return false
        default: throw failure()
        }
    }

    private func failure() -> DumpError {
        let text = unsafe cmariadb_error_text(handle).map { unsafe String(cString: $0) } ?? "no message"
        return unsafe .mariadb(code: cmariadb_error_code(handle), message: text, address: address)
    }
}
