import SystemPackage

/// What an SQLite database says about a table: its columns and its indexes.
struct TableDefinition {
    struct Column {
        let name: String
        /// What follows the name, in MariaDB's words.
        let type: ColumnType
        let isRequired: Bool
        /// The default as an SQL literal.
        let defaultValue: String?
    }

    /// A type, said so that both MariaDB and SQLite take it.
    enum ColumnType: Equatable {
        case integer
        case real
        /// Bytes that an index needs no part of.
        case bytes
        /// Bytes in an index; the longest value has so many.
        case indexedBytes(longest: Int64)
    }

    struct Index {
        let name: String
        let isUnique: Bool
        let columns: [String]
    }

    let name: String
    let columns: [Column]
    let primaryKey: [String]
    let indexes: [Index]

    /// Reads the definition of a table that is there.
    init(_ connection: SQLiteHandle, table: String, path: FilePath) throws(DumpError) {
        name = table
        let fields = try SQLiteStatement(
            connection,
            "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('\(table.doubling("'"))')",
            path: path)
        var found: [(name: String, type: String, isRequired: Bool, defaultValue: String?, key: Int64)] = []
        while try fields.step() {
            found.append(
                (
                    fields.string(0), fields.string(1).uppercased(), fields.int(2) != 0,
                    fields.isNull(3) ? nil : fields.string(3), fields.int(4)
                ))
        }
        primaryKey = found.filter { $0.key > 0 }.sorted { $0.key < $1.key }.map(\.name)
        indexes = try Self.indexes(connection, table, path)
        let indexed = Set(primaryKey + indexes.flatMap(\.columns))
        let longest = try Self.longest(found.map(\.name).filter(indexed.contains), connection, table, path)
        columns = found.map { column in
            let type: ColumnType =
                if column.type.contains("INT") {
                    .integer
                } else if ["REAL", "FLOA", "DOUB"].contains(where: column.type.contains) {
                    .real
                } else {
                    longest[column.name].map { .indexedBytes(longest: $0) } ?? .bytes
                }
            return Column(
                name: column.name, type: type, isRequired: column.isRequired, defaultValue: column.defaultValue)
        }
    }

    private static func indexes(
        _ connection: SQLiteHandle, _ table: String, _ path: FilePath
    ) throws(DumpError) -> [Index] {
        // Those that SQLite makes for a primary key have the origin pk; those over an expression or of some rows only
        // have no counterpart.
        let list = try SQLiteStatement(
            connection,
            """
            SELECT l.name, l."unique", i.name FROM pragma_index_list('\(table.doubling("'"))') AS l,
            pragma_index_info(l.name) AS i WHERE l.origin = 'c' AND NOT l.partial ORDER BY l.seq DESC, i.seqno
            """, path: path)
        var found: [Index] = []
        while try list.step() {
            let (name, isUnique, column) = (list.string(0), list.int(1) != 0, list.string(2))
            if let last = found.last, last.name == name {
                found[found.count - 1] = Index(name: name, isUnique: isUnique, columns: last.columns + [column])
            } else {
                found.append(Index(name: name, isUnique: isUnique, columns: [column]))
            }
        }
        return found.filter { !$0.columns.contains("") }
    }

    private static func longest(
        _ columns: [String], _ connection: SQLiteHandle, _ table: String, _ path: FilePath
    ) throws(DumpError) -> [String: Int64] {
        if columns.isEmpty { return [:] }
        let lengths = columns.map { "max(length(CAST(\($0.quotedName) AS BLOB)))" }.joined(separator: ", ")
        let statement = try SQLiteStatement(connection, "SELECT \(lengths) FROM \(table.quotedName)", path: path)
        guard try statement.step() else { return [:] }
        return Dictionary(columns.enumerated().map { ($1, statement.int(Int32($0))) }) { first, _ in first }
    }
}

extension String {
    /// The text with a mark written twice, as SQL wants it inside of such marks.
    func doubling(_ mark: Character) -> String {
        split(separator: mark, omittingEmptySubsequences: false).joined(separator: "\(mark)\(mark)")
    }

    /// The name of a table or a column, in marks that both MariaDB and SQLite take.
    var quotedName: String { "`" + doubling("`") + "`" }
}
