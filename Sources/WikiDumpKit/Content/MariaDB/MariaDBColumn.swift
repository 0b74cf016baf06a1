/// A column as MariaDB describes it, and its declaration for every reader.
///
/// SQLite derives a column's type from the words of its declaration. If it does not know them, it stores text that looks like
/// a number as a number, so the title `007` would become 7. Therefore binary columns of a given length are declared as
/// characters of the binary set. For MariaDB and MySQL that is the same type; for SQLite it is text.
struct MariaDBColumn {
    let name: String
    /// The type as one word, in lower case.
    let dataType: String
    /// The full type, such as `int(10) unsigned`.
    let type: String
    let isRequired: Bool
    /// The default as an SQL expression; nil if there is none.
    let defaultValue: String?
    /// Empty for types that are not text.
    let characterSet: String
    let collation: String
    /// Other attributes of the column, in lower case.
    let extra: String

    private static let integers: Set = ["tinyint", "smallint", "mediumint", "int", "bigint"]
    private static let fractions: Set = ["float", "double", "decimal"]
    private static let longTexts: Set = [
        "tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob", "json",
    ]

    var definition: TableDefinition.Column {
        let words = [words, isRequired ? "NOT NULL" : dataType == "timestamp" ? "NULL" : "", defaultWords, action]
        return TableDefinition.Column(
            name: name, declaration: words.filter { !$0.isEmpty }.joined(separator: " "),
            isNumber: Self.integers.contains(dataType) || Self.fractions.contains(dataType) || dataType == "year",
            // Without the addition, the server would round the value to six digits.
            expression: dataType == "float" ? "\(name.quotedName) + 0e0" : nil)
    }

    private var words: String {
        switch dataType {
        case _ where Self.integers.contains(dataType):
            // The width is only for display, and new versions of MySQL reject it, except for booleans.
            type == "tinyint(1)" ? type : dataType + (type.contains("unsigned") ? " unsigned" : "")
        case "binary": "char\(type.dropFirst(dataType.count)) \("CHARACTER SET binary".hiddenFromSQLite)"
        case "varbinary": "varchar\(type.dropFirst(dataType.count)) \("CHARACTER SET binary".hiddenFromSQLite)"
        case "enum", "set": (characterSet == "binary" ? type : "\(type) \(characters)").hiddenFromSQLite
        case "json": "longtext \("CHARACTER SET utf8mb4 COLLATE utf8mb4_bin".hiddenFromSQLite)"
        case _ where !characterSet.isEmpty: "\(type) \(characters.hiddenFromSQLite)"
        default:
            if let end = type.lastIndex(of: ")"), type.index(after: end) < type.endIndex {
                // SQLite accepts no word after the parentheses.
                type[...end] + " " + type[type.index(after: end)...].drop { $0 == " " }.description.hiddenFromSQLite
            } else {
                type
            }
        }
    }

    /// The character set and collation, chosen from those that every server knows. Stored data stays valid: three-byte UTF-8
    /// is valid four-byte UTF-8. Keys that differ under any collation also differ under the binary one.
    private var characters: String {
        let set = ["utf8", "utf8mb3"].contains(characterSet) ? "utf8mb4" : characterSet
        let rules = collation.hasPrefix(characterSet + "_") ? collation.dropFirst(characterSet.count + 1) : ""
        return "CHARACTER SET \(set) COLLATE \(set)_\(Self.commonRules.contains(String(rules)) ? rules : "bin")"
    }

    private static let commonRules: Set = ["bin", "general_ci", "unicode_ci", "unicode_520_ci", "swedish_ci"]

    private var defaultWords: String {
        guard let defaultValue, defaultValue != "NULL" else { return isRequired ? "" : "DEFAULT NULL" }
        if defaultValue.first == "'" {
            let literal = Self.plainLiteral(defaultValue)
            // MySQL requires parentheses around the default of a long text.
            return "DEFAULT " + (Self.longTexts.contains(dataType) ? "(\(literal))" : literal)
        }
        if Double(defaultValue) != nil { return "DEFAULT \(defaultValue)" }
        // Other expressions differ between databases. Every row states all its values, so nothing depends on them.
        let isTime = defaultValue.lowercased().hasPrefix("current_timestamp")
        return isTime ? "DEFAULT \(defaultValue)".hiddenFromSQLite : ""
    }

    /// What the server does on its own when a row changes.
    private var action: String {
        if extra.contains("auto_increment") { return "AUTO_INCREMENT".hiddenFromSQLite }
        let isTime = extra.contains("on update current_timestamp")
        return isTime ? "ON UPDATE current_timestamp()".hiddenFromSQLite : ""
    }

    /// A literal without backslashes, whose meaning differs between databases.
    private static func plainLiteral(_ literal: String) -> String {
        guard literal.contains("\\") else { return literal }
        var bytes: [UInt8] = []
        var rest = Array(literal.utf8.dropFirst().dropLast())[...]
        while let byte = rest.popFirst() {
            // A backslash or a quote belongs to the next character.
            guard byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "'"), let next = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            bytes.append(byte == UInt8(ascii: "\\") ? controls[next] ?? next : next)
        }
        return "X'" + bytes.hexadecimal.uppercased() + "'"
    }

    private static let controls: [UInt8: UInt8] = [
        UInt8(ascii: "0"): 0, UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10,
        UInt8(ascii: "r"): 13, UInt8(ascii: "Z"): 26,
    ]
}

extension MariaDBTables {
    /// The definition of a table as the server describes it.
    func definition(of table: String) throws(DumpError) -> TableDefinition {
        let name = dialect.prefix + table
        let keys = try keys(of: name)
        return TableDefinition(
            name: name, columns: try columns(ofWhole: name), keys: keys,
            order: keys.first { $0.kind == .primary }?.parts.map(\.column) ?? [])
    }

    private func columns(ofWhole table: String) throws(DumpError) -> [TableDefinition.Column] {
        try rows(
            """
            SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, CHARACTER_SET_NAME, COLLATION_NAME, EXTRA
            FROM information_schema.COLUMNS WHERE \(condition(on: table)) ORDER BY ORDINAL_POSITION
            """
        ) {
            MariaDBColumn(
                name: $0.string(0), dataType: $0.string(1).lowercased(), type: $0.string(2),
                isRequired: $0.string(3) == "NO", defaultValue: $0.isNull(4) ? nil : $0.string(4),
                characterSet: $0.string(5), collation: $0.string(6), extra: $0.string(7).lowercased()
            ).definition
        }
    }

    /// Only B-tree keys, because every server can make those.
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
