import MWBzUtils

/// The name of a dump file, taken apart: what follows `WIKI-DATE-`.
///
/// `pages-meta-history2.xml-p101p300.bz2` is part 2 of `pages-meta-history`, of type `xml`, with the pages 101 to 300,
/// compressed by bzip2. The names of wikis may contain hyphens and digits, so what stands before is never guessed.
struct DumpFileName: Sendable, Hashable, CustomStringConvertible {
    /// What the file holds, such as `pages-articles`.
    var base: String
    /// The number of the part; nil if the file is not one of several.
    var part: Int?
    /// `xml`, `txt`, `sql`, `json`; empty if the name says nothing.
    var type: String
    /// The ids of the pages it is for; nil if the name says nothing. An end of `Int64.max` is open.
    var pages: ClosedRange<Int64>?
    /// `gz`, `bz2` or `7z`; empty if it is not compressed.
    var compression: String

    /// Only files of these types are made in parts: the digit of `all-titles-in-ns0.gz` belongs to its name.
    private static let typesWithParts: Set = ["xml", "txt"]

    /// Puts a name together.
    init(
        base: String, part: Int? = nil, type: String = "xml", pages: ClosedRange<Int64>? = nil, compression: String
    ) {
        self.base = base
        self.part = part
        self.type = type
        self.pages = pages
        self.compression = compression
    }

    /// Takes apart what follows `WIKI-DATE-`. Every name can be; one that is not understood is all base.
    init(_ rest: some StringProtocol) {
        let parsed = Self.parse(rest)
        // Two dots in a row, or the like: nothing of ours.
        self = parsed.description == rest ? parsed : Self(base: String(rest), type: "", compression: "")
    }

    private static func parse(_ rest: some StringProtocol) -> DumpFileName {
        var ranged = RangedFileName(rest)
        // What is not written as we write it, or stands before any dot, is no range of ours.
        if let range = ranged.range, range.ids.map(IDRangeText.init) != range || !ranged.stem.contains(".") {
            ranged = RangedFileName(stem: ranged.stem + range.suffix, range: nil, compression: ranged.compression)
        }
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

    /// Takes the name of a file apart.
    /// - Parameters:
    ///   - name: The name, without a folder.
    ///   - prefix: `WIKI-DATE-`.
    /// - Returns: nil if the name does not begin so.
    init?(file name: String, prefix: String) {
        guard name.hasPrefix(prefix), name.utf8.count > prefix.utf8.count else { return nil }
        self.init(name.dropFirst(prefix.count))
    }

    /// What follows `WIKI-DATE-`.
    var description: String {
        var text = base + (part.map(String.init) ?? "")
        if !type.isEmpty { text += "." + type }
        if let pages { text += IDRangeText(pages).suffix }
        return compression.isEmpty ? text : text + "." + compression
    }

    /// The name without part and pages: that of the whole.
    var whole: DumpFileName {
        var name = self
        name.part = nil
        name.pages = nil
        return name
    }

    /// Whether it is a piece of something.
    var isPiece: Bool { part != nil || pages != nil }
}

extension Substring {
    /// The end of the text in which every character is wanted.
    fileprivate func trailing(while isWanted: (Character) -> Bool) -> Substring {
        var start = endIndex
        while start > startIndex, isWanted(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
