import Synchronization
import SystemPackage

/// The external stores of a wiki. A connection is opened when the first text of a store is needed, and kept for later reads.
///
/// Rows of a store never change. So they are not read in the snapshot of the wiki, and a lost connection can be replaced by a
/// new one.
final class ExternalStores: Sendable {
    private let stores: [String: ExternalStore]
    private let idle = Mutex<[String: any BlobTable]>([:])

    init(_ stores: [String: ExternalStore]) { self.stores = stores }

    func has(_ cluster: String) -> Bool { stores[cluster] != nil }

    /// Reads rows of a store. The body is called for each row that exists, in no particular order. A row may be passed twice
    /// if a connection was lost.
    func read(
        _ cluster: String, _ ids: [Int64], _ body: (Int64, UnsafeRawBufferPointer) -> Void
    ) throws(DumpError) {
        guard let store = stores[cluster], !ids.isEmpty else { return }
        do throws(DumpError) {
            let kept = idle.withLock { $0.removeValue(forKey: cluster) }
            let table: any BlobTable
            if let kept {
                do throws(DumpError) {
                    try unsafe kept.read(ids, body)
                    table = kept
                } catch {
                    // Servers close connections that have been idle for long.
                    guard error.code == .unavailable else { throw error }
                    table = try Self.open(store)
                    try unsafe table.read(ids, body)
                }
            } else {
                table = try Self.open(store)
                try unsafe table.read(ids, body)
            }
            idle.withLock { $0[cluster] = table }
        } catch {
            throw DumpError(
                error.code, "the external store \(cluster): \(error.message)",
                remedy: """
                    check externalstores in [source], user and password in client_config_file, and whether the server \
                    runs; without the store its texts are reported one by one as missing
                    """, cause: error.cause)
        }
    }

    private static func open(_ store: ExternalStore) throws(DumpError) -> any BlobTable {
        switch store.database {
        case .mariadb(let address): try MariaDBBlobTable(address, table: store.table)
        case .sqlite(let path): try SQLiteBlobTable(path, table: store.table)
        }
    }
}

protocol BlobTable: Sendable {
    /// Reads rows. The bytes are valid only during the call.
    func read(_ ids: [Int64], _ body: (Int64, UnsafeRawBufferPointer) -> Void) throws(DumpError)
}

private struct MariaDBBlobTable: BlobTable {
    private let tables: MariaDBTables
    private let table: String

    init(_ address: MariaDBAddress, table: String) throws(DumpError) {
        let connection = try MariaDBConnection(address, isSnapshot: false)
        tables = MariaDBTables(connection: connection, dialect: TableDialect(kind: .mariadb))
        self.table = table
    }

    func read(_ ids: [Int64], _ body: (Int64, UnsafeRawBufferPointer) -> Void) throws(DumpError) {
        try unsafe BlobRows(tables, table: table).read(ids, body)
    }
}

private struct SQLiteBlobTable: BlobTable {
    private let file: SQLiteConnectionGuard
    private let table: String

    init(_ path: FilePath, table: String) throws(DumpError) {
        file = try SQLiteConnectionGuard(path: path, prefix: "")
        self.table = table
    }

    func read(_ ids: [Int64], _ body: (Int64, UnsafeRawBufferPointer) -> Void) throws(DumpError) {
        try file.accessNow { (tables) throws(DumpError) in try unsafe BlobRows(tables, table: table).read(ids, body) }
    }
}

private struct BlobRows<Connection: TableConnection> {
    private let rows: RowGroups<Connection>

    init(_ connection: Connection, table: String) throws(DumpError) {
        rows = try RowGroups(connection, "SELECT blob_id, blob_text FROM \(table.quotedName) WHERE blob_id")
    }

    func read(_ ids: [Int64], _ body: (Int64, UnsafeRawBufferPointer) -> Void) throws(DumpError) {
        try rows.read(ids) { row in
            if !row.isNull(1) { unsafe row.withBytes(1) { unsafe body(row.int(0), $0) } }
        }
    }
}

/// The location of a text in an external store: `DB://CLUSTER/ID`, or `DB://CLUSTER/ID/ITEM` if several texts share the row.
struct ExternalAddress: Sendable, Hashable {
    let cluster: String
    let id: Int64
    /// The key of the item; nil if the row itself is the text.
    let item: String?

    /// Parses an address as `ExternalStoreDB::parseURL` does.
    init(_ address: String) throws(TextFault) {
        let parts = address.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0].last == ":", parts[1].isEmpty, !parts[2].isEmpty else {
            throw .externalAddress(address)
        }
        guard parts[0].lowercased() == "db:" else { throw .otherStore(address) }
        guard parts.count > 3, let id = Int64(parts[3]), id > 0, String(id) == parts[3] else {
            throw .externalAddress(address)
        }
        cluster = String(parts[2])
        self.id = id
        item = parts.count > 4 ? String(parts[4]) : nil
    }
}
