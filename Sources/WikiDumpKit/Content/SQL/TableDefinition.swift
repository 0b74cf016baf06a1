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
