/// The name of a dump file, which may tell which ids the file is for.
///
/// There are two forms. The dumps of old end in the range, as `pages.xml-p101p300.bz2` does: parts and checkpoint files.
/// The File Exports of Wikimedia have it before `.xml`: `WIKI-2026-01-01-p101p300.xml.bz2`, and
/// `WIKI-2026-01-01-p12r10r90.xml.bz2` with the revisions 10 to 90 of page 12, which is too large for one file. The second
/// number of the latter was that of the first until February 2026, so it proves nothing: see ``DumpSet`` for what files hold.
///
/// Nothing else parses such names. Whatever else the name contains stays in ``stem``.
public struct RangedFileName: Sendable, Hashable, CustomStringConvertible {
    /// What comes before the range, or before the compression if there is no range.
    public var stem: String
    /// The range of pages; nil if the name has none.
    public var range: IDRangeText?
    /// The page of which the file has only some revisions; nil if the name says nothing of the kind.
    public var splitPage: SplitPageText?
    /// `xml` if the range stands before `.xml`; else empty.
    public var type = ""
    /// `gz`, `bz2` or `7z`; empty if the file is not compressed.
    public var compression: String

    private static let compressions = ["bz2", "gz", "7z"]

    /// Puts a name of the old form together.
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
        guard range == nil, rest.hasSuffix(".xml") else { return }
        let body = rest.dropLast(4)
        range = IDRangeText(endOf: String(body))
        if range == nil { splitPage = SplitPageText(endOf: body) }
        guard let suffix = range?.suffix ?? splitPage?.suffix else { return }
        type = "xml"
        stem = String(body.dropLast(suffix.utf8.count))
    }

    /// The ids of pages that the name tells of: one page if the file has only some of its revisions; nil if none.
    public var pages: ClosedRange<Int64>? { range?.ids ?? splitPage?.id.map { $0...$0 } }

    /// The same name, all of it but the compression in ``stem``.
    package var unparsed: RangedFileName {
        let body = compression.isEmpty ? description : String(description.dropLast(compression.utf8.count + 1))
        return RangedFileName(stem: body, range: nil, compression: compression)
    }

    /// The name without numbers that differ between the files of one dump: the range, and the number of a part before the
    /// first dot.
    public var whole: String {
        let dot = stem.firstIndex(of: ".") ?? stem.endIndex
        var base = stem[..<dot]
        while !type.isEmpty || range != nil, dot != stem.endIndex, let last = base.last, ("0"..."9").contains(last) {
            base = base.dropLast()
        }
        return base + stem[dot...] + (type.isEmpty ? "" : "." + type) + (compression.isEmpty ? "" : "." + compression)
    }

    /// The name.
    public var description: String {
        stem + (range?.suffix ?? splitPage?.suffix ?? "") + (type.isEmpty ? "" : "." + type)
            + (compression.isEmpty ? "" : "." + compression)
    }
}

/// A page and a range of its revisions, as File Exports write it: `p12r10r90`.
public struct SplitPageText: Sendable, Hashable, CustomStringConvertible {
    /// The digits of the id of the page.
    public let page: String
    /// The digits of the first revision.
    public let first: String
    /// The digits of the last revision. In names of before February 2026, those of the first.
    public let last: String

    /// The text at the end of another, as in `WIKI-2026-01-01-p12r10r90`; nil if there is none.
    init?(endOf text: some StringProtocol) {
        guard let hyphen = text.lastIndex(of: "-") else { return nil }
        let word = text[text.index(after: hyphen)...]
        let numbers = word.dropFirst().split(separator: "r", omittingEmptySubsequences: false)
        guard word.first == "p", numbers.count == 3, numbers.allSatisfy({ IDRangeText.number($0) != nil }) else {
            return nil
        }
        (page, first, last) = (String(numbers[0]), String(numbers[1]), String(numbers[2]))
    }

    /// The id of the page; nil if it does not fit into 64 bits.
    public var id: Int64? { IDRangeText.number(page) }
    /// The ids of the revisions; nil if the last is smaller than the first.
    public var revisions: ClosedRange<Int64>? {
        guard let first = IDRangeText.number(first), let last = IDRangeText.number(last), first <= last else {
            return nil
        }
        return first...last
    }
    /// `p12r10r90`.
    public var description: String { "p\(page)r\(first)r\(last)" }
    /// What names of files contain: `-p12r10r90`.
    public var suffix: String { "-" + description }
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

    fileprivate static func number(_ text: some StringProtocol) -> Int64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
    }
}
