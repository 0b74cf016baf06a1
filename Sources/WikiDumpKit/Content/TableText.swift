/// Reads a table as SQL text, piece by piece.
public protocol TableTextCursor: Sendable {
    /// The next piece, or nil at the end. All pieces together are the text.
    func next() async throws(DumpError) -> TableText?
}

/// A piece of a table as SQL text: whole statements.
public struct TableText: Sendable, Hashable {
    /// The statements.
    public let bytes: [UInt8]
    /// How many rows they insert.
    public let rowCount: Int64

    /// Makes a piece.
    public init(bytes: [UInt8], rowCount: Int64) {
        self.bytes = bytes
        self.rowCount = rowCount
    }
}

/// Whom a table is written for.
public enum TableAudience: Sendable, Hashable {
    /// Those who run the wiki: every row and every value.
    case operators
    /// Everybody: without what the wiki hides from the public.
    case everybody(HiddenDetails)
}

/// How much of a table an audience gets.
public struct TableCount: Sendable, Hashable {
    /// The rows that are written.
    public var rows: Int64
    /// What is withheld.
    public var withheld: Withheld

    /// Makes a count.
    public init(rows: Int64, withheld: Withheld = Withheld()) {
        self.rows = rows
        self.withheld = withheld
    }
}

/// What to write of what the wiki hides from the public.
public enum HiddenDetails: String, Sendable, CaseIterable {
    /// Nothing of it, and nothing that follows from it.
    case withhold
    /// What MediaWiki shows to everybody: size and hash of hidden texts, and a hidden text that is the current one.
    case mediawiki
}

/// What a file lacks because MediaWiki hides it from the public. It is no damage.
public struct Withheld: Sendable, Hashable {
    /// Types of log entries that were left out because nobody knows whether the wiki restricts them.
    public var logTypes: [String]
    /// Rows of a table that were left out.
    public var rows: Int64
    /// Rows of a table that were written with some of their values emptied.
    public var emptiedRows: Int64

    /// Makes a statement; without arguments, that nothing was withheld.
    public init(logTypes: [String] = [], rows: Int64 = 0, emptiedRows: Int64 = 0) {
        self.logTypes = logTypes
        self.rows = rows
        self.emptiedRows = emptiedRows
    }
}

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
