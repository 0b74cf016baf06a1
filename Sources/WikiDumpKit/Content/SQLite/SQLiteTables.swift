import SystemPackage

/// A connection to an SQLite file, as readers use it.
struct SQLiteTables: TableConnection {
    let handle: SQLiteHandle
    let path: FilePath
    let dialect: TableDialect

    func statement(_ sql: String) throws(DumpError) -> SQLiteStatement {
        try SQLiteStatement(handle, sql, path: path)
    }

    func exactStatement(_ sql: String) throws(DumpError) -> SQLiteStatement { try statement(sql) }

    func columns(of table: String) throws(DumpError) -> Set<String> {
        let statement = try statement("PRAGMA table_info(\((dialect.prefix + table).quotedName))")
        var names: Set<String> = []
        while try statement.step() { names.insert(statement.string(1)) }
        return names
    }

    func tableNames() throws(DumpError) -> [String] {
        let statement = try statement(
            """
            SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_'
            ORDER BY name
            """)
        var names: [String] = []
        while try statement.step() {
            let name = statement.string(0)
            if name.hasPrefix(dialect.prefix) { names.append(String(name.dropFirst(dialect.prefix.count))) }
        }
        return names
    }
}
