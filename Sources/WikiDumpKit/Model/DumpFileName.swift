/// The name of a dump file, taken apart: what follows `WIKI-DATE-`.
///
/// `pages-meta-history2.xml-p101p300.bz2` is part 2 of `pages-meta-history`, of type `xml`, with the pages 101 to 300,
/// compressed by bzip2. The names of wikis may contain hyphens and digits, so what stands before is never guessed.
public struct DumpFileName: Sendable, Hashable, CustomStringConvertible {
    /// What the file holds, such as `pages-articles`.
    public var base: String
    /// The number of the part; nil if the file is not one of several.
    public var part: Int?
    /// `xml`, `txt`, `sql`, `json`; empty if the name says nothing.
    public var type: String
    /// The ids of the pages it is for; nil if the name says nothing. An end of `Int64.max` is open.
    public var pages: ClosedRange<Int64>?
    /// `gz`, `bz2` or `7z`; empty if it is not compressed.
    public var compression: String

    /// How a range without an end is written.
    static let openEnd = "00000"
    private static let compressions: Set<Substring> = ["gz", "bz2", "7z"]
    /// Only files of these types are made in parts: the digit of `all-titles-in-ns0.gz` belongs to its name.
    private static let typesWithParts: Set = ["xml", "txt"]

    /// Puts a name together.
    public init(
        base: String, part: Int? = nil, type: String = "xml", pages: ClosedRange<Int64>? = nil, compression: String
    ) {
        self.base = base
        self.part = part
        self.type = type
        self.pages = pages
        self.compression = compression
    }

    /// Takes apart what follows `WIKI-DATE-`. Every name can be; one that is not understood is all base.
    public init(_ rest: some StringProtocol) {
        let parsed = Self.parse(rest)
        // Two dots in a row, or the like: nothing of ours.
        self = parsed.description == rest ? parsed : Self(base: String(rest), type: "", compression: "")
    }

    private static func parse(_ rest: some StringProtocol) -> DumpFileName {
        let pieces = rest.split(separator: ".", omittingEmptySubsequences: false).map { Substring($0) }
        var name = DumpFileName(base: "", type: "", compression: "")
        var endings = pieces.dropFirst()
        if let last = endings.last, compressions.contains(last) {
            name.compression = String(last)
            endings = endings.dropLast()
        }
        var stem = pieces[0]
        name.type = endings.joined(separator: ".")
        if let (bare, range) = pageRange(of: name.type) {
            name.type = bare
            name.pages = range
        }
        if typesWithParts.contains(name.type) {
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
    public init?(file name: String, prefix: String) {
        guard name.hasPrefix(prefix), name.utf8.count > prefix.utf8.count else { return nil }
        self.init(name.dropFirst(prefix.count))
    }

    /// What follows `WIKI-DATE-`.
    public var description: String {
        var text = base + (part.map(String.init) ?? "")
        if !type.isEmpty { text += "." + type }
        if let pages {
            text += "-p\(pages.lowerBound)p\(pages.upperBound == .max ? Self.openEnd : String(pages.upperBound))"
        }
        return compression.isEmpty ? text : text + "." + compression
    }

    /// The name without part and pages: that of the whole.
    public var whole: DumpFileName {
        var name = self
        name.part = nil
        name.pages = nil
        return name
    }

    /// Whether it is a piece of something.
    public var isPiece: Bool { part != nil || pages != nil }

    /// `xml-p1p100` as `xml` and 1 to 100; nil if it does not end so.
    private static func pageRange(of type: String) -> (type: String, pages: ClosedRange<Int64>)? {
        guard let hyphen = type.lastIndex(of: "-") else { return nil }
        let words = type[type.index(after: hyphen)...].split(separator: "p", omittingEmptySubsequences: false)
        guard words.count == 3, words[0].isEmpty, let first = number(words[1]) else { return nil }
        let last = words[2] == openEnd ? Int64.max : number(words[2])
        guard let last, first <= last else { return nil }
        return (String(type[..<hyphen]), first...last)
    }

    private static func number(_ text: Substring) -> Int64? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || !text.hasPrefix("0") else {
            return nil
        }
        return Int64(text)
    }
}

extension Substring {
    /// The end of the text in which every character is wanted.
    fileprivate func trailing(while isWanted: (Character) -> Bool) -> Substring {
        var start = endIndex
        while start > startIndex, isWanted(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
