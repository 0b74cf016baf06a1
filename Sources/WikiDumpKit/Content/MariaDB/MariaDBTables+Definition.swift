extension MariaDBTables {
    /// What the server knows of a table.
    func definition(of table: String) throws(DumpError) -> TableDefinition {
        let name = dialect.prefix + table
        let keys = try keys(of: name)
        return TableDefinition(
            name: name, columns: try columns(ofWhole: name), keys: keys,
            order: keys.first { $0.kind == .primary }?.parts.map(\.column) ?? [])
    }

    private func columns(ofWhole table: String) throws(DumpError) -> [TableDefinition.Column] {
        let statement = try statement(
            """
            SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, CHARACTER_SET_NAME, COLLATION_NAME, EXTRA
            FROM information_schema.COLUMNS WHERE \(condition(on: table)) ORDER BY ORDINAL_POSITION
            """)
        statement.bind(EmptyCollection())
        var columns: [TableDefinition.Column] = []
        while try statement.step() {
            let column = MariaDBColumn(
                name: statement.string(0), dataType: statement.string(1).lowercased(), type: statement.string(2),
                isRequired: statement.string(3) == "NO",
                defaultValue: statement.isNull(4) ? nil : statement.string(4),
                characterSet: statement.string(5), collation: statement.string(6),
                extra: statement.string(7).lowercased())
            columns.append(column.definition)
        }
        return columns
    }

    /// Only trees are keys that every server can make.
    private func keys(of table: String) throws(DumpError) -> [TableDefinition.Key] {
        let statement = try statement(
            """
            SELECT INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS
            WHERE \(condition(on: table)) AND INDEX_TYPE = 'BTREE'
            ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX
            """)
        statement.bind(EmptyCollection())
        var keys: [TableDefinition.Key] = []
        while try statement.step() {
            let name = statement.string(0)
            let part = TableDefinition.Part(
                column: statement.string(2), length: statement.isNull(3) ? nil : statement.int(3))
            if keys.last?.name == name {
                keys[keys.count - 1].parts.append(part)
            } else {
                let kind: TableDefinition.Key.Kind =
                    name == "PRIMARY" ? .primary : statement.int(1) == 0 ? .unique : .plain
                keys.append(.init(kind: kind, name: name, parts: [part]))
            }
        }
        return keys
    }
}
