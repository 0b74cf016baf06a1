/// How texts stand between quotes in the SQL text of a table.
enum SQLQuotes: String, Sendable, CaseIterable {
    /// As the standard says: a quote is written twice, all else as it is. MariaDB, MySQL and SQLite read it.
    case doubled
    /// As mysqldump writes: a backslash before quotes and backslashes, and for line ends. SQLite cannot read it; some
    /// programs that take such text apart by themselves read nothing else.
    case backslash

    /// The mode of the server in which the text means what it should.
    var sqlMode: String {
        switch self {
        case .doubled: "NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES"
        case .backslash: "NO_AUTO_VALUE_ON_ZERO"
        }
    }
}
