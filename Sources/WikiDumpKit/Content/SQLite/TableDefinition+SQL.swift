/// A table in the words of mysqldump, so that what reads such files reads ours; and so that SQLite takes them too.
///
/// What only MariaDB understands stands in comments of the kind that it executes (`/*!40101 … */`) and that others skip.
/// Texts are written with every quote doubled and with backslashes as they are, which MariaDB reads so under the mode
/// `NO_BACKSLASH_ESCAPES` that the file sets. What SQLite keeps as bytes is hexadecimal.
extension TableDefinition {
    /// What stands before the rows.
    var opening: String {
        """
        -- Table structure for table \(name.quotedName)

        /*!40101 SET NAMES binary */;
        /*!40103 SET TIME_ZONE='+00:00' */;
        /*!40014 SET UNIQUE_CHECKS=0, FOREIGN_KEY_CHECKS=0 */;
        /*!40101 SET SQL_MODE='NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES' */;
        DROP TABLE IF EXISTS \(name.quotedName);
        CREATE TABLE \(name.quotedName) (
        \(body)
        ) /*!40101 ENGINE=InnoDB DEFAULT CHARSET=binary */;

        -- Dumping data for table \(name.quotedName)

        /*!40000 ALTER TABLE \(name.quotedName) DISABLE KEYS */;

        """
    }

    /// What stands after the rows.
    func closing(rowCount: Int64) -> String {
        """
        /*!40000 ALTER TABLE \(name.quotedName) ENABLE KEYS */;
        -- Dump completed: \(rowCount) rows

        """
    }

    private var body: String {
        var lines = columns.map { column in
            var words = "  \(column.name.quotedName) \(column.type.words)"
            if column.isRequired { words += " NOT NULL" }
            if let value = column.defaultValue, value != "NULL" { words += " DEFAULT \(value)" }
            return words
        }
        if !primaryKey.isEmpty, primaryKey.allSatisfy({ type(of: $0).isNumber }) {
            lines.append("  PRIMARY KEY (\(primaryKey.map(\.quotedName).joined(separator: ",")))")
        }
        var text = lines.joined(separator: ",\n")
        var keys: [String] = []
        if !primaryKey.isEmpty, !primaryKey.allSatisfy({ type(of: $0).isNumber }) {
            keys.append(key("PRIMARY KEY", of: primaryKey, isUnique: true))
        }
        keys += indexes.map { index in
            key("KEY \(index.name.quotedName)", of: index.columns, isUnique: index.isUnique)
        }
        if !keys.isEmpty { text += "\n  /*!40101 ,\n" + keys.joined(separator: ",\n") + " */" }
        return text
    }

    /// A key for MariaDB. It indexes only the first bytes of what is long; two long values may begin alike, so that such
    /// a key cannot be unique.
    private func key(_ words: String, of names: [String], isUnique: Bool) -> String {
        let isCut = names.contains { type(of: $0).isCut }
        var head = words
        if isUnique, isCut, words.hasPrefix("PRIMARY") { head = "KEY `primary_columns`" }
        if isUnique, !isCut, words.hasPrefix("KEY") { head = "UNIQUE " + words }
        let parts = names.map { $0.quotedName + type(of: $0).prefix }
        return "  \(head) (\(parts.joined(separator: ",")))"
    }

    private func type(of name: String) -> ColumnType { columns.first { $0.name == name }?.type ?? .bytes }
}

extension TableDefinition.ColumnType {
    /// The longest part of a column that a key takes: twelve of them are what InnoDB allows.
    private static let longestPart: Int64 = 255

    fileprivate var words: String {
        switch self {
        case .integer: "bigint(20)"
        case .real: "double"
        case .indexedBytes(let longest): longest <= Self.longestPart ? "tinyblob" : "longblob"
        case .bytes: "longblob"
        }
    }

    fileprivate var isNumber: Bool { self == .integer || self == .real }

    fileprivate var isCut: Bool {
        if case .indexedBytes(let longest) = self { longest > Self.longestPart } else { false }
    }

    fileprivate var prefix: String { isNumber ? "" : "(\(Self.longestPart))" }
}
