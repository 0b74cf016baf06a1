import MWBzUtils

/// The parsed name of a dump file, without the prefix `WIKI-DATE-`.
///
/// For example, `pages-meta-history2.xml-p101p300.bz2` is part 2 of `pages-meta-history`, of type `xml`, with the pages 101
/// to 300, compressed by bzip2. The names of wikis may contain hyphens and digits, so the prefix is never guessed.
struct DumpFileName: Sendable, Hashable, CustomStringConvertible {
    /// The content of the file, such as `pages-articles`.
    var base: String
    /// The number of the part; nil if the file is not one of several.
    var part: Int?
    /// `xml`, `txt`, `sql`, `json`; empty if the name has no type.
    var type = "xml"
    /// The range of page ids; nil if the name has none. An upper bound of `Int64.max` means no end.
    var pages: ClosedRange<Int64>?
    /// `gz`, `bz2` or `7z`; empty if the file is not compressed.
    var compression: String

    /// Only files of these types are made in parts. In `all-titles-in-ns0.gz`, the digit belongs to the name.
    private static let typesWithParts: Set = ["xml", "txt"]
}

extension DumpFileName {
    /// Parses a name without the prefix `WIKI-DATE-`. This never fails: a name that is not understood becomes the base.
    init(_ rest: some StringProtocol) {
        let parsed = Self.parse(rest)
        // If the name cannot be rebuilt exactly, for example due to two dots in a row, it is not one of ours.
        self = parsed.description == rest ? parsed : Self(base: String(rest), type: "", compression: "")
    }

    private static func parse(_ rest: some StringProtocol) -> DumpFileName {
        var ranged = RangedFileName(rest)
        // A range in another notation, or before any dot, is not one of ours.
        let isOurs = ranged.type.isEmpty && ranged.stem.contains(".")
        if !isOurs || ranged.range?.ids.map(IDRangeText.init) != ranged.range { ranged = ranged.unparsed }
        let pieces = ranged.stem.split(separator: ".", omittingEmptySubsequences: false)
        let type = pieces.dropFirst().joined(separator: ".")
        var stem = pieces[0]
        var name = DumpFileName(base: "", type: type, pages: ranged.range?.ids, compression: ranged.compression)
        if typesWithParts.contains(type) {
            let digits = stem.trailing { $0.isASCII && $0.isNumber }
            if digits.count < stem.count, !digits.hasPrefix("0"), let number = Int(digits) {
                name.part = number
                stem = stem.dropLast(digits.count)
            }
        }
        name.base = String(stem)
        return name
    }

    /// Parses the name of a file; nil if it does not begin with the prefix `WIKI-DATE-`.
    init?(file name: String, prefix: String) {
        guard name.hasPrefix(prefix), name.utf8.count > prefix.utf8.count else { return nil }
        self.init(name.dropFirst(prefix.count))
    }

    /// The name without the prefix `WIKI-DATE-`.
    var description: String {
        var text = base + (part.map(String.init) ?? "")
        if !type.isEmpty { text += "." + type }
        if let pages { text += IDRangeText(pages).suffix }
        return compression.isEmpty ? text : text + "." + compression
    }

    /// The name without part and range, which is the name of the whole.
    var whole: DumpFileName {
        var name = self
        name.part = nil
        name.pages = nil
        return name
    }

    /// Its place among the pieces of the whole: by part, then by the first page.
    var order: (part: Int, page: Int64) { (part ?? 0, pages?.lowerBound ?? 0) }
    /// Whether the file is only a piece.
    var isPiece: Bool { part != nil || pages != nil }
}

extension Substring {
    /// The longest suffix in which every character is wanted.
    fileprivate func trailing(while isWanted: (Character) -> Bool) -> Substring {
        var start = endIndex
        while start > startIndex, isWanted(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
