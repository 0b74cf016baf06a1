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
        Set(try rows("PRAGMA table_info(\((dialect.prefix + table).quotedName))") { $0.string(1) })
    }

    func tableNames() throws(DumpError) -> [String] {
        let all = try rows(
            """
            SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_'
            ORDER BY name
            """
        ) { $0.string(0) }
        return all.filter { $0.hasPrefix(dialect.prefix) }.map { String($0.dropFirst(dialect.prefix.count)) }
    }

    /// The table as MariaDB would define it: numeric columns stay numeric, all others are binary.
    func definition(of table: String) throws(DumpError) -> TableDefinition {
        let name = dialect.prefix + table
        let fields = try fields(of: name)
        let primaryKey = fields.filter { $0.key > 0 }.sorted { $0.key < $1.key }.map(\.name)
        var keys = try indexes(of: name)
        if !primaryKey.isEmpty {
            keys.insert(
                TableDefinition.Key(
                    kind: .primary, name: "primary_columns", parts: primaryKey.map { .init(column: $0) }),
                at: 0)
        }
        let indexed = Set(keys.flatMap(\.parts).map(\.column))
        let longest = try longestValues(
            fields.filter { indexed.contains($0.name) && !$0.isNumber }.map(\.name), of: name)
        return TableDefinition(
            name: name,
            columns: fields.map { field in
                .init(name: field.name, declaration: field.declaration(longest: longest[field.name]))
            }, keys: keys.map { $0.cut(longest) }, order: primaryKey)
    }

    private func fields(of table: String) throws(DumpError) -> [SQLiteField] {
        try rows("SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('\(table.doubling("'"))')") {
            SQLiteField(
                name: $0.string(0), type: $0.string(1).uppercased(), isRequired: $0.int(2) != 0,
                defaultValue: $0.isNull(3) ? nil : $0.string(3), key: $0.int(4))
        }
    }

    private func indexes(of table: String) throws(DumpError) -> [TableDefinition.Key] {
        // Indexes with the origin pk belong to the primary key. Indexes over expressions or over some rows only have no
        // counterpart.
        let list = try statement(
            """
            SELECT l.name, l."unique", i.name FROM pragma_index_list('\(table.doubling("'"))') AS l,
            pragma_index_info(l.name) AS i WHERE l.origin = 'c' AND NOT l.partial ORDER BY l.seq DESC, i.seqno
            """)
        var keys: [TableDefinition.Key] = []
        while try list.step() {
            let part = TableDefinition.Part(column: list.string(2))
            if keys.last?.name == list.string(0) {
                keys[keys.count - 1].parts.append(part)
            } else {
                keys.append(.init(kind: list.int(1) != 0 ? .unique : .plain, name: list.string(0), parts: [part]))
            }
        }
        return keys.filter { key in key.parts.allSatisfy { !$0.column.isEmpty } }
    }

    /// The length in bytes of the longest value of each column.
    private func longestValues(_ columns: [String], of table: String) throws(DumpError) -> [String: Int64] {
        if columns.isEmpty { return [:] }
        let lengths = columns.map { "max(length(CAST(\($0.quotedName) AS BLOB)))" }.joined(separator: ", ")
        let statement = try statement("SELECT \(lengths) FROM \(table.quotedName)")
        guard try statement.step() else { return [:] }
        return Dictionary(columns.enumerated().map { ($1, statement.int(Int32($0))) }) { first, _ in first }
    }
}

private struct SQLiteField {
    let name: String
    let type: String
    let isRequired: Bool
    /// The default as an SQL literal.
    let defaultValue: String?
    /// Its position in the primary key, from 1; 0 if it is not part of it.
    let key: Int64

    var isNumber: Bool { ["INT", "REAL", "FLOA", "DOUB"].contains(where: type.contains) }

    /// - Parameter longest: The length in bytes of the longest value, if a key includes the column.
    func declaration(longest: Int64?) -> String {
        var words =
            if type.contains("INT") {
                "bigint(20)"
            } else if isNumber {
                "double"
            } else {
                longest.map { $0 <= TableDefinition.longestPart } == true ? "tinyblob" : "longblob"
            }
        if isRequired { words += " NOT NULL" }
        if let defaultValue, defaultValue != "NULL" {
            // MySQL requires parentheses around the default of a binary column.
            words += " DEFAULT " + (isNumber ? defaultValue : "(\(defaultValue))")
        }
        return words
    }
}

extension TableDefinition {
    /// The longest prefix of a column in a key. InnoDB allows twelve of these.
    fileprivate static let longestPart: Int64 = 255
}

extension TableDefinition.Key {
    /// The key for MariaDB. It includes only the first bytes of a binary column. Long values may share these bytes, so such a
    /// key cannot be unique.
    fileprivate func cut(_ longest: [String: Int64]) -> TableDefinition.Key {
        let isCut = parts.contains { longest[$0.column, default: 0] > TableDefinition.longestPart }
        return TableDefinition.Key(
            kind: isCut ? .plain : kind, name: name,
            parts: parts.map { part in
                .init(column: part.column, length: longest[part.column].map { _ in TableDefinition.longestPart })
            })
    }
}
