/// Reads a table as SQL text, piece by piece.
public protocol TableTextCursor: Sendable {
    /// The next piece, or nil at the end. The pieces joined together are the whole text.
    func next() async throws(DumpError) -> TableText?
}

/// A piece of a table as SQL text: whole statements.
public struct TableText: Sendable, Hashable {
    /// The statements.
    public let bytes: [UInt8]
    /// The number of rows they insert.
    public let rowCount: Int64

    /// Makes a piece.
    public init(bytes: [UInt8], rowCount: Int64) {
        self.bytes = bytes
        self.rowCount = rowCount
    }
}

/// Who a table is written for.
public enum TableAudience: Sendable, Hashable {
    /// The operators of the wiki: every row and every value.
    case operators
    /// Everybody: without anything that the wiki hides from the public.
    case everybody(HiddenDetails)
}

/// How much of a table an audience gets.
public struct TableCount: Sendable, Hashable {
    /// The number of rows that are written.
    public var rows: Int64
    /// What is withheld.
    public var withheld: Withheld

    /// Makes a count.
    public init(rows: Int64, withheld: Withheld = Withheld()) {
        self.rows = rows
        self.withheld = withheld
    }
}

/// How much to write of content that the wiki hides from the public.
public enum HiddenDetails: String, Sendable, CaseIterable {
    /// Nothing, and nothing that can be derived from it.
    case withhold
    /// What MediaWiki shows to everybody: the size and hash of hidden texts, and a hidden text that is current.
    case mediawiki
}

/// What a file lacks because MediaWiki hides it from the public. This is not damage.
public struct Withheld: Sendable, Hashable {
    /// Log types that were left out because it is unknown whether the wiki restricts them.
    public var logTypes: [String]
    /// The number of table rows that were left out.
    public var rows: Int64
    /// The number of table rows that were written with some values emptied.
    public var emptiedRows: Int64

    /// Makes a record of what was withheld; by default nothing.
    public init(logTypes: [String] = [], rows: Int64 = 0, emptiedRows: Int64 = 0) {
        self.logTypes = logTypes
        self.rows = rows
        self.emptiedRows = emptiedRows
    }
}

/// How strings are quoted in the SQL text of a table.
enum SQLQuotes: String, Sendable, CaseIterable {
    /// As in standard SQL: a quote is doubled, everything else is literal. MariaDB, MySQL and SQLite can read it.
    case doubled
    /// As mysqldump writes: a backslash escapes quotes, backslashes and line ends. SQLite cannot read it, but some programs
    /// that parse such text themselves read nothing else.
    case backslash

    /// The SQL mode in which the server reads the text correctly.
    var sqlMode: String {
        switch self {
        case .doubled: "NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES"
        case .backslash: "NO_AUTO_VALUE_ON_ZERO"
        }
    }
}
