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
