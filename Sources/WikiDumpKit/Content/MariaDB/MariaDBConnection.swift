import CMariaDB
import SystemPackage

/// A connection to a server of MariaDB.
///
/// Sending it is safe: nothing but ``MariaDBAccess`` does, from the thread that made it to its queue, and all that is
/// done with it and with its statements happens there, one call after the other. What is queued keeps it alive, so the
/// last reference goes, and the connection is closed, when nothing is at work with it any more.
@safe final class MariaDBConnection: @unchecked Sendable {
    let address: MariaDBAddress
    private let handle: UnsafeMutableRawPointer
    /// The statement whose rows have not all come. There is one at most.
    private weak var active: MariaDBStatement?

    /// Seconds until a server that does not answer counts as not there.
    private static let connectTimeout: UInt32 = 20

    /// Connects, and fixes the instant that everything read is of.
    /// - Parameters:
    ///   - lockLimit: How many seconds a statement waits for the lock of a table.
    ///   - isSnapshot: Whether there is to be one such instant; without it no transaction is held open.
    /// - Throws: ``DumpError`` with code `source`, `unavailable` or `configuration`.
    init(_ address: MariaDBAddress, lockLimit: Int = 1800, isSnapshot: Bool = true) throws(DumpError) {
        self.address = address
        unsafe handle = try Self.connect(address)
        try prepare(lockLimit: lockLimit)
        if isSnapshot { try run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY") }
    }

    /// Connects, to ask the server about itself.
    init(asking address: MariaDBAddress) throws(DumpError) {
        self.address = address
        unsafe handle = try Self.connect(address)
    }

    /// How the connection is encrypted; nil if it is not.
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
                .configuration, "the client library of MariaDB is not to be had: \(text())",
                remedy: "install it (libmariadb3 on Debian), or set contentsource=sqlite in [source]")
        }
        // The library would take a file that it cannot read for an empty one.
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
        // An account that must use TLS is turned away with the same words as one with a wrong password.
        if let other = unsafe handle(needsTLS: true) { unsafe cmariadb_close(other) }
        throw code == 2026 && text().contains("does not support") ? refusal.withoutTLS(address) : refusal
    }

    /// Hands texts to C, in the order given.
    private static func withStrings<R>(
        _ texts: [String?], _ pointers: [UnsafePointer<CChar>?], _ body: ([UnsafePointer<CChar>?]) -> R
    ) -> R {
        guard unsafe pointers.count < texts.count else { return unsafe body(pointers) }
        guard let text = unsafe texts[pointers.count] else { return unsafe withStrings(texts, pointers + [nil], body) }
        return unsafe text.withCString { pointer in unsafe withStrings(texts, pointers + [pointer], body) }
    }

    private func prepare(lockLimit: Int) throws(DumpError) {
        // Who changes a table keeps us waiting; a day, if the server may decide.
        try run("SET SESSION lock_wait_timeout = \(max(1, min(lockLimit, 31_536_000)))")
        try run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        // Between two jobs the connection may rest for hours, and a slow disk may keep us from reading on.
        try run("SET SESSION wait_timeout = 604800, net_write_timeout = 86400, net_read_timeout = 86400, sql_mode = ''")
        // The text of tables says so; a wiki without such columns does not notice.
        try run("SET SESSION time_zone = '+00:00'")
        // A table is read for as long as it takes. MariaDB and MySQL call the limit differently.
        do throws(DumpError) { try run("SET SESSION max_statement_time = 0") } catch {
            try run("SET SESSION max_execution_time = 0")
        }
        // All rows of a revision have to come one after the other; a buffer of a join would mix them.
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
    /// - Returns: its rows, which come one by one; nil if it has none.
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

    /// What a reading of rows says: whether there is one.
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
