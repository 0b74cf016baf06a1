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
