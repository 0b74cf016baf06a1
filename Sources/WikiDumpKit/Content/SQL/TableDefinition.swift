/// The definition of a table for SQL text, in words that MariaDB, MySQL and SQLite all accept.
struct TableDefinition: Sendable, Hashable {
    struct Column: Sendable, Hashable {
        let name: String
        /// What follows the name: type, NULL or not, and default.
        let declaration: String
        /// Whether its values are numbers, which are not quoted.
        var isNumber = false
        /// The SQL expression for its values; nil for the column itself.
        var expression: String?
    }

    /// A key. SQLite sees only a primary key over whole columns.
    struct Key: Sendable, Hashable {
        enum Kind: Sendable, Hashable { case primary, unique, plain }

        let kind: Kind
        let name: String
        var parts: [Part]
    }

    struct Part: Sendable, Hashable {
        let column: String
        /// The length of the prefix in bytes or characters; nil for the whole column.
        var length: Int64?
    }

    /// The name with the prefix.
    let name: String
    let columns: [Column]
    let keys: [Key]
    /// The columns of the primary key, which the rows are sorted by.
    let order: [String]

    /// The SELECT statement for the rows and values that are shown.
    func selection(_ filter: TableFilter) -> String {
        let values = columns.map { filter.term($0.name, $0.expression ?? $0.name.quotedName) }.joined(separator: ", ")
        let end = order.isEmpty ? "" : " ORDER BY " + order.map(\.quotedName).joined(separator: ", ")
        return "SELECT \(values) FROM \(name.quotedName)\(filter.whereClause)\(end)"
    }
}

extension String {
    /// The text with every quotation mark doubled, as SQL requires inside such marks.
    func doubling(_ mark: Character) -> String {
        split(separator: mark, omittingEmptySubsequences: false).joined(separator: "\(mark)\(mark)")
    }

    /// The name of a table or a column, in quotation marks that MariaDB, MySQL and SQLite accept.
    var quotedName: String { "`" + doubling("`") + "`" }

    /// SQL that MariaDB and MySQL execute, and that SQLite skips as a comment.
    var hiddenFromSQLite: String { "/*!40101 \(self) */" }
}

/// The SQL text of a table, in the style of mysqldump. So programs that read files of mysqldump can read ours, and SQLite can
/// too.
///
/// SQL that only MariaDB and MySQL understand is in comments that both execute (`/*!40101 … */`) and others skip. No other
/// kind is used: MySQL does not know MariaDB's own (`/*M!…`), and old clients misread the newest.
extension TableDefinition {
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
    /// Whether SQLite sees the key too.
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
