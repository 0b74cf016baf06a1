/// What is in a file, counted: what a source says has to be there, or what was found in it.
///
/// What does not apply to a kind of file, or is not known, is nil. The contents of several files add up.
public struct FileContents: Sendable, Hashable {
    /// How many things with ids there are, and the lowest and the highest of the ids.
    public struct Numbered: Sendable, Hashable {
        /// How many.
        public var count: Int64
        /// The lowest id.
        public var first: Int64?
        /// The highest id.
        public var last: Int64?

        /// Makes a count.
        public init(count: Int64, first: Int64? = nil, last: Int64? = nil) {
            self.count = count
            self.first = first
            self.last = last
        }

        init(_ count: Int64, _ ids: ClosedRange<Int64>?) {
            self.init(count: count, first: ids?.lowerBound, last: ids?.upperBound)
        }
    }

    /// Pages.
    public var pages: Numbered?
    /// Revisions.
    public var revisions: Numbered?
    /// Entries of the log.
    public var logEntries: Numbered?
    /// Lines of a list, without the line that names the columns.
    public var lines: Int64?
    /// Rows of a table.
    public var rows: Int64?
    /// The sum of the sizes that the elements of texts tell. A text that is withheld counts 0.
    public var textBytes: Int64?
    /// Bytes before compression.
    public var bytes: Int64?

    /// Makes a statement in which nothing is known yet.
    public init() {}

    /// Both files together. What is not known of one of them is not known of both.
    public static func + (a: FileContents, b: FileContents) -> FileContents {
        var sum = FileContents()
        sum.pages = a.pages + b.pages
        sum.revisions = a.revisions + b.revisions
        sum.logEntries = a.logEntries + b.logEntries
        sum.lines = a.lines + b.lines
        sum.rows = a.rows + b.rows
        sum.textBytes = a.textBytes + b.textBytes
        sum.bytes = a.bytes + b.bytes
        return sum
    }
}

extension Int64? {
    fileprivate static func + (a: Int64?, b: Int64?) -> Int64? {
        guard let a, let b else { return nil }
        return a &+ b
    }
}

extension FileContents.Numbered? {
    fileprivate static func + (a: Self, b: Self) -> Self {
        guard let a, let b else { return nil }
        return FileContents.Numbered(
            count: a.count &+ b.count, first: [a.first, b.first].compactMap { $0 }.min(),
            last: [a.last, b.last].compactMap { $0 }.max())
    }
}
