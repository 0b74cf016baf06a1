/// A table as SQL text declares it, in words that MariaDB, MySQL and SQLite all take.
struct TableDefinition: Sendable, Hashable {
    /// A column.
    struct Column: Sendable, Hashable {
        let name: String
        /// What follows the name: type, whether it may be NULL, default.
        let declaration: String
        /// Whether its values are numbers, which stand in no quotes.
        var isNumber = false
        /// The SQL expression that gives its values; nil for the column itself.
        var expression: String?
    }

    /// A key. Only a primary key that takes whole columns is declared to SQLite.
    struct Key: Sendable, Hashable {
        enum Kind: Sendable, Hashable { case primary, unique, plain }

        let kind: Kind
        let name: String
        var parts: [Part]
    }

    /// What a key takes of a column.
    struct Part: Sendable, Hashable {
        let column: String
        /// How many bytes or characters; nil for all.
        var length: Int64?
    }

    /// The name, with the prefix.
    let name: String
    let columns: [Column]
    let keys: [Key]
    /// The columns of the primary key, by which the rows are put in order.
    let order: [String]

    /// The statement that gives the rows, as far as they are shown.
    func selection(_ filter: TableFilter) -> String {
        let values = columns.map { filter.term($0.name, $0.expression ?? $0.name.quotedName) }.joined(separator: ", ")
        let end = order.isEmpty ? "" : " ORDER BY " + order.map(\.quotedName).joined(separator: ", ")
        return "SELECT \(values) FROM \(name.quotedName)\(filter.whereClause)\(end)"
    }
}

extension String {
    /// The text with a mark written twice, as SQL wants it inside of such marks.
    func doubling(_ mark: Character) -> String {
        split(separator: mark, omittingEmptySubsequences: false).joined(separator: "\(mark)\(mark)")
    }

    /// The name of a table or a column, in marks that MariaDB, MySQL and SQLite take.
    var quotedName: String { "`" + doubling("`") + "`" }

    /// Words that MariaDB and MySQL execute, and that SQLite skips as a comment.
    var hiddenFromSQLite: String { "/*!40101 \(self) */" }
}

/// A table in the words of mysqldump, so that what reads such files reads ours; and so that SQLite takes them too.
///
/// What only MariaDB and MySQL understand stands in comments of the kind that both execute (`/*!40101 … */`) and that
/// others skip. There are no others: MySQL does not know MariaDB's own (`/*M!…`), and old clients misread the newest.
extension TableDefinition {
    /// What stands before the rows.
    func opening(_ quotes: SQLQuotes) -> String {
        """
        -- Table structure for table \(name.quotedName)

        /*!40101 SET NAMES binary */;
        /*!40103 SET TIME_ZONE='+00:00' */;
        /*!40014 SET UNIQUE_CHECKS=0, FOREIGN_KEY_CHECKS=0 */;
        /*!40101 SET SQL_MODE='\(quotes.sqlMode)' */;
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
        let shown = keys.filter(\.isForEverybody).map(\.declaration)
        let hidden = keys.filter { !$0.isForEverybody }.map(\.declaration)
        let lines = columns.map { "  \($0.name.quotedName) \($0.declaration)" } + shown
        let text = lines.joined(separator: ",\n")
        return hidden.isEmpty ? text : text + "\n  " + (",\n" + hidden.joined(separator: ",\n")).hiddenFromSQLite
    }
}

extension TableDefinition.Key {
    /// Whether SQLite is told of it too.
    fileprivate var isForEverybody: Bool { kind == .primary && parts.allSatisfy { $0.length == nil } }

    fileprivate var declaration: String {
        let words =
            switch kind {
            case .primary: "PRIMARY KEY"
            case .unique: "UNIQUE KEY \(name.quotedName)"
            case .plain: "KEY \(name.quotedName)"
            }
        let columns = parts.map { part in part.column.quotedName + (part.length.map { "(\($0))" } ?? "") }
        return "  \(words) (\(columns.joined(separator: ",")))"
    }
}
