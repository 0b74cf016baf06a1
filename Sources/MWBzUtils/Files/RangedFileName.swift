/// The name of a dump file, which may end in the range of ids that the file is for: `pages.xml`, `-p101p300` and `bz2`
/// of
/// `pages.xml-p101p300.bz2`.
///
/// Nothing else parses such names. Whatever else the name contains stays in ``stem``.
public struct RangedFileName: Sendable, Hashable, CustomStringConvertible {
    /// What comes before the range and the compression.
    public var stem: String
    /// The range; nil if the name has none.
    public var range: IDRangeText?
    /// `gz`, `bz2` or `7z`; empty if the file is not compressed.
    public var compression: String

    private static let compressions = ["bz2", "gz", "7z"]

    /// Puts a name together.
    public init(stem: String, range: IDRangeText?, compression: String) {
        self.stem = stem
        self.range = range
        self.compression = compression
    }

    /// Parses a file name without a folder. Every name can be parsed.
    public init(_ name: some StringProtocol) {
        compression = Self.compressions.first { name.hasSuffix("." + $0) } ?? ""
        let rest = compression.isEmpty ? String(name) : String(name.dropLast(compression.utf8.count + 1))
        range = IDRangeText(endOf: rest)
        stem = range.map { String(rest.dropLast($0.suffix.utf8.count)) } ?? rest
    }

    /// The name.
    public var description: String {
        stem + (range?.suffix ?? "") + (compression.isEmpty ? "" : "." + compression)
    }
}

/// A range of ids of pages or log entries as dumps write it: two numbers, of which `00000` as the second means no end.
public struct IDRangeText: Sendable, Hashable, CustomStringConvertible {
    /// The digits of the first id. There may be zeros before it.
    public var first: String
    /// The digits of the last id.
    public var last: String

    /// How a range without an end is written.
    private static let openEnd = "00000"

    /// Writes a range. An end of `Int64.max` is open.
    public init(_ ids: ClosedRange<Int64>) {
        first = String(ids.lowerBound)
        last = ids.upperBound == .max ? Self.openEnd : String(ids.upperBound)
    }

    /// Creates a range from two numbers as they were written.
    public init(first: some StringProtocol, last: some StringProtocol) {
        self.first = String(first)
        self.last = String(last)
    }

    /// The range at the end of a text, as in `pages.xml-p101p300`; nil if there is none.
    init?(endOf text: String) {
        guard let hyphen = text.lastIndex(of: "-") else { return nil }
        let words = text[text.index(after: hyphen)...].split(separator: "p", omittingEmptySubsequences: false)
        guard words.count == 3, words[0].isEmpty, Self.number(words[1]) != nil, Self.number(words[2]) != nil else {
            return nil
        }
        self.init(first: words[1], last: words[2])
    }

    /// The ids, up to `Int64.max` if the end is open; nil if the digits are not numbers, or the last id is smaller than
    /// the first.
    public var ids: ClosedRange<Int64>? {
        guard let first = Self.number(first), let last = last == Self.openEnd ? .max : Self.number(last), first <= last
        else { return nil }
        return first...last
    }

    /// `p101p300`.
    public var description: String { "p\(first)p\(last)" }

    /// What names of files end with: `-p101p300`.
    public var suffix: String { "-" + description }

    private static func number(_ text: some StringProtocol) -> Int64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
    }
}
