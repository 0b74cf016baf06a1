/// Counts of what is in a file, either according to the source or as found in the file.
///
/// A count is nil if it is unknown or does not apply to this kind of file. The contents of several files can be added.
public struct FileContents: Sendable, Hashable {
    /// The number of items with ids, and their lowest and highest id.
    public struct Numbered: Sendable, Hashable {
        /// The number of items.
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
    /// Log entries.
    public var logEntries: Numbered?
    /// Lines of a list, without the header line.
    public var lines: Int64?
    /// Rows of a table.
    public var rows: Int64?
    /// The total size of the texts according to their elements. A withheld text counts as 0.
    public var textBytes: Int64?
    /// Bytes of the uncompressed file.
    public var bytes: Int64?

    /// Makes contents in which every count is unknown.
    public init() {}

    /// Adds the contents of two files. A count that is unknown for one file is unknown for the sum.
    public static func + (a: FileContents, b: FileContents) -> FileContents {
        FileContents(
            pages: a.pages + b.pages, revisions: a.revisions + b.revisions, logEntries: a.logEntries + b.logEntries,
            lines: a.lines + b.lines, rows: a.rows + b.rows, textBytes: a.textBytes + b.textBytes,
            bytes: a.bytes + b.bytes)
    }
}

extension FileContents {
    init(
        pages: Numbered? = nil, revisions: Numbered? = nil, logEntries: Numbered? = nil, lines: Int64? = nil,
        rows: Int64? = nil, textBytes: Int64? = nil, bytes: Int64? = nil
    ) {
        self.init()
        (self.pages, self.revisions, self.logEntries) = (pages, revisions, logEntries)
        (self.lines, self.rows, self.textBytes, self.bytes) = (lines, rows, textBytes, bytes)
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
